/** The certificate port over real TLS with the real core: who comes in by which chain, as whom, and what he may. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { readCredential, type Credential } from '@wm/credentials/authority';
import {
  createTestPki,
  forgeProxy,
  issueProxy,
  trustFolderFiles,
  type TestPki,
} from '@wm/credentials/testing';
import { buildProxy, publicKeyOfRequest, writeCertificates } from '@wm/credentials';
import { startRealServer, type RealServer } from '../testing/real-server.ts';
import {
  createProgram,
  proxyFile,
  type ProgramAnswer,
  type ProgramOptions,
} from '../testing/certificate-program.ts';
import type { Visitor } from '../testing/visitor.ts';

const dayMs = 86_400_000;
const nowMs = Date.now();

let folder: string;
let pki: TestPki;
let server: RealServer;
let jane: Credential;
let proxy: Credential;
let limited: Credential;
let revoked: Credential;
let mkolar: Visitor;

/** The way a browser goes: to the certificate port with its certificate, and back. */
async function fetchCertificate(
  visitor: Visitor,
  path: string,
  chain: readonly Credential[],
): Promise<string> {
  const begun = await visitor.send('GET', path);
  const next = begun.headers.get('location') ?? begun.headers.get('refresh')?.replace('0; url=', '');
  assert.ok(next, `${begun.status}`);
  const answer = await ask('GET', next, { chain });
  assert.equal(answer.status, 302, answer.text);
  return new URL(answer.headers.location ?? '').pathname + new URL(answer.headers.location ?? '').search;
}

async function ask(
  method: string,
  url: string,
  {
    headers,
    body,
    ...options
  }: Partial<ProgramOptions> & { headers?: Readonly<Record<string, string>>; body?: unknown } = {},
): Promise<ProgramAnswer> {
  using program = await createProgram({ ca: server.demoAuthority, ...options });
  return await program.send(method, new URL(url, server.certificateOrigin).href, {
    ...(headers && { headers }),
    ...(body === undefined ? {} : { body }),
  });
}

/** A question that everybody who is known may ask. */
const search = (chain: readonly Credential[], headers: Readonly<Record<string, string>> = {}) =>
  ask('POST', '/api/jobs/search', { chain, headers, body: {} });

