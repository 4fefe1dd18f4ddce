import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LedgerLine } from '../simulated-pilots/ledger.ts';
import { countByTarget, recoveryTimes, type Kill } from './kills.ts';

const started = (processId: number, jobId: number, attempt: number, atMs: number): LedgerLine => ({
  kind: 'started',
  processId,
  jobId,
  attempt,
  atMs,
});

const kills: readonly Kill[] = [
  { target: 'server', atMs: 10, recoveryMs: 700 },
  { target: 'server', atMs: 20 },
  { target: 'pilot', atMs: 100, processId: 7 },
  { target: 'database', atMs: 200, recoveryMs: 1500 },
];

test('kills are counted by what died', () => {
  assert.deepEqual(countByTarget(kills), { server: 2, pilot: 1, database: 1 });
});

test('a server killed while it starts has no recovery time', () => {
  assert.deepEqual(recoveryTimes(kills, []), { server: [700], pilot: [], database: [1500] });
});

test('a pilot is made up for when the last job it held runs elsewhere', () => {
  const ledger = [
    started(7, 1, 1, 50), // ended well before
    started(7, 2, 1, 60),
    started(7, 3, 2, 70),
    started(8, 2, 2, 400),
    started(9, 3, 3, 900),
    started(9, 4, 1, 950),
  ];
  assert.deepEqual(recoveryTimes(kills, ledger).pilot, [800]);
});
