import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  endsSoonDays,
  fileFault,
  instantText,
  isTooShortForJobs,
  lifetimeStops,
  lifetimeText,
  matchOf,
  picksFault,
  picksHint,
  picksOf,
  sizeText,
} from './wizard.ts';

const nowMs = Date.UTC(2026, 10, 20, 14, 6);
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

test('the slider goes from twelve hours to the end of the certificate, less five minutes', () => {
  const stops = lifetimeStops(nowMs + 20 * dayMs, nowMs);
  assert.deepEqual(stops.map(lifetimeText), ['12 h', '48 h', '3 days', '7 days', '14 days', '19 days']);
  assert.equal(stops.at(-1), 20 * dayMs - 300_000);
});

test('a certificate of a few hours offers only what it has', () => {
  assert.deepEqual(lifetimeStops(nowMs + 3 * hourMs, nowMs).map(lifetimeText), ['2 h']);
  assert.deepEqual(lifetimeStops(nowMs - dayMs, nowMs).map(lifetimeText), ['0 min']);
});

test('every stop above the shortest is enough for a job', () => {
  const [shortest, ...others] = lifetimeStops(nowMs + 400 * dayMs, nowMs);
  assert.equal(isTooShortForJobs(shortest!), true);
  assert.equal(others.some(isTooShortForJobs), false);
});

test('a certificate is warned of in its last thirty days', () => {
  assert.equal(endsSoonDays(nowMs + 31 * dayMs, nowMs), undefined);
  assert.equal(endsSoonDays(nowMs + 29.5 * dayMs, nowMs), 29);
  assert.equal(endsSoonDays(nowMs + hourMs, nowMs), 0);
});

test('a certificate is the own one, the first one or one more', () => {
  assert.equal(matchOf('/CN=Jane Doe', ['/CN=jane doe']), 'linked');
  assert.equal(matchOf('/CN=Jane Doe', []), 'first');
  assert.equal(matchOf('/CN=Jane Doe', ['/CN=Somebody']), 'additional');
});

test('files that cannot be certificates are named before they are read', () => {
  assert.match(fileFault({ name: 'a.p12', size: 0 }) ?? '', /"a\.p12" is empty/);
  assert.match(fileFault({ name: 'a.p12', size: 10_485_760 }) ?? '', /too large.*10\.0 MiB.*256 KiB/);
  assert.equal(fileFault({ name: 'a.pfx', size: 3300 }), undefined);
  assert.equal(sizeText(3300), '3.2 KiB');
  assert.equal(sizeText(12), '12 B');
});

test('instants name their zone', () => {
  assert.equal(instantText(nowMs), '2026-11-20 14:06 UTC');
});

test('all groups ticked are sent as no choice, so that later ones gain too', () => {
  assert.equal(picksOf(['one', 'two'], new Set()), undefined);
  assert.equal(picksOf(['one', 'two'], new Set(['left long ago'])), undefined);
  assert.match(picksHint(['one', 'two'], new Set()), /join later gain too/);
});

test('some groups ticked are sent by name, and none cannot be uploaded', () => {
  assert.deepEqual(picksOf(['one', 'two'], new Set(['one'])), ['two']);
  assert.equal(picksFault(['one', 'two'], new Set(['one'])), undefined);
  assert.match(picksHint(['one', 'two'], new Set(['one'])), /^Only the ticked groups/);
  assert.match(picksFault(['one', 'two'], new Set(['one', 'two'])) ?? '', /at least one/);
});