const reasonOf = ({ json }: ProgramAnswer): string => json().details?.reason ?? json().code ?? '';

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wm-door-'));
  pki = await createTestPki(nowMs);
  [jane, revoked] = await Promise.all([pki.person('Jane Doe'), pki.person('Robin Revoked')]);
  const keys = jane.keys;
  proxy = await issueProxy(jane, nowMs, { keys });
  limited = await issueProxy(jane, nowMs, { keys, policy: 'limited' });
  for (const [name, text] of Object.entries(await trustFolderFiles(pki, [revoked.certificate])))
    await writeFile(join(folder, name), text);
  server = await startRealServer({ environment: { WM_TRUST: folder } });
  mkolar = await server.logIn('mkolar');
  const back = await fetchCertificate(mkolar, '/bff/certificates/link', [jane]);
  const linked = await mkolar.send('GET', back);
  assert.equal(linked.headers.get('location'), '/');
});
after(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

// ---------------------------------------------------------------- log-in of browsers

test('a browser logs in with its certificate under a new session id, without a word of Check-in', async () => {
  const visitor = server.visitor();
  const back = await fetchCertificate(visitor, '/bff/login/certificate?returnTo=/jobs', [jane]);
  const before = visitor.cookies.get('wm');
  const done = await visitor.send('GET', back);
  assert.equal(done.headers.get('location'), '/jobs');
  assert.notEqual(visitor.cookies.get('wm'), before);
  const me = (await (await visitor.send('GET', '/bff/me')).json()) as Record<string, unknown>;
  assert.equal(me['userName'], 'mkolar');
  assert.equal(me['loginWay'], 'certificate');
});

test('the certificate of a demo user opens his account, though he never was here before', async () => {
  const welcome = await server.visitor().send('GET', '/bff/welcome');
  const { logins } = (await welcome.json()) as {
    readonly logins: readonly { readonly way: string; readonly available: boolean }[];
  };
  assert.equal(logins.find(({ way }) => way === 'certificate')?.available, true);
  const person = await readCredential(await readFile(join(server.demoFolder, 'iortega.pem'), 'utf8'));
  const visitor = server.visitor();
  await visitor.send('GET', await fetchCertificate(visitor, '/bff/login/certificate', [person]));
  const me = (await (await visitor.send('GET', '/bff/me')).json()) as { readonly accountId: string };
  const checkin = await server.logIn('iortega');
  const same = (await (await checkin.send('GET', '/bff/me')).json()) as { readonly accountId: string };
  assert.equal(same.accountId, me.accountId, 'and is the same person at Check-in');
});

test('a good certificate of nobody comes back to the welcome page with that reason', async () => {
  const visitor = server.visitor();
  const stranger = await pki.person('Sam Stranger');
  const back = await fetchCertificate(visitor, '/bff/login/certificate', [stranger]);
  const page = await visitor.send('GET', back, { headers: { accept: 'text/html' } });
  assert.equal(page.headers.get('location'), '/?login-error=certificate.unlinked');
  assert.equal((await visitor.send('GET', '/bff/me')).status, 401);
});

test('a code is worth nothing in another session, and nothing the second time', async () => {
  const [victim, attacker] = [server.visitor(), server.visitor()];
  const back = await fetchCertificate(victim, '/bff/login/certificate', [jane]);
  await attacker.send('GET', '/bff/login/certificate');
  assert.equal((await attacker.send('GET', back)).status, 401, 'the nonce of another session');
  assert.equal((await server.visitor().send('GET', back)).status, 401, 'no session at all');
  assert.equal((await victim.send('GET', back)).status, 302);
  await victim.send('GET', '/bff/login/certificate');
  assert.equal((await victim.send('GET', back)).status, 401, 'used');
});

test('the certificate of one account cannot be linked to another', async () => {
  const jlind = await server.logIn('jlind');
  const back = await fetchCertificate(jlind, '/bff/certificates/link', [jane]);
  const refused = await jlind.send('GET', back);
  assert.equal(refused.status, 403);
  assert.equal(((await refused.json()) as { readonly code: string }).code, 'certificate.wrong-owner');
});

test('a browser whose link failed comes back to the place where it began, with the reason', async () => {
  const jlind = await server.logIn('jlind');
  const place = '/#open=my-account&view=account';
  const path = `/bff/certificates/link?returnTo=${encodeURIComponent(place)}`;
  const refused = await jlind.send('GET', await fetchCertificate(jlind, path, [jane]), {
    headers: { accept: 'text/html' },
  });
  assert.equal(
    refused.headers.get('location'),
    '/?login-error=certificate.wrong-owner#open=my-account&view=account',
  );
});

test('an errand to link does not log in, nor link to whoever is there when it ends', async () => {
  const jlind = await server.logIn('jlind');
  const back = await fetchCertificate(jlind, '/bff/certificates/link', [await pki.person('Lina Lind')]);
  const again = await jlind.follow(`${server.origin}/bff/login`);
  assert.equal(again.response.status, 200, 'the form of the stand-in');
  await jlind.send('POST', '/bff/logout');
  assert.equal((await jlind.send('GET', back)).status, 401);
});

test('without a certificate a page says so, and the interface answers 401', async () => {
  const page = await ask('GET', `/x509?nonce=${'n'.repeat(43)}`);
  assert.equal(page.status, 401);
  assert.match(page.text, /showed no certificate.*Import your \.p12/s);
  assert.ok(page.text.includes(`href="${server.origin}/"`));
  const answer = await search([]);
  assert.equal(answer.status, 401);
  assert.equal(reasonOf(answer), 'NO_CERT');
});

test('no session comes of a proxy, and a nonce must be one of ours', async () => {
  const withProxy = await ask('GET', `/x509?nonce=${'n'.repeat(43)}`, { chain: [proxy, jane] });
  assert.equal(withProxy.status, 401);
  assert.match(withProxy.text, /not with a proxy/);
  for (const path of ['/x509', '/x509?nonce=a', `/x509?nonce=${'n'.repeat(42)}%3C`])
    assert.equal((await ask('GET', path, { chain: [jane] })).status, 400, path);
  const headers = { 'sec-fetch-dest': 'iframe' };
  const framed = await ask('GET', `/x509?nonce=${'n'.repeat(43)}`, { chain: [jane], headers });
  assert.equal(framed.status, 400);
});

// ---------------------------------------------------------------- programs

const good: Record<string, () => Promise<readonly Credential[]>> = {
  'the certificate itself': async () => [jane],
  'the certificate with its authorities': async () => [jane, pki.issuer, pki.root],
  'a proxy': async () => [proxy, jane],
  'a proxy with all its authorities': async () => [proxy, jane, pki.issuer, pki.root],
  'a proxy of a proxy': async () => [await issueProxy(proxy, nowMs, { keys: jane.keys }), proxy, jane],
  'a limited proxy, which may read': async () => [limited, jane],
};

for (const [what, chain] of Object.entries(good))
  test(`let in: ${what}`, async () => {
    const answer = await search(await chain());
    assert.equal(answer.status, 200, answer.text);
  });

const bad: Record<string, readonly [reason: string, () => Promise<readonly Credential[]>]> = {
  'the same name of another authority': [
    'UNTRUSTED_CA',
    async () => {
      const rogue = await createTestPki(nowMs);
      return [await rogue.person('Jane Doe'), rogue.issuer, rogue.root];
    },
  ],
  'a proxy of the same name of another authority': [
    'UNTRUSTED_CA',
    async () => {
      const rogue = await createTestPki(nowMs);
      const double = await rogue.person('Jane Doe');
      return [await issueProxy(double, nowMs), double, rogue.issuer, rogue.root];
    },
  ],
  'a name outside the signing policy': [
    'SIGNING_POLICY',
    async () => [
      await pki.person('', {
        subject: [
          ['DC', 'org'],
          ['DC', 'elsewhere'],
          ['CN', 'Jane Doe'],
        ],
      }),
    ],
  ],
  'a revoked certificate': ['REVOKED', async () => [revoked]],
  'a proxy of a revoked certificate': ['REVOKED', async () => [await issueProxy(revoked, nowMs), revoked]],
  'an expired certificate': [
    'EXPIRED',
    async () => [await pki.person('Jane Doe', { notAfterMs: nowMs - 60_000 })],
  ],
  'an expired proxy': [
    'EXPIRED',
    async () => [
      await issueProxy(jane, nowMs - dayMs, { keys: jane.keys, notAfterMs: nowMs - 60_000 }),
      jane,
    ],
  ],
  'a certificate of tomorrow': [
    'NOT_YET_VALID',
    async () => [await pki.person('Jane Doe', { notBeforeMs: nowMs + dayMs })],
  ],
  'a full proxy below a limited one': [
    'LIMITED_ESCALATION',
    async () => [await issueProxy(limited, nowMs, { keys: jane.keys }), limited, jane],
  ],
  'proxy information that is not critical': [
    'PCI_NOT_CRITICAL',
    async () => [await forgeProxy(jane, { nowMs, keys: jane.keys, isCritical: false }), jane],
  ],
  'a policy nobody knows': [
    'UNKNOWN_POLICY',
    async () => [await forgeProxy(jane, { nowMs, keys: jane.keys, policy: '1.2.3' }), jane],
  ],
  'an independent proxy': [
    'INDEPENDENT',
    async () => [await forgeProxy(jane, { nowMs, keys: jane.keys, policy: '1.3.6.1.5.5.7.21.2' }), jane],
  ],
  'a proxy longer below than allowed': [
    'PATHLEN',
    async () => {
      const last = await forgeProxy(jane, { nowMs, keys: jane.keys, pathLength: 0 });
      return [await issueProxy(last, nowMs, { keys: jane.keys }), last, jane];
    },
  ],
  'a proxy signed by somebody else': [
    'BAD_SIGNATURE',
    async () => [await forgeProxy(jane, { nowMs, keys: jane.keys, signer: pki.root.keys }), jane],
  ],
  'a proxy without the certificate below': ['NO_EEC', async () => [proxy]],
  'two groups in one chain': [
    'GROUP_CONFLICT',
    async () => {
      const one = await issueProxy(jane, nowMs, { keys: jane.keys, diracGroup: 'access_user' });
      return [await issueProxy(one, nowMs, { keys: jane.keys, diracGroup: 'training_user' }), one, jane];
    },
  ],
};

for (const [what, [reason, chain]] of Object.entries(bad))
  test(`refused as ${reason}: ${what}`, async () => {
    const answer = await search(await chain());
    assert.equal(answer.status, 401);
    assert.equal(reasonOf(answer), reason, answer.text);
  });

test('a certificate of nobody gets 403 that says what to do', async () => {
  const answer = await search([await pki.person('Sam Stranger')]);
  assert.equal(answer.status, 403);
  assert.equal(answer.json().code, 'certificate.unlinked');
  assert.match(answer.text, /Log in to the portal with Check-in and link it/);
});

test('a limited proxy may neither submit, upload nor change', async () => {
  const chain = [limited, jane];
  for (const [method, path, body] of [
    ['POST', '/api/jobs/jdl', ['[ Executable = "/bin/ls"; ]']],
    ['POST', '/api/jobs/sandbox', {}],
    ['PATCH', '/api/jobs/status', {}],
    ['POST', '/api/jobs/reschedule', { job_ids: [1] }],
    ['POST', '/bff/proxies/requests', undefined],
    ['DELETE', '/bff/proxies/x', undefined],
  ] as const) {
    const answer = await ask(method, path, { chain, body });
    assert.equal(answer.status, 403, path);
    assert.equal(reasonOf(answer), 'LIMITED', path);
  }
  assert.equal((await ask('GET', '/bff/proxies', { chain })).status, 200);
});

/** The status page of proxies speaks of the group that was chosen. */
async function groupOf(chain: readonly Credential[], headers: Readonly<Record<string, string>> = {}) {
  const answer = await ask('GET', '/bff/proxies/status', { chain, headers });
  return answer.status === 200 ? answer.text : reasonOf(answer);
}

test('the group is that of the proxy, else of the header, and must be held now', async () => {
  const forGroup = async (diracGroup: string): Promise<readonly Credential[]> => [
    await issueProxy(jane, nowMs, { keys: jane.keys, diracGroup }),
    jane,
  ];
  const training = await forGroup('training_user');
  assert.match(await groupOf(training), /Valid/);
  assert.match(await groupOf([jane], { 'x-wm-group': 'training_user' }), /Valid/);
  assert.equal(await groupOf([jane], { 'x-wm-group': 'access_admin' }), 'GROUP_DENIED');
  assert.equal(await groupOf(await forGroup('access_admin')), 'GROUP_DENIED', 'a group he is not in');
  assert.equal(
    await groupOf(training, { 'x-wm-group': 'access_user' }),
    'GROUP_DENIED',
    'a header widens nothing',
  );
});

test('headers that claim a certificate or an address are ignored', async () => {
  const pem = encodeURIComponent((await proxyFile([jane])).split('-----BEGIN PRIVATE')[0] ?? '');
  const claims = {
    'x-ssl-cert': pem,
    'x-ssl_client_verify': 'SUCCESS',
    'ssl-client-cert': pem,
    'x-client-cert': pem,
    'x-forwarded-for': '10.0.0.1',
    'x-forwarded-proto': 'https',
  };
  assert.equal((await search([], claims)).status, 401);
  const stranger = await search([await pki.person('Sam Stranger')], claims);
  assert.equal(stranger.json().code, 'certificate.unlinked');
  const main = await mkolar.send('GET', '/bff/proxies', { headers: { ...claims, cookie: 'wm=none' } });
  assert.equal(main.status, 401, 'nor at the main port');
});

test('a cookie counts for nothing, a bearer token is sent elsewhere, a browser is refused', async () => {
  const cookie = [...mkolar.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  const withCookie = await ask('GET', '/bff/proxies', { headers: { cookie } });
  assert.equal(withCookie.status, 401);
  assert.equal(withCookie.headers['set-cookie'], undefined);
  const withToken = await search([jane], { authorization: 'Bearer x' });
  assert.equal(withToken.status, 400);
  for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }]) {
    const answer = await ask('POST', '/bff/proxies/requests', { chain: [jane], headers });
    assert.equal(answer.json().code, 'access.csrf');
  }
});

