import assert from 'node:assert/strict';
import { test } from 'node:test';
import { watched, watching } from './watched.ts';

const sum = (...numbers: number[]): number => numbers.reduce((total, each) => total + each, 0);

test('a watched call is carried out with everything it was given, whatever the watcher looks at', () => {
  const seen: (readonly number[])[] = [];
  const call = watched(sum, (ask, first = 0) => {
    const answer = ask();
    seen.push([first, answer]);
    return answer;
  });
  assert.equal(call(1, 2, 3), 6);
  assert.deepEqual(seen, [[1, 6]]);
});

test('one method of a service is watched, the others stay as they are', () => {
  const service = { sum, name: () => 'adder' };
  const counted = watching(service, 'sum', (ask) => ask() + 1);
  assert.deepEqual([counted.sum(1, 2), counted.name(), service.sum(1, 2)], [4, 'adder', 3]);
});
