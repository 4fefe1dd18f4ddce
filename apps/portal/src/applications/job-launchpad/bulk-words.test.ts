import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Bulk } from '../../server-state/bulks.ts';
import { rangeOf, wordsOf } from './bulk-words.ts';

const bulk = (fields: Partial<Bulk>): Bulk => ({
  bulkId: 1,
  state: 'Expanding',
  reason: null,
  firstJobId: 101,
  jobCount: 1_000_000,
  expanded: 340_000,
  isSettled: false,
  owner: 'ada',
  ownerGroup: 'biomed_user',
  jobName: 'sweep',
  jobGroup: 'NoGroup',
  createdAt: '2026-01-01T00:00:00.000Z',
  confirmUntil: null,
  ...fields,
});

test('a bulk on its way says how many are in the queue', () => {
  const { share, title } = wordsOf(bulk({}));
  assert.equal(title, '340,000 of 1,000,000 are in the queue');
  assert.equal(share, 0.34);
  assert.deepEqual(rangeOf(bulk({})), { first: 101, last: 1_000_100 });
});

test('a bulk that is complete names its jobs', () => {
  assert.equal(
    wordsOf(bulk({ state: 'Complete', isSettled: true })).title,
    '1,000,000 jobs were submitted: 101 – 1000100',
  );
  assert.equal(wordsOf(bulk({ state: 'Complete', jobCount: 1 })).title, '1 job was submitted: 101');
});

test('a bulk that was stopped says what became of its jobs', () => {
  assert.equal(wordsOf(bulk({ state: 'Abandoned' })).title, 'Stopping');
  assert.match(wordsOf(bulk({ state: 'Abandoned', isSettled: true })).detail, /^340,000 of them were made/);
});