test('the rest of the server is not behind this port', async () => {
  for (const path of [
    '/',
    '/bff/me',
    '/bff/login',
    '/bff/certificates',
    '/bff/proxiesx',
    '/pilot/v1/match',
    '/metrics',
    '/api/auth/device?user_code=x',
    '/API/Auth/authorize',
    '/files/sandboxes',
  ]) {
    const answer = await ask('GET', path, { chain: [jane] });
    assert.equal(answer.status, 404, path);
    assert.match(answer.text, /This address is for certificates/, path);
  }
});

for (const maxVersion of ['TLSv1.2', 'TLSv1.3'] as const)
  test(`${maxVersion}: a client that wants to resume its session shows its whole chain again`, async () => {
    using first = await createProgram({
      ca: server.demoAuthority,
      chain: [proxy, jane],
      keepAlive: true,
      maxVersion,
    });
    const url = `${server.certificateOrigin}/api/jobs/search`;
    let session: Buffer | undefined;
    const answer = await first.send('POST', url, { body: {} });
    assert.equal(answer.status, 200);
    assert.equal(answer.socket.getProtocol(), maxVersion);
    session = answer.socket.getSession();
    const again = await ask('POST', '/api/jobs/search', {
      chain: [proxy, jane],
      maxVersion,
      body: {},
      ...(session && { session }),
    });
    assert.equal(again.isResumed, false);
    assert.equal(again.status, 200, again.text);
  });

