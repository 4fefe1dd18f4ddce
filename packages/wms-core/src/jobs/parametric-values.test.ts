import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { propertyRuns } from '../testing/property-runs.ts';
import { pythonNumber, ruleSequence, type ValueRule } from './parametric-values.ts';

/** The rule as it is written down: one step after the other. */
function stepByStep(rule: ValueRule, count: number): readonly string[] {
  const values: string[] = [];
  for (let value = rule.start; values.length < count; value = value * rule.factor + rule.step)
    values.push(pythonNumber(value, values.length === 0 ? rule.wholeStart : rule.wholeNext));
  return values;
}

const aNumber = fc.oneof(fc.integer({ min: -9, max: 9 }), fc.double({ min: -2, max: 2, noNaN: true }));

test('a value asked for in any order is the one that comes step by step', () => {
  const count = 5000;
  fc.assert(
    fc.property(
      fc.tuple(aNumber, aNumber, fc.constantFrom(1, -1, 0.999, 1.0001)),
      fc.array(fc.nat(count - 1), { minLength: 1, maxLength: 50 }),
      ([start, step, factor], indexes) => {
        const whole = [start, step, factor].every(Number.isInteger);
        const rule = { start, step, factor, wholeStart: Number.isInteger(start), wholeNext: whole };
        const expected = stepByStep(rule, count);
        const sequence = ruleSequence('', rule, count);
        for (const index of indexes) assert.equal(sequence.at(index), expected[index]);
      },
    ),
    propertyRuns(60),
  );
});
