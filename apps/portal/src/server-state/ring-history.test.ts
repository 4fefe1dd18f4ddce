import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nothingChanged } from './live-rules.ts';
import { RingHistory } from './ring-history.ts';

const jobs = (...ids: readonly number[]) => ({ ...nothingChanged, jobs: ids });

test('what rang since a question was asked is known together', () => {
  const history = new RingHistory();
  history.add(jobs(1));
  const asked = history.count;
  assert.equal(history.since(asked), nothingChanged);
  history.add(jobs(2, 3));
  history.add({ ...jobs(3), proxies: true });
  assert.deepEqual(history.since(asked), { ...jobs(2, 3), proxies: true });
  assert.deepEqual(history.since(0)?.jobs, [1, 2, 3]);
});

test('what is too long ago is forgotten, and that is said', () => {
  const history = new RingHistory();
  for (let id = 0; id <= 1000; id += 1) history.add(jobs(id));
  assert.equal(history.since(0), undefined);
  assert.equal(history.since(1)?.jobs.length, 1000);
});
