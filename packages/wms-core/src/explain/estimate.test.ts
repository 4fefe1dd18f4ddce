import assert from 'node:assert/strict';
import { test } from 'node:test';
import { digamma, estimateStart, trigamma, type MatchRate } from './estimate.ts';

const hourMs = 3_600_000;
const aRate = (taken: number, fields: Partial<MatchRate> = {}): MatchRate => ({
  of: 'jobs',
  taken,
  overMs: hourMs,
  part: () => 1,
  ...fields,
});
const line = (older: number) => ({ higher: 0, older, isAtLeast: false });

test('digamma and trigamma have their known values', () => {
  const euler = 0.577_215_664_901_532_9;
  for (const [found, known] of [
    [digamma(1), -euler],
    [digamma(0.5), -euler - 2 * Math.log(2)],
    [digamma(10), 2.251_752_589_066_721],
    [trigamma(1), Math.PI ** 2 / 6],
    [trigamma(0.5), Math.PI ** 2 / 2],
  ] as const)
    assert.ok(Math.abs(found - known) < 1e-6, `${found} is not ${known}`);
});

test('without enough jobs taken nothing is estimated', () => {
  for (const rates of [[], [aRate(0)], [aRate(2)], [aRate(9, { overMs: 0 })]])
    assert.equal(estimateStart(line(0), rates, 0).kind, 'none');
});

test('the nearest rate with enough to say decides, and is named', () => {
  const found = estimateStart(line(4), [aRate(1), aRate(60, { of: 'jobs of biomed' }), aRate(999)], 0);
  assert.ok(found.kind === 'range');
  assert.match(found.basis, /60 jobs of biomed taken in the last 60 min, with 4 ahead/);
});

test('the range lies about the jobs ahead divided by the pace, and less observed is wider', () => {
  const often = estimateStart(line(29), [aRate(600)], 0);
  const seldom = estimateStart(line(29), [aRate(6)], 0);
  assert.ok(often.kind === 'range' && seldom.kind === 'range');
  assert.ok(Math.abs(often.p50AtMs / 180_000 - 1) < 0.05, String(often.p50AtMs));
  assert.ok(seldom.p90AtMs / seldom.p50AtMs > often.p90AtMs / often.p50AtMs);
});

test('a part of the pace takes as many times longer', () => {
  const all = estimateStart(line(9), [aRate(50)], 0);
  const tenth = estimateStart(line(9), [aRate(50, { part: () => 0.1 })], 0);
  assert.ok(all.kind === 'range' && tenth.kind === 'range');
  assert.ok(Math.abs(tenth.p50AtMs / all.p50AtMs - 10) < 0.01);
});

test('what would take more than a month is not estimated', () => {
  assert.equal(estimateStart(line(100_000), [aRate(3)], 0).kind, 'none');
});

/** A fixed sequence, so that the trial is the same in every run. */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

test('jobs taken at random start before p50 in half of the cases and before p90 in nine of ten', () => {
  const random = sequence(7);
  const gap = (perHour: number): number => (-Math.log(1 - random()) * hourMs) / perHour;
  let trials = 0;
  let beforeP50 = 0;
  let beforeP90 = 0;
  for (let round = 0; round < 4000; round += 1) {
    const perHour = 5 + random() * 60;
    let taken = 0;
    for (let atMs = gap(perHour); atMs < hourMs; atMs += gap(perHour)) taken += 1;
    const older = Math.floor(random() * 20);
    const found = estimateStart(line(older), [aRate(taken)], 0);
    if (found.kind === 'none') continue;
    let startMs = 0;
    for (let job = 0; job <= older; job += 1) startMs += gap(perHour);
    trials += 1;
    if (startMs <= found.p50AtMs) beforeP50 += 1;
    if (startMs <= found.p90AtMs) beforeP90 += 1;
  }
  assert.ok(Math.abs(beforeP50 / trials - 0.5) < 0.05, `p50: ${beforeP50 / trials}`);
  assert.ok(Math.abs(beforeP90 / trials - 0.9) < 0.05, `p90: ${beforeP90 / trials}`);
});
