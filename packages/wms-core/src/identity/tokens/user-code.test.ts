import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { propertyRuns } from '../../testing/property-runs.ts';
import { randomUserCode } from './secrets.adapter.ts';
import { readUserCode, shownUserCode, userCodeLength, userCodeLetters } from './user-code.ts';
import { uuid7 } from './uuid7.ts';

const someCode = fc
  .array(fc.constantFrom(...userCodeLetters.split('')), {
    minLength: userCodeLength,
    maxLength: userCodeLength,
  })
  .map((letters) => letters.join(''));
const somePause = fc.constantFrom('', '-', ' ', '  ', '–', '_', '\t');

test('a code is read however it is typed: case, dashes and blanks do not matter', () => {
  fc.assert(
    fc.property(
      someCode,
      fc.array(somePause, { minLength: 9, maxLength: 9 }),
      fc.boolean(),
      (code, pauses, small) => {
        const typed = pauses.map((pause, at) => pause + (code[at] ?? '')).join('');
        assert.equal(readUserCode(small ? typed.toLowerCase() : typed), code);
        assert.equal(readUserCode(shownUserCode(code)), code);
      },
    ),
    propertyRuns(),
  );
});

test('what cannot be a code is none', () => {
  for (const typed of [
    '',
    'BCDFGHJ',
    'BCDFGHJKL',
    'ABCDEFGH',
    'BCDF.GHJK',
    'BCDF1HJK',
    `${' '.repeat(60)}BCDFGHJK`,
  ])
    assert.equal(readUserCode(typed), undefined, typed);
});

test('codes that are made can be read, and no two of a thousand are the same', () => {
  const codes = Array.from({ length: 1000 }, randomUserCode);
  for (const code of codes) assert.equal(readUserCode(code), code);
  assert.equal(new Set(codes).size, 1000);
});

test('ids of version 7 have their form, tell their time and sort by it', () => {
  const someRandom = fc.uint8Array({ minLength: 10, maxLength: 16 });
  const someTime = fc.integer({ min: 0, max: 2 ** 48 - 1 });
  fc.assert(
    fc.property(someTime, someTime, someRandom, someRandom, (a, b, randomA, randomB) => {
      const [idA, idB] = [uuid7(a, randomA), uuid7(b, randomB)];
      assert.match(idA, /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
      assert.equal(Number.parseInt(idA.replace(/-/g, '').slice(0, 12), 16), a);
      if (a !== b) assert.equal(idA < idB, a < b);
    }),
    propertyRuns(),
  );
});
