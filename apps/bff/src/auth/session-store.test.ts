import assert from 'node:assert/strict';
import { promisify } from 'node:util';
import { test } from 'node:test';
import { Cookie, type SessionData } from 'express-session';
import { rows } from '@wm/wms-core/database';
import { createFakeClock, openTestDatabase } from '@wm/wms-core/testing';
import type { LogOutToken } from './log-out-token.adapter.ts';
import { sessionsOfLogOutToken } from './opened-by.store.ts';
import { SessionStore } from './session-store.ts';
import { hashOfSessionId, randomId, type ProviderSession } from './session.ts';

const limits = { sessionIdleS: 1800, sessionAbsoluteS: 36_000, sessionsPerAccount: 3 };

async function world() {
  const database = await openTestDatabase();
  const clock = createFakeClock();
  const store = new SessionStore(database, clock, limits);
  const signIn = async (accountId = 'a1'): Promise<string> => {
    const sessionId = randomId();
    await set(sessionId, aSession(accountId));
    return sessionId;
  };
  const redeem = (token: LogOutToken, on = store) =>
    on.endFound(() => sessionsOfLogOutToken(token, clock.nowMs()));
  const aSession = (accountId: string, provider?: ProviderSession): SessionData => ({
    cookie: new Cookie(),
    signedIn: {
      accountId,
      loginWay: 'checkin',
      provider,
      activeGroup: 'g',
      csrfToken: 't',
      sinceMs: clock.nowMs(),
      address: '192.0.2.7',
      agent: 'Browser',
    },
  });
  const set = promisify((id: string, data: SessionData, done: (error?: unknown) => void) =>
    store.set(id, data, done),
  );
  const get = promisify((id: string, done: (error: unknown, data?: SessionData | null) => void) =>
    store.get(id, done),
  );
  const destroy = promisify((id: string, done: (error?: unknown) => void) => store.destroy(id, done));
  return {
    database,
    clock,
    store,
    signIn,
    redeem,
    aSession,
    set,
    get,
    destroy,
    [Symbol.asyncDispose]: () => database.close(),
  };
}

test('the id of a session is nowhere in the database, only its hash', async () => {
  await using w = await world();
  const sessionId = await w.signIn();
  const stored = await w.database.read(() => rows('select * from sessions'));
  assert(!JSON.stringify(stored).includes(sessionId));
  assert(JSON.stringify(stored).includes(hashOfSessionId(sessionId)));
});

test('a session ends after its idle time, activity puts that off, background requests do not', async () => {
  await using w = await world();
  const sessionId = await w.signIn();
  w.clock.advanceS(1790);
  await w.store.recordActivity(sessionId);
  w.clock.advanceS(1790);
  assert((await w.get(sessionId))?.signedIn);
  w.clock.advanceS(20);
  assert.equal(await w.get(sessionId), null);
  assert.equal(await w.store.times(hashOfSessionId(sessionId)), undefined);
});

test('no activity keeps a session beyond its absolute end', async () => {
  await using w = await world();
  const sessionId = await w.signIn();
  for (let passedS = 0; passedS < 36_000; passedS += 1000) {
    assert((await w.get(sessionId))?.signedIn, `after ${passedS} s`);
    await w.store.recordActivity(sessionId);
    w.clock.advanceS(1000);
  }
  assert.equal(await w.get(sessionId), null);
});

test('a request that was under way during log-out does not bring the session back', async () => {
  await using w = await world();
  const sessionId = await w.signIn();
  const loaded = (await w.get(sessionId)) ?? w.aSession('a1');
  await w.destroy(sessionId);
  await w.set(sessionId, loaded);
  assert.equal(await w.get(sessionId), null);
});

