import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { createCore, type CorePorts } from './core.ts';
import { migrate } from './db/migrate.ts';
import { openDatabase } from './db/open-database.adapter.ts';
import { systemClock } from './kernel/clock.ts';
import { silentLogger } from './kernel/logger.ts';
import { anOffer, aPilot, aUser } from './testing/builders.ts';
import { openJobWorld } from './testing/job-world.ts';
import { databaseAt } from './testing/test-database.ts';
import type { MatchAnswer } from './use-cases.ts';

const configuration = `
vos:
  biomed:
    groups:
      biomed_user: { properties: [NormalUser], users: [ada] }
users: { ada: {} }
sites:
  EGI.Demo.org: { computingElements: { local: { type: local, queues: { default: {} } } } }
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

/** Jobs that wait in the database of a core that is still to be opened. */
async function submitTo({ dataFolder }: CorePorts, count: number): Promise<void> {
  await mkdir(dataFolder, { recursive: true });
  const open = () => openDatabase({ dataFolder });
  const opened = await open();
  await migrate(opened.database);
  const place = { engine: 'sqlite', at: dataFolder, open, remove: async () => {} } as const;
  await using world = await openJobWorld({ database: databaseAt(place, opened) });
  for (let job = 0; job < count; job++) await world.submitOne();
}

test('a pilot that repeats its question, because the answer got lost, gets the same attempt again', async () => {
  await using ports = await somePorts();
  await submitTo(ports, 2);
  await using core = await openCore(ports);
  const ask = (requestId: string): Promise<MatchAnswer> =>
    core.matcher.match(aPilot(), anOffer(), 0, undefined, { requestId, held: [] });
  const first = await ask('question-1');
  assert.equal(first.kind, 'match');
  assert.deepEqual(await ask('question-1'), first);
});
