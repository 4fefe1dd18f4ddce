/** Counting agrees with printing. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { someDescription } from '../../testing/jdl-arbitraries.ts';
import { propertyRuns } from '../../testing/property-runs.ts';
import type { JdlDescription } from './description.ts';
import { parseJdl, utf8Length } from './parse.ts';
import { printJdl } from './print.ts';
import { printedLength } from './printed-length.ts';

const counted = ({ entries }: JdlDescription): number =>
  entries.reduce((sum, entry) => sum + printedLength(entry), '[\n]'.length);

test('a description is never longer than it is counted, and just as long when all letters are ASCII', () => {
  fc.assert(
    fc.property(someDescription, (description) => {
      const printed = printJdl(description);
      assert.ok(counted(description) >= utf8Length(printed), printed);
      if (utf8Length(printed) === printed.length) assert.equal(counted(description), printed.length, printed);
    }),
    propertyRuns(400),
  );
});

const word = 'abcdefghi';
const shapes: readonly string[] = [
  'X = {};',
  'X = {{}, {"a"}, 1, True};',
  `X = {${`"${word}", `.repeat(6)}"exactly one hundred"};`,
  `X = {${`"${word}", `.repeat(40)}{${`"${word}", `.repeat(9)}"x"}};`,
  `X = [ a = {${`"${word}", `.repeat(20)}1}; b = [ c = 1; ]; ];`,
  String.raw`X = {"a\\b", "a\"b"};`,
];
for (const jdl of shapes)
  test(`counted as printed: ${jdl.slice(0, 40)}`, () => {
    const { description } = parseJdl(jdl);
    assert.equal(counted(description), printJdl(description).length);
  });

test('lists turn to lines at the same length', () => {
  for (let length = 80; length < 110; length++) {
    const { description } = parseJdl(`X = {"a", "${'b'.repeat(length)}"};`);
    assert.equal(counted(description), printJdl(description).length);
  }
});
