import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { validateChain } from '@wm/credentials';
import { openPkcs12 } from '@wm/credentials/pkcs12';
import { createTestPki, trustFolderFiles } from '@wm/credentials/testing';
import type { Logger } from '../kernel/logger.ts';
import { createFakeClock } from '../testing/index.ts';
import { prepareDemoAuthority } from './demo-authority.adapter.ts';
import { createTrustFolder } from './trust-folder.adapter.ts';

const startMs = Date.UTC(2026, 10, 20, 12);

async function folder() {
  const path = await mkdtemp(join(tmpdir(), 'wms-trust-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

function countingLog(events: string[]): Logger {
  const write = (_: object, event: string): void => void events.push(event);
  const log: Logger = { debug: write, info: write, warn: write, error: write, child: () => log };
  return log;
}

test('a trust folder gives authorities, name spaces and revocation lists; a broken file is told and skipped', async () => {
  await using place = await folder();
  const pki = await createTestPki(startMs);
  const jane = await pki.person('Jane Doe');
  const files = await trustFolderFiles(pki, [jane.certificate]);
  for (const [name, text] of Object.entries(files)) await writeFile(join(place.path, name), text);
  await writeFile(join(place.path, 'a1b2c3d4.0'), files['test-root.pem']!);
  await writeFile(
    join(place.path, 'broken.pem'),
    '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n',
  );
  await writeFile(join(place.path, 'README.txt'), 'nothing');
  const events: string[] = [];
  const trust = createTrustFolder({
    anchors: [place.path],
    clock: createFakeClock(startMs),
    log: countingLog(events),
  });
  const store = await trust.current();
  assert.equal(store.authorities.length, 2);
  assert.equal(store.isListRequired, true);
  assert.deepEqual(events, ['trust.file-skipped', 'trust.loaded']);
  await assert.rejects(validateChain([jane.certificate], store, startMs), { reason: 'REVOKED' });
  await validateChain([(await pki.person('Other')).certificate], store, startMs);
});

test('the store is read again after ten minutes, and the last good one stays when that fails', async () => {
  await using place = await folder();
  const pki = await createTestPki(startMs);
  const files = await trustFolderFiles(pki);
  await writeFile(join(place.path, 'root.pem'), files['test-root.pem']!);
  const clock = createFakeClock(startMs);
  const events: string[] = [];
  const trust = createTrustFolder({ anchors: [place.path], clock, log: countingLog(events) });
  assert.equal((await trust.current()).authorities.length, 1);
  await writeFile(join(place.path, 'issuing.pem'), files['test-issuing.pem']!);
  assert.equal((await trust.current()).authorities.length, 1);
  clock.advanceS(601);
  assert.equal((await trust.current()).authorities.length, 2);
  await rm(place.path, { recursive: true });
  clock.advanceS(601);
  assert.equal((await trust.current()).authorities.length, 2);
  assert.ok(events.includes('trust.not-loaded'));
});

test('an older revocation list in the place of a newer one revokes no revocation', async () => {
  await using place = await folder();
  const pki = await createTestPki(startMs);
  const person = await pki.person('Robin Revoked');
  const clock = createFakeClock(startMs);
  const files = await trustFolderFiles({ ...pki, nowMs: startMs + 1000 }, [person.certificate]);
  for (const [name, text] of Object.entries(files)) await writeFile(join(place.path, name), text);
  const trust = createTrustFolder({ anchors: [place.path], clock, log: countingLog([]) });
  const verdict = async () => validateChain([person.certificate], await trust.current(), startMs + 3_600_000);
  await assert.rejects(verdict(), { reason: 'REVOKED' });
  for (const [name, text] of Object.entries(await trustFolderFiles(pki)))
    await writeFile(join(place.path, name), text);
  clock.advanceS(601);
  await assert.rejects(verdict(), { reason: 'REVOKED' });
});

test('without anchors nobody is trusted', async () => {
  const trust = createTrustFolder({ anchors: [], clock: createFakeClock(startMs), log: countingLog([]) });
  const pki = await createTestPki(startMs);
  await assert.rejects(validateChain([pki.issuer.certificate], await trust.current(), startMs));
  const { certificate } = await pki.person('Jane Doe');
  await assert.rejects(validateChain([certificate], await trust.current(), startMs), {
    reason: 'UNTRUSTED_CA',
  });
});

test('the demo authority makes two files for each user once, secret, and trusted through its folder', async () => {
  await using place = await folder();
  const users = [
    { userName: 'mkolar', displayName: 'Marta Kolářová' },
    { userName: 'J_Doe', displayName: '' },
  ];
  const clock = createFakeClock(startMs);
  const prepare = () => prepareDemoAuthority({ folder: place.path, users, clock });
  const demo = await prepare();
  assert.deepEqual(
    demo.certificates.map(({ fileName }) => fileName),
    ['mkolar-modern.p12', 'mkolar-legacy.p12', 'j-doe-modern.p12', 'j-doe-legacy.p12'],
  );
  const trust = await createTrustFolder({
    anchors: [demo.trustFolder],
    clock,
    log: countingLog([]),
  }).current();
  const digests: string[] = [];
  for (const { path, passphrase } of demo.certificates) {
    const bytes = await readFile(path);
    digests.push(bytes.toString('base64'));
    const { endEntity } = await openPkcs12(bytes, passphrase);
    await validateChain([endEntity], trust, startMs);
  }
  for (const name of await readdir(place.path, { recursive: true })) {
    const { mode, isDirectory } = await stat(join(place.path, name)).then((found) => ({
      mode: found.mode & 0o777,
      isDirectory: found.isDirectory(),
    }));
    assert.equal(mode, isDirectory ? 0o700 : 0o600, name);
  }
  const again = await prepare();
  assert.deepEqual(again, demo);
  assert.deepEqual(
    await Promise.all(again.certificates.map(async ({ path }) => (await readFile(path)).toString('base64'))),
    digests,
  );
});

test('a demo certificate that is about to end is made anew', async () => {
  await using place = await folder();
  const clock = createFakeClock(startMs);
  const options = { folder: place.path, users: [{ userName: 'mkolar', displayName: '' }], clock };
  const serial = async () => {
    const [certificate] = (await prepareDemoAuthority(options)).certificates;
    return (await openPkcs12(await readFile(certificate!.path), 'demo')).endEntity.serialHex;
  };
  const first = await serial();
  clock.advanceS(100 * 86_400);
  assert.equal(await serial(), first);
  clock.advanceS(300 * 86_400);
  assert.notEqual(await serial(), first);
});
