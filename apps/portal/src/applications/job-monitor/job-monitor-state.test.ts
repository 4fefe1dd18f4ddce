import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fulfilWish, readState, startState } from './job-monitor-state.ts';

test('job ids of an opener become the only filter, and one job is shown in the drawer', () => {
  const old = { ...startState, page: 4, filters: { ...startState.filters, text: 'dock' } };
  const state = fulfilWish({ ...old, jobIds: [12] });
  assert.equal(state.filters.ids, '12');
  assert.equal(state.filters.text, '');
  assert.equal(state.page, 1);
  assert.equal(state.selectedJob, 12);
  assert.equal(state.jobIds, undefined);
  assert.equal(fulfilWish({ ...old, jobIds: [1, 2, 3] }).filters.ids, '1-3');
});

test('a range of an opener is shown as it is, however long', () => {
  const state = fulfilWish({ ...startState, jobRange: { first: 5, last: 1_000_004 } });
  assert.equal(state.filters.ids, '5-1000004');
  assert.equal(state.jobRange, undefined);
  assert.deepEqual(readState({ jobRange: { first: 5, last: 9 } }).jobRange, { first: 5, last: 9 });
  assert.equal(readState({ jobRange: { first: 'x' } }).jobRange, undefined);
});

test('the stamp of a pilot becomes the pilot filter', () => {
  assert.equal(fulfilWish({ ...startState, pilotStamp: 'ab12' }).filters.pilots, 'ab12');
});

test('without a wish nothing changes', () => {
  assert.equal(fulfilWish(startState), startState);
});

test('stored states are read back, wishes of links included, nonsense is dropped', () => {
  const state = { ...startState, selectedJob: 5, tab: 'logging' };
  assert.deepEqual(readState(JSON.parse(JSON.stringify(state))), state);
  assert.deepEqual(readState({ tab: 'secrets', selectedJob: 'x' }), startState);
  assert.deepEqual(readState({ jobIds: [3, 'x'] }).jobIds, [3]);
});
