import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LedgerEvent } from '../simulated-pilots/ledger.ts';
import { judge, outputKey, type JobNow } from './verdict.ts';

const done = (jobId: number, jobName = `k-${jobId}`): JobNow => ({
  jobId,
  jobName,
  status: 'Done',
});
const started = (jobId: number, attempt = 1): LedgerEvent => ({ kind: 'started', jobId, attempt });
const ended = (jobId: number, attempt = 1): LedgerEvent => ({ kind: 'acknowledged', jobId, attempt });
const counts = (...given: Parameters<typeof judge>) => {
  const { submitted, lost, double, notFinal } = judge(...given);
  return [submitted, lost, double, notFinal];
};

test('jobs that were acknowledged, ran once and ended are in order', () => {
  assert.deepEqual(counts(new Map([[1, 'k-1']]), [done(1)], [started(1)]), [1, 0, 0, 0]);
});

test('a submission nobody was told of may be there or not', () => {
  assert.deepEqual(counts(new Map(), [done(1)], [started(1)]), [0, 0, 0, 0]);
});

test('an acknowledged job that is gone, or another one, is lost', () => {
  assert.deepEqual(counts(new Map([[1, 'k-1']]), [], []), [1, 1, 0, 0]);
  assert.deepEqual(counts(new Map([[1, 'k-1']]), [done(1, 'other')], []), [1, 1, 0, 0]);
});

test('an acknowledged end that is forgotten is lost', () => {
  const ledger: readonly LedgerEvent[] = [started(1), ended(1)];
  const job: JobNow = { ...done(1), status: 'Waiting' };
  assert.deepEqual(counts(new Map([[1, 'k-1']]), [job], ledger), [1, 1, 0, 1]);
});

test('an acknowledged output that is gone is lost', () => {
  const ledger: readonly LedgerEvent[] = [
    started(1),
    { kind: 'output', jobId: 1, attempt: 1, pfn: 'SB:SandboxSE|/x/sha256:a.tar.gz' },
  ];
  assert.deepEqual(
    counts(new Map(), [done(1)], ledger, new Set([outputKey(1, '/x/sha256:a.tar.gz')])),
    [0, 0, 0, 0],
  );
  assert.deepEqual(counts(new Map(), [done(1)], ledger, new Set()), [0, 1, 0, 0]);
});

test('an output whose place that of a later attempt took is not lost', () => {
  const first: LedgerEvent = { kind: 'output', jobId: 1, attempt: 1, pfn: 'SB:SandboxSE|/x/sha256:a.tar.gz' };
  const outputs = new Set([outputKey(1, '/x/sha256:b.tar.gz')]);
  const lost = (ledger: readonly LedgerEvent[], there: ReadonlySet<string>) =>
    judge(new Map(), [done(1)], ledger, there).lost;
  assert.equal(lost([started(1), first, started(1, 2)], outputs), 0);
  assert.equal(lost([started(1), first, started(1, 2)], new Set()), 1);
  assert.equal(lost([started(1), first], outputs), 1);
});

test('a second start of an attempt is double', () => {
  assert.deepEqual(counts(new Map(), [done(1)], [started(1), started(1)]), [0, 0, 1, 0]);
});

test('a job whose pilot died may be started again as another attempt', () => {
  const ledger = [started(1), started(1, 2), ended(1, 2)];
  assert.deepEqual(counts(new Map(), [done(1)], ledger), [0, 0, 0, 0]);
});

test('a start after an acknowledged end is double, whichever was noted first', () => {
  assert.deepEqual(counts(new Map(), [done(1)], [started(1), ended(1), started(1, 2)]), [0, 0, 1, 0]);
  assert.deepEqual(counts(new Map(), [done(1)], [started(1), started(1, 2), ended(1)]), [0, 0, 1, 0]);
});

test('a submission carried out twice is double', () => {
  assert.deepEqual(counts(new Map(), [done(1, 'k'), done(2, 'k')], []), [0, 0, 1, 0]);
});
