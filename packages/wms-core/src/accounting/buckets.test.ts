/** Buckets hold exactly what was put into them, however it was shared out and made coarser. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { propertyRuns } from '../testing/property-runs.ts';
import { bucketAt, spread } from './buckets.ts';
import { recordTypes } from './record-types.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const nowMs = Date.UTC(2026, 5, 17, 11, 23, 45, 678);
const runs = propertyRuns(300);

const type = fc.constantFrom(...recordTypes);
const values = fc.array(fc.nat({ max: 2 ** 45 }), { minLength: 1, maxLength: 7 });
const record = fc
  .record({ ageMs: fc.nat({ max: 380 * dayMs }), lengthMs: fc.nat({ max: 30 * dayMs }), values })
  .map((made) => ({
    startMs: nowMs - made.ageMs - made.lengthMs,
    endMs: nowMs - made.ageMs,
    values: made.values,
  }));

const sumsOf = (shares: readonly { readonly values: readonly number[] }[]): readonly number[] =>
  (shares[0]?.values ?? []).map((_, index) =>
    shares.reduce((sum, share) => sum + (share.values[index] ?? 0), 0),
  );

test('what is shared out adds up to what there was, in whole numbers that are never negative', () => {
  fc.assert(
    fc.property(type, record, ({ buckets }, given) => {
      const shares = spread(buckets, given, nowMs);
      assert.deepEqual(sumsOf(shares), given.values);
      assert(shares.every((share) => share.values.every((each) => Number.isSafeInteger(each) && each >= 0)));
    }),
    runs,
  );
});

test('buckets of a record follow each other and cover it', () => {
  fc.assert(
    fc.property(type, record, ({ buckets }, given) => {
      const shares = spread(buckets, given, nowMs);
      assert((shares[0]?.startMs ?? Infinity) <= given.startMs);
      const last = shares.at(-1);
      assert(last && last.startMs + last.widthMs >= given.endMs);
      for (const [index, share] of shares.entries()) {
        assert.equal(share.startMs % share.widthMs, 0);
        const before = shares[index - 1];
        if (before)
          assert(share.startMs <= before.startMs + before.widthMs && share.startMs >= before.startMs);
      }
    }),
    runs,
  );
});

test('each bucket gets its part of the time, to one unit', () => {
  const { buckets } = recordTypes[0] ?? assert.fail();
  const startMs = Math.floor(nowMs / hourMs) * hourMs - hourMs / 4;
  const shares = spread(buckets, { startMs, endMs: startMs + hourMs / 2, values: [1001, 1] }, nowMs);
  assert.deepEqual(
    shares.map((share) => share.values),
    [
      [500, 0],
      [501, 1],
    ],
  );
});

test('making buckets coarser again and again keeps every sum', () => {
  fc.assert(
    fc.property(
      type,
      record,
      fc.array(fc.nat({ max: 200 }), { maxLength: 5 }),
      ({ buckets }, given, daysOn) => {
        let laterMs = nowMs;
        let shares = spread(buckets, given, laterMs);
        for (const days of daysOn) {
          laterMs += days * dayMs;
          shares = shares.flatMap((share) =>
            spread(buckets, { ...share, endMs: share.startMs + share.widthMs }, laterMs),
          );
          assert.deepEqual(sumsOf(shares), given.values);
        }
      },
    ),
    runs,
  );
});

test('widths follow the table: an hour for a week, then coarser', () => {
  const { buckets } = recordTypes[0] ?? assert.fail();
  const widthH = (ageMs: number) => bucketAt(buckets, nowMs - ageMs, nowMs).widthMs / hourMs;
  assert.deepEqual(
    [0, 8 * dayMs - 1, 8 * dayMs, 36 * dayMs, 181 * dayMs, 366 * dayMs, 9999 * dayMs].map(widthH),
    [1, 1, 4, 24, 48, 168, 168],
  );
});
