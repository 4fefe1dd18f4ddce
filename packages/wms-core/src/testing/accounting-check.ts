/** What must hold of counters and accounting after any sequence of events, on any database. */
import assert from 'node:assert/strict';
import { recordTables } from '../accounting/accounting-records.store.ts';
import type { RecordType } from '../accounting/record-type.ts';
import { recordTypes } from '../accounting/record-types.ts';
import { rows, type Database, type Row } from '../db/database.ts';
import { payloadFinalStatuses } from '../jobs/job-status.ts';

const read = (database: Database, sql: string): Promise<readonly Row[]> => database.read(() => rows(sql));

const numbers = (found: readonly Row[]): readonly Row[] =>
  found.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]) => [name, typeof value === 'string' ? value : Number(value)]),
    ),
  );

/** Sums of every value by key, from the single records and from the buckets. */
async function sumsAgree(database: Database, type: RecordType): Promise<void> {
  const columns = type.values.map(({ column }) => column);
  const sum = (column: string): string => `cast(sum(${column}) as bigint) as ${column}`;
  const ofRecords = columns.map((column) =>
    column === 'entries' ? 'cast(count(*) as bigint) as entries' : sum(column),
  );
  const tail = 'group by vo, key_id order by vo, key_id';
  assert.deepEqual(
    numbers(
      await read(
        database,
        `select vo, key_id, ${columns.map(sum).join(', ')} from ${type.table}_buckets ${tail}`,
      ),
    ),
    numbers(
      await read(database, `select vo, key_id, ${ofRecords.join(', ')} from ${type.table}_records ${tail}`),
    ),
    `${type.name}: buckets and records do not agree`,
  );
}

/** Sums of buckets are sums of records; keys are known. Needs all single records to be there still. */
export async function checkBuckets(database: Database): Promise<void> {
  for (const { type } of recordTables) await sumsAgree(database, type);
  for (const { table } of recordTypes)
    assert.deepEqual(
      await read(
        database,
        `select distinct key_id from ${table}_buckets where key_id not in (select key_id from ${table}_keys)`,
      ),
      [],
    );
}

/** Every attempt that ended has its record, no other has one, and AccountedFlag says so. */
async function checkAttempts(database: Database): Promise<void> {
  const final = payloadFinalStatuses.map((status) => `'${status}'`).join(', ');
  assert.deepEqual(
    await read(database, `select job_id from jobs where status in (${final}) and accounted <> 'True'`),
    [],
    'ended jobs without accounting',
  );
  assert.deepEqual(
    await read(
      database,
      `select job_id, attempt from accounting_job_records where job_id in (select job_id from jobs)
       except select job_id, attempt from (
         select job_id, attempt from jobs where accounted = 'True'
         union select a.job_id, a.attempt from job_attempts a join jobs j on j.job_id = a.job_id
           where a.attempt < j.attempt
         union select l.job_id, l.attempt from job_log l join jobs j on j.job_id = l.job_id
           where l.attempt < j.attempt and l.status in (${final})) as ended`,
    ),
    [],
    'records of attempts that did not end',
  );
  assert.deepEqual(
    await read(
      database,
      `select job_id, attempt from (
         select job_id, attempt from jobs where accounted = 'True'
         union select a.job_id, a.attempt from job_attempts a join jobs j on j.job_id = a.job_id
           where a.attempt < j.attempt) as ended
       except select job_id, attempt from accounting_job_records`,
    ),
    [],
    'ended attempts without record',
  );
}

async function checkCounters(database: Database): Promise<void> {
  const state = 'vo, owner_group, owner, job_group, job_type, site, status, minor_status';
  assert.deepEqual(
    numbers(
      await read(
        database,
        `select ${state}, jobs, reschedules from job_detail_counters where jobs <> 0 or reschedules <> 0 order by ${state}`,
      ),
    ),
    numbers(
      await read(
        database,
        `select ${state}, count(*) as jobs, cast(sum(reschedule_counter) as bigint) as reschedules
         from jobs group by ${state} order by ${state}`,
      ),
    ),
    'detail counters do not equal a recount',
  );
}

export async function checkAccounting(database: Database): Promise<void> {
  await checkCounters(database);
  await checkAttempts(database);
  await checkBuckets(database);
}
