/** Proxies taken out of the store over HTTP: by token, by certificate and by session, with OpenSSL as the judge. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { generateRsaKeyPair, makeProxyRequest } from '@wm/credentials';
import { readCredential, type Credential } from '@wm/credentials/authority';
import { issueProxy, runOpenssl, skipWithoutOpenssl } from '@wm/credentials/testing';
import { createProgram } from '../testing/certificate-program.ts';
import { legacyKey, startRealServer, uploadDemoProxy, type RealServer } from '../testing/real-server.ts';

let folder: string;
let server: RealServer;
let mkolar: Credential;
let jlind: Credential;
let csrPem: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wm-hand-out-'));
  server = await startRealServer();
  const person = async (name: string) =>
    readCredential(await readFile(join(server.demoFolder, `${name}.pem`), 'utf8'));
  [mkolar, jlind] = await Promise.all([person('mkolar'), person('jlind')]);
  csrPem = await makeProxyRequest(await generateRsaKeyPair());
  assert.equal((await uploadDemoProxy(await server.logIn('mkolar'), 'mkolar')).status, 200);
  // Links the certificate of the demo.
  await server.logIn('jlind');
});
after(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

async function tokenOf(userName: string, vo: string, group: string): Promise<string> {
  const query = new URLSearchParams({ preferred_username: userName, scope: `vo:${vo} group:${group}` });
  const response = await fetch(`${server.origin}/api/auth/legacy-exchange?${query.toString()}`, {
    headers: { authorization: `Bearer diracx:legacy:${legacyKey.toString('base64url')}` },
  });
  const { access_token } = (await response.json()) as { readonly access_token: string };
  return access_token;
}

async function byCertificate(chain: readonly Credential[], body: object, group = 'access_user') {
  using program = await createProgram({ ca: server.demoAuthority, chain });
  const url = `${server.certificateOrigin}/bff/proxies/take`;
  return await program.send('POST', url, { headers: { 'x-wm-group': group }, body: { csrPem, ...body } });
}

test(
  'a token gets a proxy that OpenSSL takes for one of the group',
  { skip: skipWithoutOpenssl },
  async () => {
    const token = await tokenOf('mkolar', 'vo.access.egi.eu', 'access_user');
    const response = await fetch(`${server.origin}/bff/proxies/take`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ csrPem, lifetimeS: 43_200 }),
    });
    assert.equal(response.status, 201);
    const { chainPem, isLimited } = (await response.json()) as Record<string, string>;
    assert.equal(isLimited, false);
    const file = join(folder, 'taken.pem');
    const authority = join(folder, 'ca.pem');
    await writeFile(file, chainPem ?? '');
    await writeFile(authority, server.demoAuthority);
    const { output } = runOpenssl('x509', '-in', file, '-noout', '-subject', '-text');
    assert.match(output, /Policy Language: Inherit all/i);
    assert.match(output, /1\.2\.42\.42/);
    const verdict = runOpenssl(
      'verify',
      '-allow_proxy_certs',
      '-CAfile',
      authority,
      '-untrusted',
      file,
      file,
    );
    assert.ok(verdict.isGood, verdict.errors);
  },
);

test('a certificate gets one too, a limited proxy and somebody without a stored one do not', async () => {
  const taken = await byCertificate([mkolar], {});
  assert.equal(taken.status, 201, taken.text);
  assert.doesNotMatch(taken.text, /PRIVATE/);
  const limited = await issueProxy(mkolar, Date.now(), { policy: 'limited' });
  assert.equal((await byCertificate([limited, mkolar], {})).status, 403);
  const none = await byCertificate([jlind], {}, 'training_user');
  assert.equal(none.json().code, 'proxy.missing', none.text);
});

test('nobody takes a proxy of somebody else, of another VO or for a group that he is not in', async () => {
  const refusals: readonly (readonly [object, number, string])[] = [
    [{ userName: 'mkolar', group: 'training_user' }, 403, 'access.denied'],
    [{ group: 'access_user' }, 403, 'access.denied'],
    [{ group: 'training_admin' }, 403, 'access.denied'],
    [{ group: 'nowhere' }, 422, 'input.invalid'],
    [{ lifetimeS: 0 }, 422, 'input.invalid'],
    [{ csrPem: 'x' }, 422, 'input.invalid'],
  ];
  for (const [body, status, code] of refusals) {
    const answer = await byCertificate([jlind], body, 'training_user');
    assert.deepEqual([answer.status, answer.json().code], [status, code], answer.text);
  }
});
