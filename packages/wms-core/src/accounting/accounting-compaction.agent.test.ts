/** Compaction loses nothing and counts nothing twice, wherever it is stopped. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { rows, type Database } from '../db/database.ts';
import { silentLogger } from '../kernel/logger.ts';
import { checkBuckets } from '../testing/accounting-check.ts';
import { configurationHolder } from '../testing/builders.ts';
import { createFakeClock, type FakeClock } from '../testing/fake-clock.ts';
import { openTestDatabase } from '../testing/test-database.ts';
import { createAccountingCompactionAgent } from './accounting-compaction.agent.ts';
import { addJobRecord } from './accounting-records.store.ts';

const dayMs = 86_400_000;

const agentOn = (database: Database, clock: FakeClock) =>
  createAccountingCompactionAgent({
    database,
    clock,
    log: silentLogger,
    configuration: configurationHolder(),
  });

/** Stops after so many writes, as a killed process does: what was written stays. */
const stopsAfter = (database: Database, writes: number): Database => {
  let left = writes;
  return {
    ...database,
    write: (work) => (left-- > 0 ? database.write(work) : Promise.reject(new Error('killed'))),
  };
};

const record = fc.record({
  site: fc.constantFrom('EGI.A.org', 'EGI.B.org'),
  vo: fc.constantFrom('biomed', 'fermilab'),
  lengthMs: fc.nat({ max: 20 * dayMs }),
  cpuTimeMs: fc.nat({ max: 2 ** 40 }),
});

async function add(
  database: Database,
  clock: FakeClock,
  jobId: number,
  given: {
    readonly site: string;
    readonly vo: string;
    readonly lengthMs: number;
    readonly cpuTimeMs: number;
  },
): Promise<void> {
  const endMs = clock.nowMs();
  await database.write(() =>
    addJobRecord(
      {
        jobId,
        attempt: 1,
        vo: given.vo,
        keys: [
          ...['ada', 'biomed_user', 'G', 'User', 'Subjob', 'sim'],
          ...[given.site, 'Done', 'Execution Complete'],
        ],
        values: [1, given.cpuTimeMs, given.cpuTimeMs, given.lengthMs, 1, 7, 13, 17, 19, 2, 3, 1001],
        startMs: endMs - given.lengthMs,
        endMs,
      },
      endMs,
    ),
  );
}

const widthsOf = (database: Database): Promise<readonly number[]> =>
  database.read(function* () {
    const found = yield* rows<{ widthMs: number }>(
      'select distinct width_ms as "widthMs" from accounting_job_buckets order by width_ms',
    );
    return found.map(({ widthMs }) => widthMs);
  });

test('sums stay through random records, times and deaths of the agent', async () => {
  const step = fc.record({
    records: fc.array(record, { maxLength: 4 }),
    days: fc.constantFrom(0.1, 1, 9, 40),
    writes: fc.nat({ max: 20 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 6 }), async (steps) => {
      await using database = await openTestDatabase();
      const clock = createFakeClock();
      let jobId = 0;
      for (const { records, days, writes } of steps) {
        for (const given of records) await add(database, clock, ++jobId, given);
        clock.advanceMs(days * dayMs);
        await agentOn(stopsAfter(database, writes), clock)
          .runOnce()
          .catch(() => {});
        await checkBuckets(database);
      }
      await agentOn(database, clock).runOnce();
      await checkBuckets(database);
    }),
    { numRuns: Number(process.env['WM_PROPERTY_RUNS'] ?? 10) },
  );
});

test('buckets are as wide as their age asks for, then vanish; records go after their months, keys last', async () => {
  await using database = await openTestDatabase();
  const clock = createFakeClock();
  await add(database, clock, 1, { site: 'EGI.A.org', vo: 'biomed', lengthMs: 0, cpuTimeMs: 5 });
  const agent = agentOn(database, clock);
  const hours: (readonly number[])[] = [];
  for (const days of [7, 2, 30, 150, 190, 240]) {
    clock.advanceMs(days * dayMs);
    await agent.runOnce();
    hours.push((await widthsOf(database)).map((widthMs) => widthMs / 3_600_000));
  }
  assert.deepEqual(hours, [[1], [4], [24], [48], [168], []]);
  const count = async (table: string) =>
    (await database.read(() => rows(`select 1 from accounting_job_${table}`))).length;
  assert.deepEqual([await count('records'), await count('keys')], [0, 1]);
  clock.advanceMs(30 * dayMs);
  await agent.runOnce();
  assert.equal(await count('keys'), 0);
});

test('sums beyond what is a whole number here do not stop the agent', async () => {
  await using database = await openTestDatabase();
  const clock = createFakeClock();
  const most = Number.MAX_SAFE_INTEGER;
  for (const jobId of [1, 2])
    await add(database, clock, jobId, { site: 'EGI.A.org', vo: 'biomed', lengthMs: 0, cpuTimeMs: most });
  clock.advanceMs(9 * dayMs);
  await agentOn(database, clock).runOnce();
  assert.deepEqual(await widthsOf(database), [4 * 3_600_000]);
});

test('two agents at once take each bucket once', async () => {
  await using database = await openTestDatabase();
  const clock = createFakeClock();
  for (let jobId = 1; jobId <= 20; jobId++)
    await add(database, clock, jobId, { site: 'EGI.A.org', vo: 'biomed', lengthMs: dayMs, cpuTimeMs: 1000 });
  clock.advanceMs(50 * dayMs);
  await Promise.all([agentOn(database, clock).runOnce(), agentOn(database, clock).runOnce()]);
  await checkBuckets(database);
});