test('one session more than allowed ends the oldest one of the account, and only that', async () => {
  await using w = await world();
  const ended: string[] = [];
  w.store.onEnd((hash) => ended.push(hash));
  const other = await w.signIn('a2');
  const mine: string[] = [];
  for (let count = 0; count < 4; count++) {
    mine.push(await w.signIn());
    w.clock.advanceS(1);
  }
  await w.store.prune('a1');
  const alive = await Promise.all(mine.map(async (id) => (await w.get(id)) !== null));
  assert.deepEqual(alive, [false, true, true, true]);
  assert.notEqual(await w.get(other), null);
  assert.deepEqual(ended, [hashOfSessionId(mine[0] ?? '')]);
});

test('a log-in that was begun and never finished is forgotten after ten minutes', async () => {
  await using w = await world();
  const sessionId = randomId();
  await w.set(sessionId, { cookie: new Cookie() });
  w.clock.advanceS(599);
  assert.notEqual(await w.get(sessionId), null);
  w.clock.advanceS(2);
  assert.equal(await w.get(sessionId), null);
  await w.store.prune('a1');
  assert.deepEqual(await w.database.read(() => rows('select * from sessions')), []);
});

const atProvider = (subject: string, sid: string): ProviderSession => ({
  providerId: 'iam',
  issuer: 'https://iam',
  subject,
  sid,
  sealedIdToken: '',
});

const logOutToken = { issuer: 'https://iam', jti: 'j', subject: undefined, sid: undefined, expiresAtMs: 0 };

test('an identity provider ends its own sessions on every process, and a token counts once for all of them', async () => {
  await using w = await world();
  const database = await w.database.openAnother();
  const elsewhere = new SessionStore(database, w.clock, limits);
  const opened = [
    w.aSession('a1', atProvider('ada', 's1')),
    w.aSession('a1', atProvider('ada', 's2')),
    w.aSession('a2', atProvider('bob', 's3')),
    w.aSession('a1', { ...atProvider('ada', 's1'), issuer: 'https://another' }),
    w.aSession('a1'),
  ];
  const ids = opened.map(() => randomId());
  for (const [index, id] of ids.entries()) await w.set(id, opened[index] ?? w.aSession('a1'));
  const alive = async () => Promise.all(ids.map(async (id) => (await w.get(id)) !== null));
  const expiresAtMs = w.clock.nowMs() + 1000;
  assert.deepEqual(await w.redeem({ ...logOutToken, sid: 's1', expiresAtMs }, elsewhere), ['a1']);
  assert.deepEqual(await alive(), [false, true, true, true, true]);
  const replayed = { ...logOutToken, subject: 'bob', expiresAtMs };
  await assert.rejects(w.redeem(replayed), { code: 'input.invalid' });
  assert.deepEqual(await alive(), [false, true, true, true, true]);
  assert.deepEqual(await w.redeem({ ...replayed, jti: 'k', subject: 'ada' }), ['a1']);
  assert.deepEqual(await alive(), [false, false, true, true, true]);
  await database.close();
});

test('a log-out token is remembered as long as it could come back', async () => {
  await using w = await world();
  const token = { ...logOutToken, sid: 's', expiresAtMs: w.clock.nowMs() + 1000 };
  await w.redeem(token);
  w.clock.advanceS(1);
  await assert.rejects(w.redeem(token), { code: 'input.invalid' });
  w.clock.advanceS(1);
  await w.redeem({ ...token, jti: 'another', expiresAtMs: w.clock.nowMs() });
  const kept = await w.database.read(() => rows('select * from log_out_tokens'));
  assert.equal(kept.length, 1);
});

test('a session under a new id is still that of the identity provider', async () => {
  await using w = await world();
  const [before, after] = [randomId(), randomId()];
  const data = w.aSession('a1', atProvider('ada', 's1'));
  await w.set(before, data);
  await w.destroy(before);
  await w.set(after, data);
  const token = { ...logOutToken, sid: 's1', expiresAtMs: w.clock.nowMs() };
  assert.deepEqual(await w.redeem(token), ['a1']);
});
