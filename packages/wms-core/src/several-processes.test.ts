/** Several server processes on one PostgreSQL database. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { describe, test } from 'node:test';
import { rows } from './db/database.ts';
import { createJobCore, type JobCore } from './job-core.ts';
import { anOffer, aPilot, aUser } from './testing/builders.ts';
import { postgresIsMissing } from './testing/engines.ts';
import { helloWorld, openJobWorld, type JobWorld } from './testing/job-world.ts';
import { openTestDatabase } from './testing/test-database.ts';

/** A second core on the database of the world. */
async function openSecond(world: JobWorld): Promise<JobCore & AsyncDisposable> {
  const database = await world.database.openAnother();
  const core = await createJobCore({ ...world.parts, database, broadcast: database.broadcast });
  return { ...core, [Symbol.asyncDispose]: () => database.close() };
}

const stamps = Array.from({ length: 8 }, (_, index) => index.toString(16).repeat(32));

async function matchAll(core: Pick<JobCore, 'matcher'>, stamp: string): Promise<readonly string[]> {
  const attempts: string[] = [];
  for (;;) {
    const answer = await core.matcher.match(aPilot({ stamp }), anOffer(), 0);
    if (answer.kind !== 'match') return attempts;
    attempts.push(`${answer.job.jobId}.${answer.job.attempt}`);
  }
}

describe('several processes on one database', { skip: postgresIsMissing() }, () => {
  test('a pilot that waits at one gets the job that is submitted at the other', async () => {
    await using world = await openJobWorld({ engine: 'postgres' });
    await using second = await openSecond(world);
    const waiting = second.matcher.match(aPilot(), anOffer(), 20_000);
    const jobId = await world.submitOne();
    const answer = await waiting;
    assert.equal(answer.kind === 'match' && answer.job.jobId, jobId);
  });

  test('pilots that ask both at once get every job once', async () => {
    await using world = await openJobWorld({ engine: 'postgres' });
    await world.jobs.submit(aUser(), { jdls: [helloWorld.replace(']', 'Parameters = 60; ]')] });
    await using second = await openSecond(world);
    const attempts = await Promise.all(
      stamps.map((stamp, index) => matchAll(index % 2 === 0 ? world : second, stamp)),
    );
    assert.equal(attempts.flat().length, 60);
    assert.equal(new Set(attempts.flat()).size, 60);
    const counted = await world.database.read(() =>
      rows('select status, jobs from job_counters where jobs <> 0 order by status'),
    );
    assert.deepEqual(counted, [{ status: 'Matched', jobs: 60 }]);
  });

  test('a process that missed news learns from the database', async () => {
    await using world = await openJobWorld({ engine: 'postgres', parts: { broadcast: undefined } });
    await using second = await openSecond(world);
    await world.submitOne(); // the first one tells nobody
    assert.equal((await second.matcher.match(aPilot(), anOffer(), 0)).kind, 'noMatch');
    for (const agent of second.ownAgents) await agent.runOnce();
    assert.equal((await second.matcher.match(aPilot(), anOffer(), 0)).kind, 'match');
    assert.equal(world.index.all().length, 1);
  });

  test('one hears of the commits of the other', async () => {
    await using database = await openTestDatabase({ engine: 'postgres' });
    await using second = await database.openAnother();
    const heard = new Promise<void>((resolve) => void second.onCommit(resolve));
    await database.write(() => rows("insert into events (at_ms, changes) values (1, '[]')"));
    await heard;
  });

  test('an agent runs in one process, and in the other when the first is killed', async () => {
    await using database = await openTestDatabase({ engine: 'postgres' });
    await using first = await startProcess(database.path);
    await first.said('agent.started', 'pilot-director');
    await using second = await startProcess(database.path);
    await second.said('ready');
    assert.deepEqual(second.started(), []);
    first.kill();
    for (const agent of first.started()) await second.said('agent.started', agent);
    assert.deepEqual(second.started().toSorted(), first.started().toSorted());
  });
});

/** A core as a process of its own. */
async function startProcess(databaseUrl: string) {
  const folder = await mkdtemp(join(tmpdir(), 'wms-process-'));
  const program = new URL('./testing/core-process.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [program, folder, databaseUrl], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const said: { readonly event: string; readonly agent?: string }[] = [];
  const lines = createInterface(child.stdout);
  lines.on('line', (line) => said.push(JSON.parse(line) as (typeof said)[number]));
  return {
    started: () => said.flatMap(({ event, agent = '' }) => (event === 'agent.started' ? [agent] : [])),
    async said(event: string, agent?: string): Promise<void> {
      const isSaid = (): boolean => said.some((each) => each.event === event && each.agent === agent);
      while (!isSaid()) await once(lines, 'line');
    },
    kill: () => void child.kill('SIGKILL'),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL');
      await rm(folder, { recursive: true, force: true, maxRetries: 20 });
    },
  };
}