test('a certificate that is un-linked opens nothing more, also on the connection that is open', async () => {
  const mira = await pki.person('Mira Kolar');
  await mkolar.send('GET', await fetchCertificate(mkolar, '/bff/certificates/link', [mira]));
  using program = await createProgram({ ca: server.demoAuthority, chain: [mira], keepAlive: true });
  const url = `${server.certificateOrigin}/api/jobs/search`;
  const before = await program.send('POST', url, { body: {} });
  assert.equal(before.status, 200);
  const { certificates } = (await (await mkolar.send('GET', '/bff/certificates')).json()) as {
    readonly certificates: readonly { readonly certificateId: string; readonly subjectDn: string }[];
  };
  const { certificateId } = certificates.find(({ subjectDn }) => subjectDn.endsWith('CN=Mira Kolar')) ?? {};
  assert.equal((await mkolar.send('DELETE', `/bff/certificates/${certificateId}`)).status, 204);
  const after = await program.send('POST', url, { body: {} });
  assert.equal(after.socket, before.socket, 'the same connection');
  assert.equal(after.json().code, 'certificate.unlinked');
});

test('a program uploads a proxy of its certificate; what it began, another certificate cannot end', async () => {
  const begun = await ask('POST', '/bff/proxies/requests', { chain: [jane] });
  assert.equal(begun.status, 201, begun.text);
  const { requestId, csrPem } = JSON.parse(begun.text) as {
    readonly requestId: string;
    readonly csrPem: string;
  };
  const signed = await buildProxy({
    issuer: jane.certificate,
    issuerKey: jane.keys.privateKey,
    publicKey: await publicKeyOfRequest(csrPem),
    nowMs,
    notAfterMs: nowMs + 30 * dayMs,
    policy: 'inheritAll',
  });
  const body = { chainPem: writeCertificates([signed, jane.certificate.der]) };
  const path = `/bff/proxies/requests/${requestId}`;
  const second = await pki.person('Jane Doe Second');
  await mkolar.send('GET', await fetchCertificate(mkolar, '/bff/certificates/link', [second]));
  assert.equal((await ask('PUT', path, { chain: [second], body })).status, 404);
  const done = await ask('PUT', path, { chain: [proxy, jane], body });
  assert.equal(done.status, 200, done.text);
  assert.match(done.text, /"subjectDn":"\/DC=org\/DC=example-grid\/C=NL\/O=Example University\/CN=Jane Doe"/);
});

