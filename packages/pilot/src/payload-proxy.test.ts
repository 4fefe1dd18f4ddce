import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { before, describe, test } from 'node:test';
import { buildProxy, parseCertificate, readPem, validateChain, writeCertificates } from '@wm/credentials';
import { createTestPki, issueProxy, type TestPki } from '@wm/credentials/testing';
import type { Credential } from '@wm/credentials/authority';
import { isolationLevels } from './job-wrapper/isolation.ts';
import { createKeySupply } from './job-wrapper/payload-proxy.ts';
import { archiveOf, filesIn, makePilotWorld, type PilotWorld } from './testing/pilot-world.ts';

let pki: TestPki;
let person: Credential;
let stored: Credential;

before(async () => {
  pki = await createTestPki();
  person = await pki.person('Jane Doe');
  stored = await issueProxy(person, pki.nowMs);
});

/** What the server does with the stored proxy of the job's owner. */
async function signProxy(publicKeyPem: string): Promise<string> {
  const proxy = await buildProxy({
    issuer: stored.certificate,
    issuerKey: stored.keys.privateKey,
    publicKey: readPem(publicKeyPem)[0]!.der,
    nowMs: pki.nowMs,
    notAfterMs: pki.nowMs + 3_600_000,
    policy: 'limited',
  });
  return writeCertificates([
    proxy,
    ...[stored, person, pki.issuer].map(({ certificate }) => certificate.der),
  ]);
}

async function addScript(world: PilotWorld, text: string, outputSandbox = '"std.out"'): Promise<void> {
  const input = world.server.addInput(await archiveOf({ 'run.sh': `#!/bin/sh\n${text}\n` }));
  const jdl = `[Executable = "run.sh"; OutputSandbox = {${outputSandbox}};]`;
  world.server.addJob({ jdl, inputSandboxes: [input] });
}

const outputsOf = (world: PilotWorld): Promise<ReadonlyMap<string, string>[]> =>
  Promise.all([...world.server.outputs.values()].map(async (archive) => new Map(await filesIn(archive))));

for (const level of isolationLevels)
  test(`a payload has a limited proxy with its key, for itself alone (${level.name})`, async (t) => {
    if (!(await level.works())) return t.skip(`needs ${level.name}`);
    await using world = await makePilotWorld();
    world.server.signProxy = signProxy;
    await addScript(world, 'stat -c "mode %a" "$X509_USER_PROXY"; base64 -w0 "$X509_USER_PROXY"');
    await world.run({}, [level]);
    const text = (await outputsOf(world))[0]?.get('std.out') ?? '';
    assert.match(text, /^mode 600\n/);
    const pem = Buffer.from(text.split('\n')[1] ?? '', 'base64').toString();
    assert.deepEqual(
      readPem(pem).map(({ label }) => label),
      ['CERTIFICATE', 'RSA PRIVATE KEY', 'CERTIFICATE', 'CERTIFICATE', 'CERTIFICATE'],
    );
    const chain = readPem(pem).filter(({ label }) => label === 'CERTIFICATE');
    const certificates = chain.map(({ der }) => parseCertificate(der));
    assert.equal((await validateChain(certificates, pki.trust, pki.nowMs)).isLimited, true);
    const publicKey = createPublicKey(createPrivateKey(pem)).export({ type: 'spki', format: 'der' });
    assert.deepEqual(publicKey, Buffer.from(certificates[0]!.publicKey.der));
    assert.match(world.server.parametersOf(1)['PayloadProxy'] ?? '', /^Limited, valid until 2026/);
    assert.deepEqual(world.server.faults, []);
    assert.doesNotMatch(world.server.log + JSON.stringify(world.server.reports), /PRIVATE KEY/);
    assert.deepEqual(await readdir(world.configuration().workDirectory), []);
  });

test('files with the key of the proxy are not uploaded, and the job says which', async () => {
  await using world = await makePilotWorld();
  world.server.signProxy = signProxy;
  await addScript(
    world,
    'cp "$X509_USER_PROXY" copy.pem; ln "$X509_USER_PROXY" hard.pem; ln -s "$X509_USER_PROXY" link.pem; echo fine',
    '"*.pem", "std.out"',
  );
  await world.run();
  assert.deepEqual(await outputsOf(world), [new Map([['std.out', 'fine\n']])]);
  assert.match(world.server.parametersOf(1)['OutputSandboxWithheldFiles'] ?? '', /^copy\.pem/);
  assert.equal(world.server.statusOf(1), 'Done');
});

test('a payload for whom there is no proxy runs without, and the job says so', async () => {
  await using world = await makePilotWorld();
  await addScript(world, 'echo "proxy=$X509_USER_PROXY"');
  await world.run();
  assert.deepEqual(await outputsOf(world), [new Map([['std.out', 'proxy=\n']])]);
  assert.equal(world.server.parametersOf(1)['PayloadProxy'], 'None: mkolar has no usable proxy.');
  assert.match(world.server.log, /job 1: no proxy for the payload/);
});

test('no payload starts for an attempt that is over for the server', async () => {
  await using world = await makePilotWorld();
  world.server.staleAttempts.add('1/1');
  await addScript(world, 'echo started');
  await world.run();
  assert.deepEqual(await outputsOf(world), []);
  assert.deepEqual(world.server.reports, []);
});

describe('the supply of keys', () => {
  test('has a pair at hand and never gives one twice', async () => {
    const keys = createKeySupply();
    const pairs = [await keys.take(), await keys.take()];
    keys.prepare();
    keys.prepare();
    pairs.push(await keys.take());
    assert.equal(new Set(pairs.map(({ privateKey }) => privateKey)).size, 3);
  });
});
