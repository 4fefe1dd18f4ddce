/** Certificates that may not be used, handed in past the wizard: refused by what is wrong, and none is stored. */
import { issueProxy } from '@wm/credentials/testing';
import { buildProxy, publicKeyOfRequest, writeCertificates } from '@wm/credentials';
import { openPkcs12 } from '@wm/credentials/pkcs12';
import { chainFor, handIn, handInPem, type HandIn } from './chains.ts';
import { expectRefusal, type Expected } from './refusals.ts';
import { expect, test } from './strict-test.ts';
import { proxiesOf, type Fault, type StrictWorld } from './strict-world.ts';

const hourMs = 3_600_000;

const faults: Record<string, Expected & { readonly fault: Fault }> = {
  'an expired certificate': {
    fault: 'expired',
    code: 'certificate.expired',
    status: 422,
    says: /ended on|expired|ended/i,
  },
  'a revoked certificate': { fault: 'revoked', code: 'certificate.revoked', status: 422, says: /revoked/ },
  'a certificate that is not valid yet': {
    fault: 'notYetValid',
    code: 'certificate.not-yet-valid',
    status: 422,
    says: /not valid (yet|before)|valid from|clock/i,
  },
  'a certificate of an authority nobody knows here': {
    fault: 'untrusted',
    code: 'certificate.untrusted',
    status: 422,
    says: /not an authority trusted here|not trusted|trust/,
  },
};

for (const [what, { fault, ...expected }] of Object.entries(faults))
  test(`${what} is refused and no proxy is stored (${expected.code})`, async ({ strict }) => {
    const user = await strict.visitor();
    const before = await proxiesOf(user);
    const error = await expectRefusal(handIn(user, strict.faulty[fault]), expected);
    expect(error.message).toMatch(/[.!]$/);
    expect(await proxiesOf(user)).toEqual(before);
  });

test('the certificate of another person is refused and his proxy stays (certificate.wrong-owner)', async ({
  strict,
}) => {
  const owner = await strict.user('swang');
  const thief = await strict.visitor();
  const person = await strict.pki.person('Shan Wang swang');
  await handIn(owner, person);
  const [kept, before] = [await proxiesOf(owner), await proxiesOf(thief)];
  await expectRefusal(handIn(thief, person), {
    code: 'certificate.wrong-owner',
    status: 403,
    says: /CN=Shan Wang swang" belongs to another account. Choose your own/,
  });
  expect(await proxiesOf(thief)).toEqual(before);
  expect(await proxiesOf(owner)).toEqual(kept);
  const { distinguishedNames } = await thief.client.call('GET /bff/me', {});
  expect(distinguishedNames.join()).not.toContain('Shan');
});

test('the demo certificate of another user is refused even before he uses it (certificate.wrong-owner)', async ({
  strict,
}) => {
  const thief = await strict.visitor();
  const { demo } = await thief.client.call('GET /bff/welcome', {});
  const offered = demo?.certificates.find(({ userName }) => userName === 'jlind');
  const file = await fetch(new URL(offered?.url ?? '', strict.url));
  const opened = await openPkcs12(new Uint8Array(await file.arrayBuffer()), offered?.passphrase ?? '');
  const call = handInPem(thief, async (csrPem) =>
    writeCertificates([
      await buildProxy({
        issuer: opened.endEntity,
        issuerKey: opened.key,
        publicKey: await publicKeyOfRequest(csrPem),
        nowMs: Date.now(),
        notAfterMs: opened.endEntity.notAfterMs,
        policy: 'inheritAll',
      }),
      opened.endEntity.der,
    ]),
  );
  await expectRefusal(call, {
    code: 'certificate.wrong-owner',
    status: 403,
    says: /belongs to another account/,
  });
  expect(await proxiesOf(thief)).toEqual([]);
});

type Order = (strict: StrictWorld) => Promise<HandIn> | HandIn;