// ---------------------------------------------------------------- an outside judge

const run = promisify(execFile);
const curl = await run('curl', ['--version']).then(
  ({ stdout }) => (/OpenSSL/.test(stdout) ? false : 'curl is not built with OpenSSL'),
  () => 'curl is not installed',
);

test('curl with a proxy file is let in, with a limited one may not submit', { skip: curl }, async () => {
  const authority = join(folder, 'server-ca.txt');
  await writeFile(authority, server.demoAuthority);
  const status = async (name: string, chain: readonly Credential[], ...words: string[]): Promise<string> => {
    const file = join(folder, `${name}.txt`);
    await writeFile(file, await proxyFile(chain), { mode: 0o600 });
    const { stdout } = await run('curl', [
      ...['--silent', '--output', '/dev/null', '--write-out', '%{http_code}', '--cacert', authority],
      ...['--cert', file, '--key', file, '--header', 'Content-Type: application/json'],
      ...words,
    ]);
    return stdout;
  };
  const url = `${server.certificateOrigin}/api/jobs`;
  const submit = ['--data', '["[ Executable = \\"/bin/ls\\"; ]"]', `${url}/jdl`];
  assert.equal(await status('proxy', [proxy, jane], '--data', '{}', `${url}/search`), '200');
  assert.equal(await status('limited', [limited, jane], '--data', '{}', `${url}/search`), '200');
  assert.equal(await status('limited', [limited, jane], ...submit), '403');
  const escalated = await issueProxy(limited, nowMs, { keys: jane.keys });
  assert.equal(await status('escalated', [escalated, limited, jane], ...submit), '401');
});
