import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killReport, type KillTestResult } from './report.ts';

const result: KillTestResult = {
  verdict: { submitted: 90, lost: 0, double: 0, notFinal: 0, faults: [] },
  engine: 'sqlite',
  seed: 5,
  targets: { server: 20, pilot: 10, database: 0 },
  recoveryMs: { server: [700, 800], pilot: [15_000], database: [] },
  durationS: 61,
  outputs: 18,
  attempts: 97,
};

test('a report tells the figures and what it takes to recover', () => {
  const text = killReport(result, new Date(Date.UTC(2026, 0, 31)));
  assert.match(text, /^# Kill test on sqlite, 2026-01-31/);
  assert.match(text, /\| 30 \| 90 \| 97 \| 18 \| 0 \| 0 \| 0 \|/);
  assert.match(text, /\| server \| 20 \| .* \| 0\.80 \| 0\.80 \| 0\.80 \|/);
  assert.match(text, /\| database \| 0 \| .* \| – \| – \| – \|/);
  assert.match(text, /Nothing was lost/);
});

test('a report does not hide a fault', () => {
  const verdict = { ...result.verdict, double: 1, faults: ['attempt 7.1 was started twice'] };
  const text = killReport({ ...result, verdict }, new Date(0));
  assert.match(text, /\*\*Failed\.\*\*/);
  assert.match(text, /- attempt 7\.1 was started twice/);
});
