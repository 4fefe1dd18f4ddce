/**
 * The server dies while it makes the jobs of bulks: this file starts itself as a child that does nothing else, and
 * kills it between, before and inside transactions until all jobs are there. Each id must be there exactly once.
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';
import { test } from 'node:test';
import { rows, type Database } from '../../db/database.ts';
import { openDatabase } from '../../db/open-database.adapter.ts';
import { createJobCore, type JobCore, type JobCoreParts } from '../../job-core.ts';
import { aUser, openJobWorld } from '../../testing/index.ts';

const pathOfChild = process.env['BULK_CRASH_DATABASE'];
const jobCounts = [3000, 601];
const sweep = (count: number): string =>
  `Executable = "/bin/echo"; Arguments = "%s"; JobName = "n%n"; Parameters = ${count}; ParameterStep = 1;`;

/** A second core on the database, as a restarted server has it. */
const restarted = (database: Database, parts: JobCoreParts): Promise<JobCore> =>
  createJobCore({ ...parts, database });

async function beTheChild(path: string): Promise<void> {
  await using world = await openJobWorld({ engine: 'sqlite' });
  const place = path.includes('://') ? { dataFolder: '', databaseUrl: path } : { dataFolder: dirname(path) };
  const { database } = await openDatabase(place);
  database.onCommit(() => process.stdout.write('.'));
  const core = await restarted(database, world.parts);
  const { firstJobId } = (await core.bulks.list(aUser())).at(-1) ?? { firstJobId: 1 };
  // Somebody names a job far ahead while the slices are made.
  await core.monitoring.job(aUser(), firstJobId + 2000);
  core.bulkExpansion.start();
  await core.bulkExpansion.drain();
  process.exit(0);
}

/** Runs a child until it has committed so often; true when it came to its end before. */
async function runAndKill(path: string, commits: number): Promise<boolean> {
  const child = spawn(process.execPath, [import.meta.filename], {
    env: { ...process.env, BULK_CRASH_DATABASE: path, NODE_TEST_CONTEXT: undefined },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit');
  let seen = 0;
  child.stdout.on('data', (dots: Buffer) => {
    seen += dots.length;
    if (seen >= commits) child.kill('SIGKILL');
  });
  await exited;
  return child.exitCode === 0;
}

if (pathOfChild === undefined)
  test('every job of a bulk is made exactly once, however often the server is killed', async () => {
    await using world = await openJobWorld();
    for (const count of jobCounts) await world.bulks.submit(aUser(), { jdls: [sweep(count)] });
    let kills = 0;
    // A child that gets nowhere would be killed for ever: each gets a little further than the last.
    while (!(await runAndKill(world.database.path, 1 + kills * 3))) kills++;
    assert(kills >= 2, `killed ${kills} times only`);
    const total = jobCounts.reduce((sum, count) => sum + count);
    const [jobs, queued, counters, bulks, ahead] = await world.database.read(function* () {
      return [
        yield* rows('select count(*) as n, min(job_id) as low, max(job_id) as high from jobs'),
        yield* rows('select count(*) as n from task_queue_jobs'),
        yield* rows("select cast(sum(jobs) as bigint) as n from job_counters where status = 'Waiting'"),
        yield* rows("select cast(sum(expanded) as bigint) as n from bulks where state = 'Complete'"),
        yield* rows('select count(*) as n from bulk_slices'),
      ];
    });
    assert.deepEqual(jobs, [{ n: total, low: 1, high: total }]);
    for (const found of [queued, counters, bulks]) assert.deepEqual(found, [{ n: total }]);
    assert.deepEqual(ahead, [{ n: 0 }]);
  });
else await beTheChild(pathOfChild);
