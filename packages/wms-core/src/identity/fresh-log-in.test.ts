import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aUser } from '../testing/index.ts';
import { demandFreshLogIn } from './fresh-log-in.ts';
import type { CallOrigin } from './principal.ts';

const nowMs = 1_800_000_000_000;
const by = (from: Partial<CallOrigin>) => () =>
  demandFreshLogIn(aUser({ from: { way: 'session', address: '', requestId: '', ...from } }), nowMs);
const stale = { code: 'access.stale-log-in' };

test('a person who logged in a moment ago may act on others', () => {
  by({ loggedInAtMs: nowMs - 15 * 60_000 })();
});

test('a session that is open for longer may not, nor one that does not say', () => {
  assert.throws(by({ loggedInAtMs: nowMs - 15 * 60_000 - 1 }), stale);
  assert.throws(by({}), stale);
});

test('a certificate proves its key; a token proves nobody', () => {
  by({ way: 'certificate' })();
  assert.throws(by({ way: 'token', loggedInAtMs: nowMs }), stale);
});
