import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { healthChecks } from './checks/index.ts';
import type { FactGatherers, HealthFacts } from './health-facts.ts';
import { healthStatuses, type HealthJudgement } from './system-health.ts';

const nowMs = Date.UTC(2026, 10, 20);
const dayMs = 86_400_000;
const mebibyte = 1_048_576;

const anAgent = (fields: Partial<HealthFacts['agents']['records'][number]>) => ({
  name: 'pilot-director',
  everyMs: 15_000,
  lastCycleAtMs: nowMs - 1000,
  lastSuccessAtMs: nowMs - 1000,
  failuresInARow: 0,
  lastFailure: undefined,
  ...fields,
});

const aSite = (fields: Partial<HealthFacts['sites'][number]>) => ({
  site: 'EGI.Demo.org',
  status: 'Active',
  done: 10,
  failed: 0,
  reason: undefined,
  ...fields,
});

/** An installation where all is well. */
const wellFacts: HealthFacts = {
  database: { engine: 'sqlite', latencyMs: 0.2, sizeBytes: 4096 },
  commits: { waiting: 0, stuckMs: 0, meanMs: 2 },
  disk: { freeBytes: 50_000 * mebibyte, totalBytes: 100_000 * mebibyte },
  configuration: { version: 'f0993a866448', loadedAtMs: nowMs, fault: undefined },
  agents: { records: [anAgent({})], startedAtMs: nowMs - dayMs },
  matcher: { waitingJobs: 0, askingPilots: 0, overlookedJobs: 0 },
  oldestWaiting: [{ vo: 'biomed', waitedS: 60 }],
  sites: [aSite({})],
  nodeClocks: [{ site: 'EGI.Demo.org', offsetS: 0.3 }],
  trust: {
    authorities: [{ name: '/CN=CA', endsAtMs: nowMs + 900 * dayMs }],
    revocationLists: [{ name: '/CN=CA', endsAtMs: nowMs + 20 * dayMs }],
    isListRequired: true,
  },
  proxies: { stored: 3, unreadable: 0 },
  tokenGrants: { kept: 3, unreadable: 0 },
  outbox: { kept: 10, oldestAtMs: nowMs - 1000 },
  process: { mode: 'production', eventLoopLagMs: 3 },
};

const gatherOf = (facts: HealthFacts): FactGatherers =>
  Object.fromEntries(
    Object.entries(facts).map(([name, fact]) => [name, async () => fact]),
  ) as unknown as FactGatherers;

async function judged(id: string, facts: Partial<HealthFacts>): Promise<readonly HealthJudgement[]> {
  const check = healthChecks.find((each) => each.id === id);
  assert(check, id);
  return check.examine(gatherOf({ ...wellFacts, ...facts }), nowMs);
}

const statusesOf = (found: readonly HealthJudgement[]) => found.map(({ status }) => status).join(' ');

test('where all is well every check says so, in a sentence', async () => {
  for (const { id, about } of healthChecks) {
    const found = await judged(id, {});
    assert.equal(statusesOf(found), 'ok', id);
    assert.match(found[0]?.means ?? '', /^[A-Z].*\.$/, id);
    assert.match(about, /^[A-Z].*\.$/, id);
  }
});

test('no two checks have the same id', () => {
  assert.equal(new Set(healthChecks.map(({ id }) => id)).size, healthChecks.length);
});

const { records } = wellFacts.agents;
const agents = (fields: Parameters<typeof anAgent>[0]): Partial<HealthFacts> => ({
  agents: { records: [anAgent(fields), ...records.slice(1)], startedAtMs: nowMs - dayMs },
});
const trust = (fields: Partial<HealthFacts['trust']>): Partial<HealthFacts> => ({
  trust: { ...wellFacts.trust, ...fields },
});

