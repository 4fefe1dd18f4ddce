import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { propertyRuns } from '../testing/property-runs.ts';
import { levelRecord, pick, replays } from './draw.ts';

const weights = fc.array(fc.double({ min: 1e-9, max: 1e9, noNaN: true }), { minLength: 1, maxLength: 200 });
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

test('the chance of each is its weight divided by the sum of weights', () => {
  const steps = 1000;
  const drawn = [0, 0, 0];
  for (let step = 0; step < steps; step++) drawn[pick([1, 2, 7], step / steps)]! += 1;
  assert.deepEqual(drawn, [100, 200, 700]);
});

test('somebody is always drawn, whatever the weights and the number', () => {
  fc.assert(
    fc.property(weights, random, (all, number) => {
      const winner = pick(all, number);
      assert.ok(winner >= 0 && winner < all.length);
    }),
    propertyRuns(),
  );
});

test('a decision is drawn again from its record, also when light competitors were put together', () => {
  fc.assert(
    fc.property(weights, random, (all, number) => {
      const winner = pick(all, number);
      const names = all.map((_, index) => `name${index}`);
      const level = levelRecord('owner', names, all, number, winner);
      assert.ok(level.lots.length <= 49);
      assert.equal(level.winner, names[winner]);
      // Sums in another order may differ in the last digit; a number that close to a border is no fault.
      const total = all.reduce((sum, weight) => sum + weight, 0);
      const before = all.slice(0, winner).reduce((sum, weight) => sum + weight, 0);
      const isNearBorder =
        Math.abs(number * total - before) < total * 1e-12 ||
        Math.abs(number * total - before - all[winner]!) < total * 1e-12;
      assert.ok(isNearBorder || replays({ levels: [level] }));
    }),
    propertyRuns(),
  );
});

test('a record that names another winner is found out', () => {
  const level = levelRecord('group', ['a', 'b'], [1, 1], 0.1, 0);
  assert.equal(replays({ levels: [level] }), true);
  assert.equal(replays({ levels: [{ ...level, winner: 'b' }] }), false);
});
