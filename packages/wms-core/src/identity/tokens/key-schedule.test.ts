import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { propertyRuns } from '../../testing/property-runs.ts';
import {
  dueChange,
  outliveMs,
  publishAheadMs,
  signForMs,
  signingKeyAt,
  type ScheduledKey,
} from './key-schedule.ts';

const key = (kid: string, signsFromMs: number, canSign = true): ScheduledKey => ({
  kid,
  signsFromMs,
  canSign,
});

test('T11 the newest key whose time has come signs; without one nothing does', () => {
  assert.equal(signingKeyAt([], 100), undefined);
  assert.equal(signingKeyAt([key('later', 101)], 100), undefined);
  assert.equal(signingKeyAt([key('unreadable', 1, false)], 100), undefined);
  assert.equal(signingKeyAt([key('old', 1), key('new', 100), key('later', 101)], 100)?.kid, 'new');
  assert.equal(signingKeyAt([key('old', 1), key('unreadable', 100, false)], 100)?.kid, 'old');
});

test('the first key signs at once', () => {
  assert.deepEqual(dueChange([], 100), { makeFromMs: 100, remove: [] });
  assert.equal(dueChange([key('unreadable', 1, false)], 100).makeFromMs, 100);
});

const tokenLifeMs = 1_200_000;

test('over years, however irregularly one looks: always a signer, published long enough before, and kept long enough after', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 60_000, max: 86_400_000 }), { minLength: 600, maxLength: 1500 }),
      (pauses) => {
        let keys: (ScheduledKey & { publishedAtMs: number })[] = [];
        const lastSignedMs = new Map<string, number>();
        let nowMs = 0;
        for (const pauseMs of pauses) {
          const { makeFromMs, remove } = dueChange(keys, nowMs);
          for (const kid of remove) assert(nowMs - (lastSignedMs.get(kid) ?? -Infinity) > tokenLifeMs);
          keys = keys.filter(({ kid }) => !remove.includes(kid));
          if (makeFromMs !== undefined) keys.push({ ...key(`k${nowMs}`, makeFromMs), publishedAtMs: nowMs });
          const signer = signingKeyAt(keys, nowMs);
          assert(signer);
          assert(signer.publishedAtMs === 0 || nowMs - signer.publishedAtMs >= publishAheadMs);
          assert(nowMs - signer.signsFromMs <= signForMs + 86_400_000);
          assert(keys.length <= 3);
          // It signs until the next look, or until its successor does.
          const next = keys.find(({ signsFromMs }) => signsFromMs > nowMs)?.signsFromMs ?? Infinity;
          lastSignedMs.set(signer.kid, Math.min(nowMs + pauseMs, next));
          nowMs += pauseMs;
        }
      },
    ),
    propertyRuns(30),
  );
});

test('an old key goes only when the tokens it signed are over', () => {
  const keys = [key('old', 0), key('new', 1000)];
  assert.deepEqual(dueChange(keys, 1000 + outliveMs - 1).remove, []);
  assert.deepEqual(dueChange(keys, 1000 + outliveMs).remove, ['old']);
});