const proxies: Record<string, Expected & { readonly order: Order }> = {
  'a limited proxy': {
    order: () => ({ policy: 'limited' }),
    code: 'proxy.invalid',
    status: 422,
    says: /Limited proxies are not allowed/,
  },
  'a proxy with a group in it': {
    order: () => ({ diracGroup: 'access_user' }),
    code: 'proxy.invalid',
    status: 422,
    says: /group extensions are not allowed/,
  },
  'a proxy of half an hour': {
    order: () => ({ lifetimeMs: hourMs / 2 }),
    code: 'proxy.short',
    status: 409,
    says: /remaining secs 1[78]\d\d is less than 3600/,
  },
  'a private key among the certificates': {
    order: () => ({ withKey: true }),
    code: 'proxy.invalid',
    status: 422,
    says: /never send a private key/,
  },
  'a proxy above the certificate of somebody else': {
    order: async ({ pki }) => ({ below: [(await pki.person('Mario Rossi')).certificate] }),
    code: 'proxy.invalid',
    status: 422,
    says: /\w/,
  },
  'a proxy signed with a foreign key': {
    order: ({ faulty }) => ({ signer: faulty.untrusted.keys.privateKey }),
    code: 'proxy.invalid',
    status: 422,
    says: /sign/i,
  },
  'a proxy without the certificate below it': {
    order: () => ({ below: [] }),
    code: 'proxy.invalid',
    status: 422,
    says: /certificate/,
  },
};

for (const [what, { order, ...expected }] of Object.entries(proxies))
  test(`${what} is refused and not stored (${expected.code})`, async ({ strict }) => {
    const user = await strict.visitor();
    const person = await strict.pki.person('Vera Visitor');
    await expectRefusal(handIn(user, person, await order(strict)), expected);
    expect(await proxiesOf(user)).toEqual([]);
  });

const texts: Record<string, readonly [text: string, Expected]> = {
  'no certificate at all': ['hello', { code: 'certificate.malformed', status: 422, says: /certificate/ }],
  'a certificate of damaged bytes': [
    '-----BEGIN CERTIFICATE-----\nMIIBAAAA\n-----END CERTIFICATE-----\n',
    { code: 'certificate.malformed', status: 422, says: /certificate/i },
  ],
  'a chain of 70,000 characters': [
    'x'.repeat(70_000),
    { code: 'input.invalid', status: 422, says: /body\.chainPem/ },
  ],
};

for (const [what, [text, expected]] of Object.entries(texts))
  test(`${what} is refused (${expected.code})`, async ({ strict }) => {
    const user = await strict.visitor();
    await expectRefusal(
      handInPem(user, async () => text),
      expected,
    );
    expect(await proxiesOf(user)).toEqual([]);
  });

test('a proxy for a key that was not asked for is refused (proxy.invalid)', async ({ strict }) => {
  const user = await strict.visitor();
  const person = await strict.pki.person('Vera Visitor');
  const own = await issueProxy(person, Date.now());
  const call = handInPem(user, async () => writeCertificates([own.certificate.der, person.certificate.der]));
  await expectRefusal(call, {
    code: 'proxy.invalid',
    status: 422,
    says: /not for the key that was asked for/,
  });
  expect(await proxiesOf(user)).toEqual([]);
});

test('an upload another user began cannot be finished, and one cannot be finished twice', async ({
  strict,
}) => {
  const [user, other] = [await strict.user('swang'), await strict.visitor()];
  const person = await strict.pki.person('Shan Wang swang');
  const request = await user.client.call('POST /bff/proxies/requests', {});
  const params = { requestId: request.requestId };
  const body = { chainPem: await chainFor(request.csrPem, person) };
  const put = 'PUT /bff/proxies/requests/:requestId';
  const none: Expected = {
    code: 'not-found',
    status: 404,
    says: /no such upload in this session; start again/,
  };
  await expectRefusal(other.client.call(put, { params, body }), none);
  await user.client.call(put, { params, body });
  await expectRefusal(user.client.call(put, { params, body }), {
    code: 'conflict',
    status: 409,
    says: /over already; start again/,
  });
  expect(await proxiesOf(other)).toEqual([]);
  expect((await proxiesOf(user)).join()).toContain('Shan Wang swang');
});

test('a sixth upload at once is refused with how long to wait (access.rate-limited)', async ({ strict }) => {
  const user = await strict.user('pnovak');
  const open = () => user.client.call('POST /bff/proxies/requests', {});
  for (let count = 0; count < 5; count += 1) await open();
  await expectRefusal(open(), {
    code: 'access.rate-limited',
    status: 429,
    says: /5 uploads of yours are open already; finish one or wait five minutes/,
  });
});
