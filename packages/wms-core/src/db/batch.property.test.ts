/** Rows with equal keys are folded into one, whatever the keys look like. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { propertyRuns } from '../testing/property-runs.ts';
import { addBatch, foldRows } from './batch.ts';

const totals = addBatch('totals', { vo: 'text', owner: 'text', slot: 'bigint' }, ['jobs', 'seconds']);

/** Few words that look alike when they stand side by side: `a` + `aa` and `aa` + `a`. */
const word = fc.constantFrom('', 'a', 'aa', 'aaa', 'é');
const row = fc.tuple(
  word,
  word,
  fc.integer({ min: 0, max: 2 }),
  fc.integer(),
  fc.integer({ min: -1, max: 1 }),
);

test('each key is left once, with the sums of its rows, in order of the keys', () => {
  fc.assert(
    fc.property(fc.array(row, { maxLength: 40 }), (rows) => {
      const expected = new Map<string, [number, number]>();
      for (const [vo, owner, slot, jobs, seconds] of rows) {
        const [earlierJobs, earlierSeconds] = expected.get(JSON.stringify([vo, owner, slot])) ?? [0, 0];
        expected.set(JSON.stringify([vo, owner, slot]), [earlierJobs + jobs, earlierSeconds + seconds]);
      }
      const folded = foldRows(totals, rows);
      assert.equal(folded.length, expected.size);
      for (const [vo, owner, slot, ...sums] of folded)
        assert.deepEqual(sums, expected.get(JSON.stringify([vo, owner, slot])));
      assert.deepEqual(foldRows(totals, rows.toReversed()).map(keyOf), folded.map(keyOf));
    }),
    propertyRuns(),
  );
});

const keyOf = (folded: readonly unknown[]): readonly unknown[] => folded.slice(0, 3);
