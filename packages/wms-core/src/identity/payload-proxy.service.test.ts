import assert from 'node:assert/strict';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { parseCertificate, readPem, validateChain, writeCertificates, writePem } from '@wm/credentials';
import { createTestPki, runOpenssl, skipWithoutOpenssl, type TestPki } from '@wm/credentials/testing';
import type { Credential } from '@wm/credentials/authority';
import { rows } from '../db/database.ts';
import { aPilot, configurationHolder } from '../testing/index.ts';
import {
  openPayloadWorld,
  payloadKeys as keys,
  payloadStartMs as startMs,
  payloadWallTimeS as wallTimeS,
  type PayloadWorldOptions,
} from '../testing/payload-world.ts';
import type { PayloadProxyOrder } from '../use-cases.ts';
import { keyEncryptionKey } from './key-envelope.adapter.ts';
import type { PilotPrincipal } from './principal.ts';
import { createProxyManager } from './proxy-manager.service.ts';

const spki = { type: 'spki', format: 'pem' } as const;
const pkcs8 = { type: 'pkcs8', format: 'pem' } as const;

let pki: TestPki;
let ada: Credential;

before(async () => {
  pki = await createTestPki(startMs);
  ada = await pki.person('Ada');
});

const world = (options: Partial<PayloadWorldOptions> = {}) => openPayloadWorld({ pki, ada, ...options });

const certificatesOf = (pem: string) => readPem(pem).map(({ der }) => parseCertificate(der));

test('a payload gets a limited proxy of its group for the key of its pilot, and no private key', async () => {
  await using w = await world();
  const { chainPem, validUntilMs } = await w.proxies.payloadProxy(w.pilot, w.order);
  const chain = certificatesOf(chainPem);
  const valid = await validateChain(chain, pki.trust, startMs);
  assert.equal(valid.isLimited, true);
  assert.equal(valid.diracGroup, 'biomed_user');
  assert.equal(writePem('PUBLIC KEY', chain[0]!.publicKey.der), keys.publicKey);
  assert.doesNotMatch(chainPem, /PRIVATE/);
  assert.equal(validUntilMs, startMs + (wallTimeS + 1800) * 1000);
});

for (const [what, times, endsS] of [
  ['a day at most', { slotS: 999_999 }, 86_400],
  ['as long as the stored one at most', { lastsS: 7200 }, 7200],
] as const)
  test(`the proxy of a payload lasts ${what}`, async () => {
    await using w = await world(times);
    const { validUntilMs } = await w.proxies.payloadProxy(w.pilot, w.order);
    assert.equal(validUntilMs, startMs + endsS * 1000);
  });

test('OpenSSL takes the chain of a payload', { skip: skipWithoutOpenssl }, async () => {
  await using w = await world();
  const { chainPem } = await w.proxies.payloadProxy(w.pilot, w.order);
  const folder = await mkdtemp(join(tmpdir(), 'wm-proxy-'));
  try {
    const file = (name: string) => join(folder, name);
    await writeFile(file('proxy.pem'), chainPem);
    await writeFile(file('roots.pem'), writeCertificates([pki.root.certificate.der]));
    const options = ['-allow_proxy_certs', '-attime', String(startMs / 1000)];
    const files = ['-CAfile', file('roots.pem'), '-untrusted', file('proxy.pem'), file('proxy.pem')];
    const answer = runOpenssl('verify', ...options, ...files);
    assert.ok(answer.isGood, answer.errors);
    const { output } = runOpenssl('x509', '-in', file('proxy.pem'), '-noout', '-text');
    assert.match(output, /Policy Language: (1\.3\.6\.1\.4\.1\.3536\.1\.1\.1\.9|.*limited)/i);
  } finally {
    await rm(folder, { recursive: true });
  }
});

test('what was handed out is written down: last use, pilot and job', async () => {
  await using w = await world();
  w.clock.advanceS(60);
  await w.proxies.payloadProxy(w.pilot, w.order);
  assert.equal((await w.proxies.list(w.user))[0]?.lastUsedAtMs, startMs + 60_000);
  const [entry] = await w.database.read(() =>
    rows("select * from audit_log where action = 'download proxy'"),
  );
  assert.equal(entry?.['actor'], `pilot ${w.pilot.stamp}`);
  assert.equal(entry?.['target_account_id'], w.user.accountId);
  assert.equal(entry?.['result'], `OK limited, job ${w.order.jobId}, attempt 1`);
});

