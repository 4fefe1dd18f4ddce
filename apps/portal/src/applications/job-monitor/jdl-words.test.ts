import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { jdlWords } from './jdl-words.ts';

test('names, texts, numbers and comments are told apart', () => {
  const kinds = jdlWords('CPUTime = 3600; // x = 1\nArguments = "a = \\"b\\" 7";')
    .filter((word) => word.kind !== undefined)
    .map((word) => `${word.kind} ${word.text}`);
  assert.deepEqual(kinds, [
    'key CPUTime',
    'number 3600',
    'comment // x = 1',
    'key Arguments',
    'text "a = \\"b\\" 7"',
  ]);
});

test('no character is lost', () => {
  fc.assert(
    fc.property(fc.string({ maxLength: 80 }), (jdl) => {
      assert.equal(
        jdlWords(jdl)
          .map((word) => word.text)
          .join(''),
        jdl,
      );
    }),
    { numRuns: 200 },
  );
});
