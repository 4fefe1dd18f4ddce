import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jobStatuses } from '@wm/wms-core/vocabulary';
import { estimateWords, isWaiting, lineWords, waitedText } from './wait-words.ts';

const nowMs = Date.UTC(2026, 0, 31, 12);
const line = {
  higher: 0,
  older: 0,
  isAtLeast: false,
  queueJobs: 1,
  rivals: { queues: 0, ownJobs: 0, otherJobs: 0 },
};

test('a job waits until a pilot takes it', () => {
  assert.deepEqual(
    jobStatuses.filter((status) => !isWaiting(status)),
    ['Matched', 'Running', 'Stalled', 'Completing', 'Completed', 'Done', 'Failed', 'Killed', 'Deleted'],
  );
  assert.equal(isWaiting(undefined) || isWaiting('Lost'), false);
});

test('a wait is told while it lasts and afterwards', () => {
  assert.equal(waitedText('2026-01-31T11:50:00Z', null, nowMs), 'Waiting for 10 min 0 s.');
  assert.equal(waitedText('2026-01-31T11:50:00Z', '2026-01-31T11:50:14Z', nowMs), 'Waited 14 s.');
});

test('the place in the queue is told with those who go first and those who compete', () => {
  assert.deepEqual(lineWords(line), ['The only job in its task queue.']);
  assert.deepEqual(lineWords({ ...line, queueJobs: 3 }), ['First of 3 jobs in its task queue.']);
  assert.deepEqual(
    lineWords({
      higher: 1,
      older: 10_000,
      isAtLeast: true,
      queueJobs: 20_000,
      rivals: { queues: 3, ownJobs: 5, otherJobs: 7 },
    }),
    [
      'At least 10,001 jobs of 20,000 in its task queue go first (1 of higher priority, 10,000 older).',
      '12 jobs in 3 other task queues want the same pilots.',
    ],
  );
});

test('an estimate is a range, or says why it is none', () => {
  const range = {
    kind: 'range',
    p50At: '2026-01-31T14:20:00Z',
    p90At: '2026-02-01T16:05:00Z',
    basis: '',
  } as const;
  assert.equal(
    estimateWords(range, nowMs),
    'Half of such jobs start by 14:20:00, nine of ten by 2026-02-01 16:05 UTC.',
  );
  assert.equal(estimateWords({ kind: 'none', reason: 'Too few.' }, nowMs), 'Cannot be estimated. Too few.');
});
