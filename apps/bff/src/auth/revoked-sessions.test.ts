import assert from 'node:assert/strict';
import { promisify } from 'node:util';
import { test } from 'node:test';
import { Cookie, type SessionData } from 'express-session';
import { silentLogger } from '@wm/wms-core/logger';
import { createFakeClock, openTestDatabase } from '@wm/wms-core/testing';
import type { CertificateSerial } from '@wm/wms-core/vocabulary';
import { createFakeCore } from '../testing/fake-core.ts';
import { createRevokedSessions } from './revoked-sessions.ts';
import { SessionStore } from './session-store.ts';
import { hashOfSessionId, randomId, type SignedIn } from './session.ts';

const jane = { issuerKey: 'ca', serialHex: '0a' };
const john = { issuerKey: 'ca', serialHex: '0b' };

async function world() {
  const database = await openTestDatabase();
  const clock = createFakeClock();
  const limits = { sessionIdleS: 1800, sessionAbsoluteS: 36_000, sessionsPerAccount: 9 };
  const sessions = new SessionStore(database, clock, limits);
  const fake = createFakeCore({ current: () => assert.fail('not asked') });
  const revoked = new Set<string>();
  const core = {
    audit: fake.core.audit,
    certificates: {
      ...fake.core.certificates,
      isRevoked: async ({ issuerKey, serialHex }: CertificateSerial) => revoked.has(issuerKey + serialHex),
    },
  };
  const set = promisify((id: string, data: SessionData, done: (error?: unknown) => void) =>
    sessions.set(id, data, done),
  );
  return {
    sessions,
    fake,
    guard: createRevokedSessions({ core, sessions, log: silentLogger }),
    revoke: ({ issuerKey, serialHex }: CertificateSerial) => void revoked.add(issuerKey + serialHex),
    async open(accountId: string, certificate: CertificateSerial | undefined) {
      const id = randomId();
      const signedIn: SignedIn = {
        ...{ accountId, certificate, loginWay: certificate === undefined ? 'checkin' : 'certificate' },
        ...{ activeGroup: null, csrfToken: '', sinceMs: clock.nowMs(), address: '', agent: '' },
      };
      await set(id, { cookie: new Cookie(), signedIn });
      return { signedIn, isAlive: async () => (await sessions.times(hashOfSessionId(id))) !== undefined };
    },
    [Symbol.asyncDispose]: () => database.close(),
  };
}

test('the sweep ends sessions of a revoked certificate and no others, and writes it down once', async () => {
  await using w = await world();
  const ended: string[] = [];
  w.sessions.onEnd((hash) => ended.push(hash));
  const mine = [await w.open('a1', jane), await w.open('a1', jane)];
  const others = [await w.open('a2', john), await w.open('a1', undefined)];
  await w.guard.sweep();
  assert.equal(ended.length, 0);
  w.revoke(jane);
  await w.guard.sweep();
  await w.guard.sweep();
  for (const { isAlive } of mine) assert.equal(await isAlive(), false);
  for (const { isAlive } of others) assert.equal(await isAlive(), true);
  assert.equal(ended.length, 2, 'live pages hear of it');
  assert.deepEqual(
    w.fake.sessionEvents.map(({ action, accountId, details }) => [action, accountId, details]),
    [['revoke session', 'a1', { serial: '0a', ended: 2 }]],
  );
});

test('a request with a revoked certificate is refused before any sweep; others go on', async () => {
  await using w = await world();
  const [mine, other, checkin] = [
    await w.open('a1', jane),
    await w.open('a2', john),
    await w.open('a3', undefined),
  ];
  w.revoke(jane);
  await assert.rejects(w.guard.refuse(mine.signedIn), { code: 'access.unauthenticated', message: /revoked/ });
  assert.equal(await mine.isAlive(), false);
  for (const { signedIn, isAlive } of [other, checkin]) {
    await w.guard.refuse(signedIn);
    assert.equal(await isAlive(), true);
  }
});
