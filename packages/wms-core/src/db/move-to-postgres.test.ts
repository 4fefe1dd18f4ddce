import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { createJobCore } from '../job-core.ts';
import { aUser } from '../testing/builders.ts';
import { makePlace, postgresIsMissing } from '../testing/engines.ts';
import { openJobWorld } from '../testing/job-world.ts';
import { rows, run, type Work } from './database.ts';
import { moveToPostgres } from './move-to-postgres.ts';
import { sqliteFile } from './open-database.adapter.ts';
import { openSqliteDatabase } from './sqlite.adapter.ts';

/** A stopped installation that has seen some life. */
async function someInstallation() {
  await using world = await openJobWorld({ engine: 'sqlite' });
  await world.jobs.submit(aUser(), { jdls: ['Executable = "/bin/true"; Parameters = 5;'] });
  const job = await world.matchOne();
  await world.report(job, { status: 'Running', applicationStatus: 'quote " ü \\ {a,b}' });
  await world.database.write(function* () {
    yield* run(
      `insert into accounts (account_id, user_name, is_configured, display_name, created_at_ms, last_log_in_at_ms)
       values ('a', 'ada', 1, 'Ada', 1, 1)`,
    );
    yield* run(
      `insert into proxy_requests (request_id, account_id, session_hash, public_key_digest, sealed_key,
         key_encryption_key_id, expires_at_ms) values ('r', 'a', 's', 'p', $1, 'k', 1)`,
      [new Uint8Array([0, 255, 34, 92])],
    );
    yield* run('insert into job_signs (job_id, attempt, at_ms, stdout_tail) values (99, 1, 1, $1)', [
      'a NUL \u0000 in it',
    ]);
    yield* run('delete from jobs where job_id = 5');
  });
  const folder = await mkdtemp(join(tmpdir(), 'wms-move-'));
  await world.database.backup(sqliteFile(folder));
  return {
    folder,
    parts: world.parts,
    jobs: await world.database.read(allJobs),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

const allJobs = (): Work<readonly object[]> =>
  rows('select job_id, status, application_status from jobs order by job_id');

async function emptyTarget() {
  const place = await makePlace('postgres', false);
  return { ...place, [Symbol.asyncDispose]: () => place.remove() };
}

describe('moving to PostgreSQL', { skip: postgresIsMissing() }, () => {
  test('every row arrives, and life goes on with numbers never used before', async () => {
    await using installation = await someInstallation();
    await using target = await emptyTarget();
    const moved = await moveToPostgres({ dataFolder: installation.folder, databaseUrl: target.at });
    assert.equal(moved.find(({ table }) => table === 'jobs')?.rows, 4);
    const { database } = await target.open();
    assert.deepEqual(await database.read(allJobs), installation.jobs);
    assert.deepEqual(await database.read(() => rows('select sealed_key from proxy_requests')), [
      { sealed_key: new Uint8Array([0, 255, 34, 92]) },
    ]);
    assert.deepEqual(await database.read(() => rows('select stdout_tail from job_signs where job_id = 99')), [
      { stdout_tail: 'a NUL \uFFFD in it' },
    ]);
    const core = await createJobCore({ ...installation.parts, database });
    const [submitted] = await core.jobs.submit(aUser(), { jdls: ['Executable = "/bin/true";'] });
    assert.equal(submitted?.jobId, 6);
    await database.close();
  });

  test('a server on either side, a used target and another release are refused', async () => {
    await using installation = await someInstallation();
    await using target = await emptyTarget();
    const move = () => moveToPostgres({ dataFolder: installation.folder, databaseUrl: target.at });
    const onPostgres = await target.open();
    await assert.rejects(move(), /A server uses the PostgreSQL database/);
    await onPostgres.database.write(() =>
      run(
        `insert into submissions (account_id, request_key, digest, answer, at_ms) values ('a', 'b', 'c', 'd', 1)`,
      ),
    );
    await onPostgres.database.close();
    await assert.rejects(move(), /submissions has rows/);

    const server = openSqliteDatabase(sqliteFile(installation.folder));
    await server.read(allJobs); // as every server does when it starts
    await assert.rejects(move(), /is in use. Stop the server first/);
    await server.write(() => run("delete from migrations where name like '0002%'"));
    await server.close();
    await assert.rejects(move(), /another release/);
    await assert.rejects(
      moveToPostgres({ dataFolder: '/nowhere', databaseUrl: target.at }),
      /no database at \/nowhere/,
    );
  });

  test('a row that cannot be stored leaves the target empty', async () => {
    await using installation = await someInstallation();
    await using target = await emptyTarget();
    const source = openSqliteDatabase(sqliteFile(installation.folder));
    await source.write(() => run('update jobs set user_priority = $1 where job_id = 1', [2 ** 40]));
    await source.close();
    const move = moveToPostgres({ dataFolder: installation.folder, databaseUrl: target.at });
    await assert.rejects(move, /jobs cannot be copied: .*out of range/);
    const { database } = await target.open();
    assert.deepEqual(await database.read(() => rows('select account_id from accounts')), []);
    await database.close();
  });
});
