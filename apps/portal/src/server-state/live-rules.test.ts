import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isMadeOldBy, mergeChanged, nothingChanged, type Changed } from './live-rules.ts';

const none = nothingChanged;

const table: readonly [string, readonly unknown[], Partial<Changed>, boolean][] = [
  ['details of a job that changed', ['jobs', 'one', 7, 'details'], { jobs: [7] }, true],
  ['details of another job', ['jobs', 'one', 8, 'details'], { jobs: [7] }, false],
  ['a page of jobs, which hears the ids itself', ['jobs', 'page', 'x'], { jobs: [7] }, false],
  ['option lists', ['jobs', 'options', 'Site'], { jobs: [7] }, false],
  ['a count of jobs', ['jobs', 'summary'], { jobs: [7] }, true],
  ['jobs when only a pilot changed', ['jobs', 'summary'], { pilots: ['p'] }, false],
  ['a pilot that changed', ['pilots', 'one', 'p', 'output'], { pilots: ['p'] }, true],
  ['proxies', ['proxies', 'mine'], { proxies: true }, true],
  ['an operation that went on', ['operations', 'one', 3, 'verdicts'], { operations: [3] }, true],
  ['another operation', ['operations', 'one', 4, 'state'], { operations: [3] }, false],
  ['the list of operations', ['operations', 'list'], { operations: [3] }, true],
  ['notices', ['notices', 'list'], { notices: true }, true],
  ['the own account', ['me'], { jobs: [1], pilots: ['p'], proxies: true, configuration: true }, false],
];

for (const [what, key, change, isOld] of table)
  test(`${what} ${isOld ? 'is' : 'is not'} read anew`, () => {
    assert.equal(isMadeOldBy(key, { ...none, ...change }), isOld);
  });

test('two bells in a short time become one without doubles', () => {
  const merged = mergeChanged({ ...none, jobs: [1, 2] }, { ...none, jobs: [2, 3], proxies: true });
  assert.deepEqual(merged, { ...none, jobs: [1, 2, 3], proxies: true });
});
