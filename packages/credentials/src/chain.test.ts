import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { encodeExtension, issueCertificate, issueRevocationList, type Credential } from './authority.ts';
import { parseCertificate, type Certificate } from './certificate.ts';
import { isRevoked, parseChain, validateChain, type TrustStore } from './chain.ts';
import { CredentialError, type CredentialReason } from './credential-error.ts';
import { parseRevocationList } from './crl.ts';
import { ascii, concat, der, oid, sequence, tags } from './der.ts';
import { nameKey, slashForm } from './names.ts';
import { oids } from './oids.ts';
import { generateRsaKeyPair } from './public-key.ts';
import {
  createTestPki,
  forgeProxy,
  issueProxy,
  makeEcKeys,
  personName,
  type ForgedProxy,
  type TestPki,
} from './testing/index.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const nowMs = Date.UTC(2026, 10, 20, 12);

let pki: TestPki;
let jane: Credential;
let keys: CryptoKeyPair;

before(async () => {
  pki = await createTestPki(nowMs);
  jane = await pki.person('Jane Doe jdoe@example.org');
  keys = await generateRsaKeyPair();
});

const verdict = async (
  chain: readonly Certificate[],
  trust: TrustStore = pki.trust,
  atMs = nowMs,
): Promise<CredentialReason | 'good'> => {
  try {
    await validateChain(chain, trust, atMs);
    return 'good';
  } catch (error) {
    assert.ok(error instanceof CredentialError, String(error));
    assert.match(error.message, /^[A-Z"].*\.$/s, 'a sentence');
    return error.reason;
  }
};

const proxyOf = (issuer: Credential, order: Parameters<typeof issueProxy>[2] = {}): Promise<Credential> =>
  issueProxy(issuer, nowMs, { keys, ...order });

const forge = (issuer: Credential, order: ForgedProxy = {}): Promise<Credential> =>
  forgeProxy(issuer, { nowMs, keys, ...order });

test('a proxy of a trusted person is accepted and names the person', async () => {
  const proxy = await proxyOf(jane);
  const chain = await validateChain([proxy.certificate, jane.certificate], pki.trust, nowMs);
  assert.equal(
    slashForm(chain.endEntity.subject),
    '/DC=org/DC=example-grid/C=NL/O=Example University/CN=Jane Doe jdoe@example.org',
  );
  assert.equal(chain.proxies.length, 1);
  assert.equal(chain.isLimited, false);
  assert.equal(chain.notAfterMs, proxy.certificate.notAfterMs);
  assert.deepEqual(
    chain.authorities.map(({ subject }) => slashForm(subject)),
    ['/DC=org/DC=example-grid/CN=Test Issuing CA', '/DC=org/DC=example-grid/CN=Test Root CA'],
  );
});

test('a certificate without proxy is accepted as an identity', async () => {
  assert.equal(await verdict([jane.certificate]), 'good');
});

test('proxies of EC keys and of names in UTF-8 are accepted', async () => {
  const curve = await pki.person('Jürgen Müller', { keys: await makeEcKeys('P-384') });
  const proxy = await proxyOf(curve);
  assert.equal(await verdict([proxy.certificate, curve.certificate]), 'good');
});

test('authorities sent along do not count, only those of the trust folder', async () => {
  const rogue = await createTestPki(nowMs);
  const double = await rogue.person('Jane Doe jdoe@example.org');
  const proxy = await proxyOf(double);
  const sent = [proxy, double, rogue.issuer, rogue.root].map(({ certificate }) => certificate);
  assert.equal(await verdict(sent), 'UNTRUSTED_CA');
});

test('a limited proxy below a full one is limited, groups and levels are reported', async () => {
  const full = await proxyOf(jane, { diracGroup: 'access_user' });
  const limited = await proxyOf(full, { policy: 'limited' });
  const chain = await validateChain(
    [limited, full, jane].map(({ certificate }) => certificate),
    pki.trust,
    nowMs,
  );
  assert.equal(chain.isLimited, true);
  assert.equal(chain.diracGroup, 'access_user');
});

const otherName = (): Uint8Array =>
  sequence(der(tags.set, sequence(oid('2.5.4.3'), der(tags.printableString, ascii('Somebody Else')))));

const attacks: Record<string, [CredentialReason, () => Promise<readonly (Credential | Certificate)[]>]> = {
  'no certificate': ['NO_CERT', async () => []],
  'a critical extension nobody knows': [
    'UNKNOWN_CRITICAL',
    async () => [await forge(jane, { extensions: [encodeExtension('1.2.3.4', true, der(tags.null))] }), jane],
  ],
  'proxy information that is not critical': [
    'PCI_NOT_CRITICAL',
    async () => [await forge(jane, { isCritical: false }), jane],
  ],
  'a proxy without the certificate below it': ['NO_EEC', async () => [await proxyOf(jane)]],
  'the certificate of another person below': [
    'BROKEN_CHAIN',
    async () => [await proxyOf(jane), await pki.person('Mario Rossi')],
  ],
  'a proxy with a name of its own': [
    'PROXY_NAME',
    async () => [await forge(jane, { subject: otherName() }), jane],
  ],
  'a proxy signed with another key': [
    'BAD_SIGNATURE',
    async () => [await forge(jane, { signer: await generateRsaKeyPair() }), jane],
  ],
  'a flipped bit in the proxy': [
    'BAD_SIGNATURE',
    async () => {
      const { certificate } = await proxyOf(jane);
      const bytes = certificate.der.slice();
      bytes[bytes.length - 20]! ^= 1;
      return [parseCertificate(bytes), jane];
    },
  ],
  'a person whose key may not sign': [
    'KEY_USAGE',
    async () => {
      const person = await pki.person('Kim Encipher', {
        keyUsage: der(tags.bitString, Uint8Array.of(5, 0x20)),
      });
      return [await proxyOf(person), person];
    },
  ],
  'alternative names in a proxy': [
    'PROXY_ALTNAME',
    async () => [
      await forge(jane, { extensions: [encodeExtension(oids.subjectAltName, false, sequence())] }),
      jane,
    ],
  ],
  'a proxy that is an authority': [
    'PROXY_CA',
    async () => {
      const isCa = sequence(der(tags.boolean, Uint8Array.of(0xff)));
      return [await forge(jane, { extensions: [encodeExtension(oids.basicConstraints, true, isCa)] }), jane];
    },
  ],
  'more proxies than the path length allows': [
    'PATHLEN',
    async () => {
      const first = await forge(jane, { pathLength: 0 });
      return [await proxyOf(first), first, jane];
    },
  ],
  'an independent proxy': [
    'INDEPENDENT',
    async () => [await forge(jane, { policy: oids.independent }), jane],
  ],
  'a policy nobody knows': ['UNKNOWN_POLICY', async () => [await forge(jane, { policy: '1.2.3' }), jane]],
  'a full proxy below a limited one': [
    'LIMITED_ESCALATION',
    async () => {
      const limited = await proxyOf(jane, { policy: 'limited' });
      return [await proxyOf(limited), limited, jane];
    },
  ],
  'an expired person': [
    'EXPIRED',
    async () => {
      const person = await pki.person('Otto Old', {
        notBeforeMs: nowMs - 9 * dayMs,
        notAfterMs: nowMs - dayMs,
      });
      return [await forge(person), person];
    },
  ],
  'a person of tomorrow': [
    'NOT_YET_VALID',
    async () => {
      const person = await pki.person('Nora Next', {
        notBeforeMs: nowMs + dayMs,
        notAfterMs: nowMs + 9 * dayMs,
      });
      return [await forge(person), person];
    },
  ],
  'an authority as a person': ['EEC_IS_CA', async () => [pki.issuer]],
  'a proxy of the time before RFC 3820': [
    'LEGACY_PROXY',
    async () => [
      await issueCertificate({ ...life(), subject: [...personName('Jane'), ['CN', 'proxy']], keys }, jane),
      jane,
    ],
  ],
  'a person outside the name space of the authority': [
    'SIGNING_POLICY',
    async () => [
      await pki.person('', {
        subject: [
          ['DC', 'elsewhere'],
          ['CN', 'Olga Outside'],
        ],
      }),
    ],
  ],
  'a certificate signed by a person': [
    'UNTRUSTED_CA',
    async () => [await issueCertificate({ ...life(), subject: personName('Mallory'), keys }, jane)],
  ],
  'two groups in one chain': [
    'GROUP_CONFLICT',
    async () => {
      const first = await proxyOf(jane, { diracGroup: 'a_user' });
      return [await proxyOf(first, { diracGroup: 'b_user' }), first, jane];
    },
  ],
  'a weak key': [
    'WEAK_KEY',
    async () => {
      const weak = await crypto.subtle.generateKey(
        {
          name: 'RSASSA-PKCS1-v1_5',
          modulusLength: 1024,
          publicExponent: Uint8Array.of(1, 0, 1),
          hash: 'SHA-256',
        },
        true,
        ['sign', 'verify'],
      );
      return [await pki.person('Wendy Weak', { keys: weak })];
    },
  ],
  'a key on a curve that nobody uses': [
    'WEAK_KEY',
    async () => {
      const keysOfOdd = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-521' }, true, [
        'sign',
        'verify',
      ]);
      return [await pki.person('Otto Odd', { keys: keysOfOdd })];
    },
  ],
};