/** Check, what is the case, what follows, and words that must be said. */
const cases: readonly (readonly [string, Partial<HealthFacts>, string, RegExp])[] = [
  ['database', { database: { engine: 'sqlite', latencyMs: 1500, sizeBytes: 0 } }, 'warning', /slowly/],
  ['commits', { commits: { waiting: 0, stuckMs: 0, meanMs: 400 } }, 'warning', /slow/],
  ['commits', { commits: { waiting: 1, stuckMs: 12_000, meanMs: 1 } }, 'critical', /12 s.* 1 write /],
  ['event-loop', { process: { mode: 'production', eventLoopLagMs: 300 } }, 'warning', /late/],
  ['event-loop', { process: { mode: 'production', eventLoopLagMs: 3000 } }, 'critical', /late/],
  [
    'configuration',
    { configuration: { version: 'x', loadedAtMs: 0, fault: 'sites: is missing' } },
    'warning',
    /sites: is missing/,
  ],
  ['agents', agents({ isElsewhere: true, lastCycleAtMs: 0 }), 'ok', /Another server process/],
  ['agents', agents({ failuresInARow: 1, lastFailure: 'no broom' }), 'warning', /last cycle.*no broom/],
  ['agents', agents({ failuresInARow: 3, lastFailure: 'x' }), 'critical', /3 cycles.*do not start/],
  ['agents', agents({ lastCycleAtMs: nowMs - 600_000 }), 'critical', /10 min/],
  ['agents', agents({ lastCycleAtMs: undefined }), 'critical', /no cycle/],
  ['outbox', { outbox: { kept: 9e6, oldestAtMs: nowMs - dayMs } }, 'warning', /pile up/],
  ['outbox', { outbox: { kept: 0, oldestAtMs: undefined } }, 'ok', /in time/],
  ['installation', { process: { mode: 'demo', eventLoopLagMs: 0 } }, 'ok', /demo/],
  ['matcher', { matcher: { waitingJobs: 9, askingPilots: 2, overlookedJobs: 4 } }, 'critical', /4 jobs/],
  ['matcher', { matcher: { waitingJobs: 9, askingPilots: 1, overlookedJobs: 0 } }, 'ok', /1 pilot /],
  ['oldest-waiting', { oldestWaiting: [{ vo: 'a', waitedS: 100_000 }] }, 'warning', /long/],
  ['oldest-waiting', { oldestWaiting: [{ vo: 'a', waitedS: 700_000 }] }, 'critical', /long/],
  ['oldest-waiting', { oldestWaiting: [] }, '', /^$/],
  ['site-pilots', { sites: [aSite({ failed: 2, done: 0 })] }, 'ok', /well/],
  ['site-pilots', { sites: [aSite({ failed: 4, reason: 'no queue' })] }, 'warning', /4 of 14.*no queue/],
  ['site-pilots', { sites: [aSite({ failed: 90 })] }, 'critical', /90 of 100/],
  ['site-pilots', { sites: [aSite({ status: 'Banned' })] }, 'ok', /banned/],
  ['site-pilots', { sites: [aSite({ status: 'Error' })] }, 'warning', /Error/],
  ['node-clocks', { nodeClocks: [{ site: 'a', offsetS: 90 }] }, 'warning', /behind/],
  ['node-clocks', { nodeClocks: [{ site: 'a', offsetS: -900 }] }, 'critical', /ahead/],
  ['disk', { disk: { freeBytes: 500 * mebibyte, totalBytes: 1000 * mebibyte } }, 'warning', /soon/],
  ['disk', { disk: { freeBytes: 2000 * mebibyte, totalBytes: 1e6 * mebibyte } }, 'warning', /soon/],
  ['disk', { disk: { freeBytes: 63 * mebibyte, totalBytes: 1e6 * mebibyte } }, 'critical', /full/],
  ['trust-anchors', trust({ authorities: [] }), 'critical', /No authority/],
  ['trust-anchors', trust({ authorities: [{ name: '/CN=B', endsAtMs: nowMs }] }), 'warning', /Ended.*CN=B/],
  [
    'trust-anchors',
    trust({ authorities: [{ name: '/CN=B', endsAtMs: nowMs + 9 * dayMs }] }),
    'warning',
    /30 days/,
  ],
  [
    'revocation-lists',
    trust({ revocationLists: [{ name: '/CN=B', endsAtMs: 0 }] }),
    'critical',
    /Out of date: .*CN=B/,
  ],
  [
    'revocation-lists',
    trust({ revocationLists: [{ name: '/CN=B', endsAtMs: 0 }], isListRequired: false }),
    'warning',
    /Out of date/,
  ],
  [
    'revocation-lists',
    trust({ revocationLists: [{ name: '/CN=B', endsAtMs: nowMs + 1000 }] }),
    'warning',
    /within a day/,
  ],
  ['proxies-key', { proxies: { stored: 5, unreadable: 2 } }, 'critical', /2 of 5/],
  ['token-grants-key', { tokenGrants: { kept: 5, unreadable: 2 } }, 'warning', /2 of 5/],
];

