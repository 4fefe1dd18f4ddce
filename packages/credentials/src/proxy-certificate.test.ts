import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, test } from 'node:test';
import type { Credential } from './authority.ts';
import { parseCertificate } from './certificate.ts';
import { makeProxyRequest, publicKeyOfRequest } from './csr.ts';
import { isSameBytes } from './der.ts';
import { lastCommonName, slashForm } from './names.ts';
import { readPem, writeCertificates, writePem } from './pem.ts';
import { buildProxy } from './proxy-certificate.ts';
import { exportPublicKey, generateRsaKeyPair } from './public-key.ts';
import {
  createTestPki,
  issueProxy,
  makeEcKeys,
  runOpenssl,
  skipWithoutOpenssl,
  type TestPki,
} from './testing/index.ts';

const hourMs = 3_600_000;
const nowMs = Date.now();
let pki: TestPki;
let jane: Credential;

before(async () => {
  pki = await createTestPki(nowMs);
  jane = await pki.person('Jane Doe');
});

test('a proxy copies its issuer byte for byte and adds its serial number as CN', async () => {
  const { certificate } = await issueProxy(jane, nowMs);
  assert.ok(isSameBytes(certificate.issuer.der, jane.certificate.subject.der));
  assert.equal(lastCommonName(certificate.subject), BigInt(`0x${certificate.serialHex}`).toString());
  assert.equal(certificate.proxy?.policy, 'inheritAll');
  assert.equal(certificate.diracGroup, undefined);
  assert.equal(certificate.notBeforeMs, Math.floor((nowMs - 300_000) / 1000) * 1000);
});

test('a proxy never lasts longer than its issuer', async () => {
  const { certificate } = await issueProxy(jane, nowMs, { notAfterMs: nowMs + 9999 * 24 * hourMs });
  assert.equal(certificate.notAfterMs, jane.certificate.notAfterMs);
  await assert.rejects(issueProxy(jane, nowMs, { notAfterMs: nowMs - 1 }), { reason: 'LIFETIME' });
});

test('the browser takes nothing but the public key from a request', async () => {
  const keys = await generateRsaKeyPair();
  const spki = await publicKeyOfRequest(await makeProxyRequest(keys));
  assert.ok(isSameBytes(spki, await exportPublicKey(keys.publicKey)));
});

test('requests that are damaged, foreign or weak are refused', async () => {
  const request = await makeProxyRequest(await generateRsaKeyPair());
  const [block] = readPem(request);
  const damaged = block!.der.slice();
  damaged[damaged.length - 30]! ^= 1;
  const ec = await makeProxyRequest(await makeEcKeys());
  const cases = [
    ['CSR_MALFORMED', ''],
    ['CSR_MALFORMED', 'x'.repeat(20_000)],
    ['CSR_MALFORMED', writePem('CERTIFICATE', jane.certificate.der)],
    ['CSR_MALFORMED', writePem('CERTIFICATE REQUEST', jane.certificate.der.subarray(0, 90))],
    ['CSR_SIGNATURE', writePem('CERTIFICATE REQUEST', damaged)],
    ['CSR_KEY', ec],
  ] as const;
  for (const [reason, pem] of cases) await assert.rejects(publicKeyOfRequest(pem), { reason }, reason);
});

test(
  'OpenSSL accepts proxies of RSA, EC and UTF-8 people, limited ones and second levels',
  { skip: skipWithoutOpenssl },
  async () => {
    const folder = mkdtempSync(join(tmpdir(), 'wms-proxy-'));
    try {
      const trusted = join(folder, 'ca.pem');
      writeFileSync(trusted, writeCertificates([pki.root.certificate.der, pki.issuer.certificate.der]));
      const people = [
        jane,
        await pki.person('Elena', { keys: await makeEcKeys() }),
        await pki.person('Jürgen Müller'),
      ];
      for (const person of people) {
        const full = await issueProxy(person, nowMs);
        const limited = await issueProxy(full, nowMs, { policy: 'limited', diracGroup: 'access_user' });
        for (const chain of [
          [full, person],
          [limited, full, person],
        ]) {
          const file = join(folder, 'chain.pem');
          writeFileSync(file, writeCertificates(chain.map(({ certificate }) => certificate.der)));
          const subject = runOpenssl('x509', '-in', file, '-noout', '-subject', '-nameopt', 'sep_multiline');
          assert.ok(subject.output.includes(lastCommonName(chain[0]!.certificate.subject)!), subject.errors);
          const verified = runOpenssl(
            'verify',
            '-CAfile',
            trusted,
            '-allow_proxy_certs',
            '-untrusted',
            file,
            file,
          );
          assert.ok(verified.isGood, verified.errors + verified.output);
        }
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);

test('a proxy signs for the key asked for and for no other', async () => {
  const keys = await generateRsaKeyPair();
  const publicKey = await publicKeyOfRequest(await makeProxyRequest(keys));
  const proxy = parseCertificate(
    await buildProxy({
      issuer: jane.certificate,
      issuerKey: jane.keys.privateKey,
      publicKey,
      nowMs,
      notAfterMs: nowMs + hourMs,
      policy: 'inheritAll',
    }),
  );
  assert.ok(isSameBytes(proxy.publicKey.der, await exportPublicKey(keys.publicKey)));
  assert.match(slashForm(proxy.subject), /\/CN=Jane Doe\/CN=\d+$/);
});
