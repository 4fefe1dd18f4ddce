import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestDatabase } from '../testing/test-database.ts';
import { ShareLedger, type Charge } from './share-ledger.ts';
import { addUsage, loadUsage, pruneUsage } from './share-usage.store.ts';

const dayMs = 86_400_000;
const halfLifeS = 7 * 86_400;
const startMs = Date.UTC(2026, 0, 1);

const aCharge = (fields: Partial<Charge> = {}): Charge => ({
  vo: 'biomed',
  ownerGroup: 'biomed_user',
  owner: 'ada',
  costS: 1000,
  dispatches: 1,
  atMs: startMs,
  ...fields,
});

const near = (actual: number, expected: number): void =>
  assert.ok(Math.abs(actual - expected) <= expected * 1e-9, `${actual} is not ${expected}`);

test('use counts half after a half-life, at every level', () => {
  const ledger = new ShareLedger(halfLifeS, startMs);
  ledger.charge(aCharge());
  ledger.charge(aCharge({ owner: 'bob', costS: 500 }));
  near(ledger.now(ledger.owner(aCharge()), startMs + 7 * dayMs), 500);
  near(ledger.now(ledger.group('biomed', 'biomed_user'), startMs + 7 * dayMs), 750);
  near(ledger.now(ledger.vo('biomed'), startMs), 1500);
});

test('the scale is moved on before it overflows, and ratios stay', () => {
  const ledger = new ShareLedger(3600, startMs);
  ledger.charge(aCharge({ costS: 100 }));
  ledger.charge(aCharge({ owner: 'bob', costS: 300 }));
  for (let day = 1; day < 400; day++) ledger.charge(aCharge({ owner: 'eve', atMs: startMs + day * dayMs }));
  ledger.charge(aCharge({ costS: 10, atMs: startMs + 400 * dayMs }));
  near(ledger.now(ledger.owner(aCharge()), startMs + 400 * dayMs), 10);
});

test('what is stored comes back as it counts now, whatever the half-life it was stored with', async () => {
  await using database = await openTestDatabase();
  await database.write(function* () {
    yield* addUsage(aCharge(), halfLifeS);
    yield* addUsage(aCharge({ costS: 500, atMs: startMs + 7 * dayMs }), halfLifeS);
    yield* addUsage(aCharge({ costS: 40, atMs: startMs + 13 * dayMs }), 86_400);
  });
  const nowMs = startMs + 14 * dayMs;
  const charges = await database.read(() => loadUsage(nowMs));
  const ledger = new ShareLedger(halfLifeS, startMs);
  ledger.reload(charges, halfLifeS, nowMs);
  near(ledger.now(ledger.owner(aCharge()), nowMs), 250 + 250 + 20);
});

test('rows of which nothing is left are removed, others stay', async () => {
  await using database = await openTestDatabase();
  await database.write(() => addUsage(aCharge(), 3600));
  await database.write(() => pruneUsage(startMs + dayMs));
  assert.equal((await database.read(() => loadUsage(startMs))).length, 1);
  await database.write(() => pruneUsage(startMs + 30 * dayMs));
  assert.equal((await database.read(() => loadUsage(startMs))).length, 0);
});