for (const [id, facts, status, words] of cases)
  test(`${id}: ${status || 'nothing'} that says ${words.source}`, async () => {
    const found = await judged(id, facts);
    assert.equal(statusesOf(found), status);
    assert.match(found.map(({ means }) => means).join(' '), words);
  });

const natural = fc.nat({ max: 10_000_000 });
const anyFacts: fc.Arbitrary<HealthFacts> = fc.record({
  database: fc.record({
    engine: fc.constantFrom('sqlite', 'postgres'),
    latencyMs: natural,
    sizeBytes: natural,
  }),
  commits: fc.record({ waiting: natural, stuckMs: natural, meanMs: natural }),
  disk: fc.record({ freeBytes: fc.maxSafeNat(), totalBytes: fc.maxSafeNat() }),
  configuration: fc.record({
    version: fc.constant('abc'),
    loadedAtMs: natural,
    fault: fc.option(fc.constant('a fault'), { nil: undefined }),
  }),
  agents: fc.record({
    startedAtMs: fc.constant(nowMs - dayMs),
    records: fc.array(
      fc.record({
        name: fc.constantFrom('pilot-director', 'another'),
        everyMs: natural,
        lastCycleAtMs: fc.option(natural, { nil: undefined }),
        lastSuccessAtMs: fc.option(natural, { nil: undefined }),
        failuresInARow: fc.nat({ max: 5 }),
        lastFailure: fc.option(fc.constant('x'), { nil: undefined }),
      }),
    ),
  }),
  matcher: fc.record({ waitingJobs: natural, askingPilots: natural, overlookedJobs: natural }),
  oldestWaiting: fc.array(fc.record({ vo: fc.constantFrom('a', 'b'), waitedS: natural })),
  sites: fc.array(
    fc.record({
      site: fc.constant('A'),
      status: fc.constantFrom('Active', 'Banned', 'Error', 'Unknown'),
      done: natural,
      failed: natural,
      reason: fc.option(fc.constant('because'), { nil: undefined }),
    }),
  ),
  nodeClocks: fc.array(fc.record({ site: fc.constant('A'), offsetS: fc.integer() })),
  trust: fc.record({
    authorities: fc.array(fc.record({ name: fc.constant('/CN=A'), endsAtMs: fc.maxSafeNat() })),
    revocationLists: fc.array(fc.record({ name: fc.constant('/CN=A'), endsAtMs: fc.maxSafeNat() })),
    isListRequired: fc.boolean(),
  }),
  proxies: fc.record({ stored: natural, unreadable: natural }),
  tokenGrants: fc.record({ kept: natural, unreadable: natural }),
  outbox: fc.record({ kept: natural, oldestAtMs: fc.option(natural, { nil: undefined }) }),
  process: fc.option(fc.record({ mode: fc.constantFrom('demo', 'production'), eventLoopLagMs: natural }), {
    nil: undefined,
  }),
});

test('whatever is the case, what is not well comes with what to do, and figures are numbers', async () => {
  await fc.assert(
    fc.asyncProperty(anyFacts, async (facts) => {
      for (const check of healthChecks)
        for (const { status, means, toDo, figure } of await check.examine(gatherOf(facts), nowMs)) {
          assert(healthStatuses.includes(status));
          assert.notEqual(means, '');
          assert.equal(status !== 'ok', toDo !== undefined, `${check.id}: ${means}`);
          if (figure !== undefined) assert(Number.isFinite(figure.value), check.id);
        }
    }),
    { numRuns: 200 },
  );
});

test('a fact that cannot be had is a critical finding that says why', async () => {
  const broken: FactGatherers = {
    ...gatherOf(wellFacts),
    database: async () => {
      throw new Error('the disk is gone');
    },
  };
  const check = healthChecks.find(({ id }) => id === 'database');
  const [found] = (await check?.examine(broken, nowMs)) ?? [];
  assert.equal(found?.status, 'critical');
  assert.match(found.means, /could not be found out: the disk is gone/);
});
