import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSessionStore, sessionNotice } from './session-state.ts';

const facts = {
  accountId: 'a1',
  csrfToken: 'token',
  idleEndsAt: '2026-11-20T12:00:00Z',
  absoluteEndsAt: '2026-11-20T18:00:00Z',
};
const noonMs = Date.parse(facts.idleEndsAt);

test('the earlier of idle and absolute end counts', () => {
  const store = createSessionStore();
  store.signedIn(facts);
  assert.equal(store.get().endsAtMs, noonMs);
  store.prolonged({ idleEndsAt: '2026-11-20T19:00:00Z', absoluteEndsAt: '2026-11-20T18:00:00Z' });
  assert.equal(store.get().endsAtMs, Date.parse('2026-11-20T18:00:00Z'));
});

test('the page warns two minutes before the end and not earlier', () => {
  const store = createSessionStore();
  store.signedIn(facts);
  assert.deepEqual(sessionNotice(store.get(), noonMs - 121_000), { kind: 'none' });
  assert.deepEqual(sessionNotice(store.get(), noonMs - 90_000), { kind: 'ending', leftS: 90 });
  assert.deepEqual(sessionNotice(store.get(), noonMs + 1), { kind: 'over' });
});

test('a visitor who is refused does not become an expired session', () => {
  const store = createSessionStore();
  store.refused();
  store.refused();
  assert.equal(store.get().phase, 'visitor');
});

test('a request that waits goes on after the new log-in, and one that is given up does not', async () => {
  const store = createSessionStore();
  store.signedIn(facts);
  store.refused();
  const abort = new AbortController();
  const waiting = store.settled();
  const givenUp = store.settled(abort.signal);
  abort.abort();
  await assert.rejects(givenUp, { name: 'AbortError' });
  store.signedIn(facts);
  assert.equal(await waiting, 'signedIn');
});