const life = () => ({ notBeforeMs: nowMs - dayMs, notAfterMs: nowMs + dayMs });

for (const [attack, [reason, make]] of Object.entries(attacks))
  test(`${attack} is refused with ${reason}`, async () => {
    const chain = (await make()).map((link) => ('certificate' in link ? link.certificate : link));
    assert.equal(await verdict(chain), reason);
  });

test('an extension that is there twice makes a certificate unreadable', async () => {
  const twice = encodeExtension('1.2.3.4', false, der(tags.null));
  await assert.rejects(forge(jane, { extensions: [twice, twice] }), { reason: 'MALFORMED' });
});

test('more than ten proxies above each other are refused', async () => {
  const chain = [jane];
  for (let level = 0; level < 11; level += 1) chain.unshift(await proxyOf(chain[0]!));
  assert.equal(await verdict(chain.map(({ certificate }) => certificate)), 'CHAIN_TOO_LONG');
});

test('more than twenty certificates are not even read', () => {
  assert.throws(() => parseChain(Array.from({ length: 21 }, () => new Uint8Array())), {
    reason: 'CHAIN_TOO_LONG',
  });
});

test('an intermediate authority that may sign no certificates is no authority', async () => {
  const bogus = await issueCertificate({ subject: personName('No CA'), keys, ...life() }, pki.issuer);
  const trust = { ...pki.trust, authorities: [...pki.trust.authorities, bogus.certificate] };
  const person = await issueCertificate({ subject: personName('Below'), keys, ...life() }, bogus);
  assert.equal(await verdict([person.certificate], trust), 'NOT_A_CA');
});

