import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createCore, type CorePorts } from './core.ts';
import { systemClock } from './kernel/clock.ts';
import { silentLogger } from './kernel/logger.ts';
import { aUser } from './testing/builders.ts';

const configuration = `
vos:
  biomed:
    groups:
      biomed_user: { properties: [NormalUser], users: [ada] }
users: { ada: {} }
sites: {}
`;

async function somePorts(): Promise<CorePorts & AsyncDisposable> {
  const folder = await mkdtemp(join(tmpdir(), 'wms-core-'));
  const configurationFile = join(folder, 'configuration.yaml');
  const pilotBundlePath = join(folder, 'pilot.mjs');
  await writeFile(configurationFile, configuration);
  await writeFile(pilotBundlePath, '');
  return {
    dataFolder: join(folder, 'data'),
    clock: systemClock,
    log: silentLogger,
    publicUrl: 'http://127.0.0.1:1',
    serverUrlForPilots: 'http://127.0.0.1:1',
    signingKey: randomBytes(32),
    keyEncryptionKeys: [randomBytes(32)],
    trustFolders: [],
    standInIssuers: ['https://stand-in.example'],
    configurationFile,
    pilotBundlePath,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true, maxRetries: 20 }),
  };
}

async function openCore(ports: CorePorts) {
  const core = await createCore(ports);
  return { ...core, [Symbol.asyncDispose]: () => core.stop() };
}

test('a core opens, is healthy, asks for a proxy before it takes a job, and stops', async () => {
  await using ports = await somePorts();
  await using core = await openCore(ports);
  await core.start();
  assert.equal((await core.health()).ok, true);
  const { accountId } = await core.accounts.logIn({
    issuer: 'https://stand-in.example',
    subject: 'ada',
    preferredUserName: 'ada',
    entitlements: [],
  });
  await assert.rejects(core.jobs.submit(aUser({ accountId }), { jdls: ['Executable = "/bin/ls";'] }), {
    code: 'proxy.missing',
  });
  await core.stop();
  await assert.rejects(core.documents.list(aUser(), 'note'), { code: 'service.unavailable' });
});

test('a core opens the same folder again without migrating', async () => {
  await using ports = await somePorts();
  const first = await createCore(ports);
  await first.stop();
  await using second = await openCore(ports);
  assert.deepEqual(await second.pilots.search(aUser(), { search: [], sort: [], page: 1, perPage: 10 }), {
    rows: [],
    total: 0,
  });
});

test('a faulty configuration is refused before anything is opened', async () => {
  await using ports = await somePorts();
  await writeFile(ports.configurationFile, 'vos: 7');
  await assert.rejects(createCore(ports), { code: 'configuration.invalid' });
});
