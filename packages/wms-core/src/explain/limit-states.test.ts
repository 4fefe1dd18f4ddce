import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RunningLimit } from '../configuration/schema.ts';
import { limitStates } from './limit-states.ts';

const wordsOf = (limit: RunningLimit): readonly string[] =>
  limitStates([limit], { isReached: () => true, running: () => 2 }, 0).map(({ words }) => words);

test('how many run is told where only jobs of one VO count', () => {
  assert.deepEqual(wordsOf({ vo: 'biomed', maxRunning: 2 }), ['2 of 2 jobs of biomed may run at once']);
  assert.deepEqual(wordsOf({ vo: 'biomed', group: 'users', maxRunning: 2 }), [
    '2 of 2 jobs of group users of biomed may run at once',
  ]);
});

test('a limit on a group without its VO counts all groups of that name, and tells no count', () => {
  assert.deepEqual(wordsOf({ group: 'users', maxRunning: 2, minIntervalS: 60 }), [
    'at most 2 jobs of all groups named users may run at once',
    'jobs of all groups named users start 60 s apart',
  ]);
});

test('a limit on everybody tells no count', () => {
  assert.deepEqual(wordsOf({ site: 'EGI.Demo.org', jobType: 'Test', maxRunning: 2 }), [
    'at most 2 jobs of type Test at EGI.Demo.org may run at once',
  ]);
});