test('the path length of an authority holds', async () => {
  const sub = await issueCertificate(
    { subject: personName('Sub CA'), keys, isCa: true, ...life() },
    pki.issuer,
  );
  const trust = { ...pki.trust, authorities: [...pki.trust.authorities, sub.certificate] };
  const person = await issueCertificate({ subject: personName('Below'), keys, ...life() }, sub);
  assert.equal(await verdict([person.certificate], trust), 'NOT_A_CA');
});

test('a revoked person is refused, also later by serial number', async () => {
  const trust = await pki.revoke(jane.certificate);
  assert.equal(await verdict([jane.certificate], trust), 'REVOKED');
  const issuerKey = nameKey(jane.certificate.issuer);
  assert.equal(await isRevoked(issuerKey, jane.certificate.serialHex, trust), true);
  assert.equal(await isRevoked(issuerKey, jane.certificate.serialHex, pki.trust), false);
});

test('a revocation list must be there, in date and signed by the authority', async () => {
  const list = async (signer: Credential, nextUpdateMs: number) =>
    parseRevocationList(await issueRevocationList(signer, { thisUpdateMs: nowMs - dayMs, nextUpdateMs }));
  const rootList = await list(pki.root, nowMs + dayMs);
  const trustWith = async (...lists: Awaited<ReturnType<typeof list>>[]): Promise<TrustStore> => ({
    ...pki.trust,
    revocationLists: [rootList, ...lists],
  });
  const rogue = { ...pki.issuer, keys: await generateRsaKeyPair() };
  assert.equal(await verdict([jane.certificate], await trustWith()), 'NO_CRL');
  assert.equal(await verdict([jane.certificate], { ...(await trustWith()), isListRequired: false }), 'good');
  assert.equal(
    await verdict([jane.certificate], await trustWith(await list(pki.issuer, nowMs - 1))),
    'STALE_CRL',
  );
  assert.equal(
    await verdict([jane.certificate], await trustWith(await list(rogue, nowMs + dayMs))),
    'BAD_CRL',
  );
});

test('an older revocation list does not bring a revoked certificate back', async () => {
  const newer = await pki.revoke(jane.certificate);
  const older = parseRevocationList(
    await issueRevocationList(pki.issuer, { thisUpdateMs: nowMs - 9 * dayMs, nextUpdateMs: nowMs + dayMs }),
  );
  const trust = { ...newer, revocationLists: [older, ...newer.revocationLists] };
  assert.equal(await verdict([jane.certificate], trust), 'REVOKED');
});

test('damaged bytes never do anything but say MALFORMED', async () => {
  const { der: bytes } = (await proxyOf(jane)).certificate;
  for (let at = 0; at < bytes.length; at += 7) {
    const damaged = bytes.slice();
    damaged[at]! ^= 0xff;
    try {
      assert.notEqual(await verdict([parseCertificate(damaged), jane.certificate]), 'good');
    } catch (error) {
      assert.equal(error instanceof CredentialError && error.reason, 'MALFORMED');
    }
    assert.throws(() => parseCertificate(bytes.subarray(0, at)), { reason: 'MALFORMED' });
  }
  assert.throws(() => parseCertificate(concat(bytes, Uint8Array.of(0))), { reason: 'MALFORMED' });
});
