import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ManagedToken } from '../../server-state/tokens.ts';
import { accessExpiry, readState, refreshExpiry, rowsToShow, startState } from './token-manager-state.ts';

const aToken = (given: Partial<ManagedToken>): ManagedToken => ({
  kind: 'outside',
  tokenId: 't',
  userName: 'jdoe',
  provider: 'EGI Check-in',
  usedBy: 'Workload Manager',
  scopes: 'openid offline_access',
  status: 'live',
  accessExpiresAt: '2026-11-20T15:06:00.000Z',
  refreshExpiresAt: '2027-11-20T14:06:00.000Z',
  ...given,
});

const tokens = [
  aToken({ tokenId: 'a', userName: 'mrossi', refreshExpiresAt: '2027-01-01T00:00:00.000Z' }),
  aToken({ tokenId: 'b', refreshExpiresAt: null }),
  aToken({ tokenId: 'c', userName: 'kim', refreshExpiresAt: '2026-12-01T00:00:00.000Z' }),
];
const idsOf = (state: Partial<typeof startState>) =>
  rowsToShow(tokens, { ...startState, ...state }).map(({ tokenId }) => tokenId);

test('rows are filtered by user and sorted by any column; ends that are not told come first', () => {
  assert.deepEqual(idsOf({}), ['b', 'c', 'a']);
  assert.deepEqual(idsOf({ sort: { columnId: 'userName', direction: 'desc' } }), ['a', 'c', 'b']);
  assert.deepEqual(idsOf({ users: ['jdoe', 'mrossi'] }), ['b', 'a']);
});

test('below thirty days the end of a refresh token is red, unless it is one of ours that live for hours', () => {
  const nowMs = Date.UTC(2026, 10, 20, 14, 6);
  const at = (days: number) => new Date(nowMs + days * 86_400_000).toISOString();
  const isRed = (given: Partial<ManagedToken>) => refreshExpiry(aToken(given), nowMs).isSoon;
  assert.equal(isRed({ refreshExpiresAt: at(30) }), false);
  assert.equal(isRed({ refreshExpiresAt: at(29) }), true);
  assert.equal(isRed({ refreshExpiresAt: at(0.1), kind: 'issued' }), false);
  assert.deepEqual(refreshExpiry(aToken({ refreshExpiresAt: null }), nowMs), {
    text: 'Not told',
    isSoon: false,
  });
  assert.deepEqual(refreshExpiry(aToken({ status: 'needs-log-in' }), nowMs), {
    text: 'Needs a log-in',
    isSoon: true,
  });
});

test('the end of an access token to the minute, or a dash', () => {
  assert.equal(accessExpiry(aToken({})), '2026-11-20 15:06');
  assert.equal(accessExpiry(aToken({ accessExpiresAt: null })), '–');
});

test('a stored state is taken as far as it makes sense', () => {
  assert.deepEqual(readState(undefined), startState);
  assert.deepEqual(readState({ users: ['jdoe', 7], sort: { columnId: 'nonsense' }, isPanelOpen: true }), {
    ...startState,
    users: ['jdoe'],
    isPanelOpen: true,
  });
});
