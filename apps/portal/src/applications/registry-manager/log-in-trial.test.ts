import assert from 'node:assert/strict';
import { test } from 'node:test';
import { entitlementsOf, lostText, verdictOf } from './log-in-trial.ts';

test('entitlements are read one a line, as they come out of a token or a mail', () => {
  assert.deepEqual(entitlementsOf('  urn:a \r\n\n urn:b'), ['urn:a', 'urn:b']);
  assert.deepEqual(entitlementsOf('  \n '), []);
});

test('values that gave nothing are counted, apart by why', () => {
  assert.deepEqual(lostText({ dropped: 0, ignored: 0 }), []);
  assert.deepEqual(lostText({ dropped: 1, ignored: 2 }), [
    '1 value of a trusted name space could not be read.',
    '2 values of name spaces that are not trusted here: ignored.',
  ]);
});

test('the verdict counts groups', () => {
  const groups = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ group: `g${index}`, because: '' }));
  assert.deepEqual(
    [0, 1, 2].map((count) => verdictOf({ groups: groups(count) })),
    ['In no group of this VO', 'In one group', 'In 2 groups'],
  );
});
