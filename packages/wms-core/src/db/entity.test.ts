import assert from 'node:assert/strict';
import { test } from 'node:test';
import { defineEntity, updateSql, writesTo } from './entity.ts';

interface Job {
  readonly jobId: number;
  readonly revision: number;
  readonly status: string;
  readonly minorStatus: string;
}

const jobs = defineEntity<Job>(
  'jobs',
  { id: 'jobId', revision: 'revision' },
  {
    jobId: ['job_id', 'bigint'],
    revision: ['revision', 'bigint'],
    status: ['status', 'text', 'changes'],
    minorStatus: ['minor_status', 'text', 'changes'],
  },
);

test('a statement writes to a table when it inserts, changes or removes its rows', () => {
  for (const sql of [
    'insert into jobs (job_id) values ($1)',
    'update jobs set x = 1',
    'delete from\njobs where x = 1',
  ])
    assert.equal(writesTo(sql, jobs), true, sql);
});

test('a column with the name of the table, or a longer name, is another thing', () => {
  for (const sql of [
    'insert into job_counters (vo, jobs) values ($1, $2) on conflict (vo) do update set jobs = excluded.jobs',
    'insert into jobs_archive (job_id) values ($1)',
    'update jobs_archive set x = 1',
  ])
    assert.equal(writesTo(sql, jobs), false, sql);
});

test('an update names the columns that change, and the id last', () => {
  const places = (...fields: readonly string[]) =>
    fields.map((name) => jobs.changing.findIndex(({ field }) => field === name));
  assert.equal(
    updateSql(jobs, places('revision', 'minorStatus')),
    'update jobs set revision = $1, minor_status = $2 where job_id = $3',
  );
  assert.equal(
    updateSql(jobs, places('revision', 'status', 'minorStatus')),
    'update jobs set revision = $1, status = $2, minor_status = $3 where job_id = $4',
  );
});
