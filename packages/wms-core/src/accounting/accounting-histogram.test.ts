/** Histograms count every record that may be seen once, in bins that people can read. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { aUser, configurationHolder } from '../testing/builders.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { propertyRuns } from '../testing/property-runs.ts';
import { openTestDatabase, type TestDatabase } from '../testing/test-database.ts';
import type { AccountingQuestion } from '../use-cases.ts';
import { binsOf, binWidthFor } from './accounting-histogram.ts';
import { addJobRecord } from './accounting-records.store.ts';
import { createAccountingReports } from './accounting-report.service.ts';

const clock = createFakeClock();
const hourMs = 3_600_000;

interface Ended {
  readonly owner: string;
  readonly vo?: string;
  readonly site?: string;
  readonly cpuTimeS: number;
  readonly agoMs?: number;
}

async function openWith(records: readonly Ended[]): Promise<TestDatabase> {
  const database = await openTestDatabase();
  await database.write(function* () {
    for (const [index, record] of records.entries()) {
      const { agoMs = 1000, cpuTimeS, owner, site = 'EGI.A.de', vo = 'biomed' } = record;
      const endMs = clock.nowMs() - agoMs;
      yield* addJobRecord(
        {
          jobId: index + 1,
          attempt: 1,
          vo,
          keys: [owner, 'biomed_user', 'G', 'User', 'Single', 'Unknown', site, 'Done', ''],
          values: [1, cpuTimeS * 1000, ...Array.from({ length: 10 }, () => 0)],
          startMs: endMs,
          endMs,
        },
        clock.nowMs(),
      );
    }
  });
  return database;
}

const ask = (database: TestDatabase, request: Partial<AccountingQuestion> = {}, principal = monitor) =>
  createAccountingReports({ database, clock, configuration: configurationHolder() }).histogram(principal, {
    type: 'Job',
    fromMs: clock.nowMs() - hourMs,
    toMs: clock.nowMs(),
    conditions: [],
    value: 'CPUTime',
    ...request,
  });

const monitor = aUser({ properties: ['AccountingMonitor'] });

test('bins are wide enough for the largest, few, and hold every record once', () => {
  fc.assert(
    fc.property(fc.array(fc.nat({ max: 2 ** 40 }), { minLength: 1, maxLength: 20 }), (values) => {
      const width = binWidthFor(Math.max(...values));
      const bins = binsOf(values.map((value) => ({ bin: Math.floor(value / width), records: 1 })));
      assert.match(String(width), /^[125]0*$/);
      assert(bins.length <= 50);
      assert.equal(
        bins.reduce((sum, each) => sum + each, 0),
        values.length,
      );
    }),
    propertyRuns(300),
  );
});

test('records are counted by size; those of other times and VOs are not', async () => {
  await using database = await openWith([
    { owner: 'ada', cpuTimeS: 0 },
    { owner: 'ada', cpuTimeS: 99 },
    { owner: 'bob', cpuTimeS: 100 },
    { owner: 'bob', cpuTimeS: 4800 },
    { owner: 'bob', cpuTimeS: 7, agoMs: 2 * hourMs },
    { owner: 'fay', cpuTimeS: 9, vo: 'fermilab' },
  ]);
  const { bins, binWidth, unit } = await ask(database);
  assert.deepEqual([unit, binWidth, bins.length], ['s', 100, 49]);
  assert.deepEqual([bins[0], bins[1], bins[48]], [2, 1, 1]);
});

test('each sees his own records only, and no trace of how large those of others are', async () => {
  await using database = await openWith([
    { owner: 'ada', cpuTimeS: 40 },
    { owner: 'bob', cpuTimeS: 1_000_000 },
  ]);
  const { bins, binWidth } = await ask(database, {}, aUser());
  assert.equal(binWidth, 1);
  assert.equal(bins.length, 41);
  const bobs = { conditions: [{ key: 'User', values: ['bob'] }] };
  assert.deepEqual((await ask(database, bobs, aUser())).bins, []);
});

test('conditions select, also those on what follows from the site', async () => {
  await using database = await openWith([
    { owner: 'ada', cpuTimeS: 3, site: 'EGI.A.de' },
    { owner: 'ada', cpuTimeS: 3, site: 'EGI.B.de' },
    { owner: 'ada', cpuTimeS: 9, site: 'EGI.C.fr' },
  ]);
  const of = async (key: string, value: string) =>
    (await ask(database, { conditions: [{ key, values: [value] }] })).bins.reduce((a, b) => a + b, 0);
  assert.equal(await of('Country', 'de'), 2);
  assert.equal(await of('Site', 'EGI.C.fr'), 1);
  assert.equal(await of('Grid', 'LCG'), 0);
});

for (const [what, request, field] of [
  ['a type without single records', { type: 'WMSHistory', value: 'Jobs' }, 'type'],
  ['a quotient', { value: 'CPUEfficiency' }, 'value'],
  ['the number of records', { value: 'Records' }, 'value'],
  ['an end before the beginning', { fromMs: 5, toMs: 4 }, 'to'],
] as const)
  test(`${what} is refused, and the field named`, async () => {
    await using database = await openWith([]);
    await assert.rejects(ask(database, request), { code: 'input.invalid', details: { field } });
  });