test('a pilot gets proxies for the current attempts of its own jobs only', async () => {
  await using w = await world();
  const ask = (pilot: PilotPrincipal, order: Partial<PayloadProxyOrder> = {}) =>
    w.proxies.payloadProxy(pilot, { ...w.order, ...order });
  const neighbour = await w.known(aPilot({ stamp: '1'.repeat(32) }));
  const stranger = await w.known(aPilot({ stamp: '2'.repeat(32), vo: 'fermilab' }));
  await assert.rejects(ask(neighbour), { code: 'job.stale-attempt' });
  await assert.rejects(ask(stranger), { code: 'job.not-found' });
  await assert.rejects(ask(w.pilot, { jobId: 4711 }), { code: 'job.not-found' });
  await assert.rejects(ask(w.pilot, { attempt: 2 }), { code: 'job.stale-attempt' });
  await w.report(w.job, { status: 'Running' });
  await ask(w.pilot);
  await w.jobs.act(w.user, 'kill', [w.order.jobId]);
  await w.report(w.job, { status: 'Killed' });
  await assert.rejects(ask(w.pilot), { code: 'job.stale-attempt' });
});

test('without a usable proxy or membership there is none for the payload', async () => {
  await using without = await world({ lastsS: 0 });
  await assert.rejects(without.proxies.payloadProxy(without.pilot, without.order), { code: 'proxy.missing' });
  await using w = await world({ lastsS: 7200 });
  const manager = (changes: object) => createProxyManager({ ...w.deps, ...changes });
  const ask = (changes: object) => manager(changes).payloadProxy(w.pilot, w.order);
  const revoking = await pki.revoke(ada.certificate);
  await assert.rejects(ask({ trust: { current: async () => revoking } }), { code: 'proxy.missing' });
  await assert.rejects(ask({ configuration: configurationHolder() }), { code: 'access.denied' });
  w.clock.advanceS(7200);
  await assert.rejects(ask({}), { code: 'proxy.expired' });
});

test('a payload gets no proxy from one that does not serve its group', async () => {
  await using other = await world({ groups: ['fermilab_user'] });
  await assert.rejects(other.proxies.payloadProxy(other.pilot, other.order), {
    code: 'proxy.missing',
    message: 'ada has no usable proxy that serves biomed_user.',
  });
  await using own = await world({ groups: ['biomed_user'] });
  await own.proxies.payloadProxy(own.pilot, own.order);
});

const shortKey = generateKeyPairSync('rsa', {
  modulusLength: 1024,
  publicKeyEncoding: spki,
  privateKeyEncoding: pkcs8,
});
const curveKey = generateKeyPairSync('ec', {
  namedCurve: 'P-256',
  publicKeyEncoding: spki,
  privateKeyEncoding: pkcs8,
});
const [keyBlock] = readPem(keys.publicKey);
for (const [what, publicKeyPem] of [
  ['nothing', ''],
  ['a private key', keys.privateKey],
  ['damaged bytes', writePem('PUBLIC KEY', Uint8Array.of(48, 1, 2))],
  ['a short RSA key', shortKey.publicKey],
  ['a key of another kind', curveKey.publicKey],
  [
    'a key with bytes behind it',
    writePem('PUBLIC KEY', Buffer.concat([keyBlock!.der, Buffer.from([0xa3, 2, 48, 0])])),
  ],
])
  test(`${what} is no key to sign a proxy for`, async () => {
    await using w = await world();
    const asked = w.proxies.payloadProxy(w.pilot, { ...w.order, publicKeyPem: publicKeyPem ?? '' });
    await assert.rejects(asked, { code: 'input.invalid' });
  });

test('stored keys open with the right key-encryption key and row only', async () => {
  await using w = await world();
  const askWith = (key: ReturnType<typeof keyEncryptionKey>) =>
    createProxyManager({ ...w.deps, keyEncryptionKeys: [key] }).payloadProxy(w.pilot, w.order);
  await assert.rejects(askWith(keyEncryptionKey('kek-2', randomBytes(32))), /not at hand/);
  await assert.rejects(askWith(keyEncryptionKey('kek-1', randomBytes(32))));
  await w.database.write(() => rows("update proxies set subject_dn = '/CN=Somebody Else'"));
  await assert.rejects(w.proxies.payloadProxy(w.pilot, w.order));
});
