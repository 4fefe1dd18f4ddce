import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { StoredProxy } from '../../server-state/proxies.ts';
import { proxyExpiryOf, readState, rowsToShow, startState } from './proxy-manager-state.ts';

const aProxy = (given: Partial<StoredProxy>): StoredProxy => ({
  proxyId: 'p',
  userName: 'jdoe',
  subjectDn: '/CN=Jane',
  issuerDn: '/CN=CA',
  groups: ['one_user'],
  validUntil: '2026-12-20T14:06:00.000Z',
  createdAt: '2026-11-20T14:06:00.000Z',
  lastUsedAt: null,
  isRevoked: false,
  ...given,
});

const proxies = [
  aProxy({ proxyId: 'a', userName: 'mrossi', groups: ['two_user'], validUntil: '2027-01-01T00:00:00.000Z' }),
  aProxy({ proxyId: 'b', groups: ['one_user', 'two_user'] }),
  aProxy({ proxyId: 'c', userName: 'kim', validUntil: '2026-12-01T00:00:00.000Z' }),
];

const idsOf = (state: Partial<typeof startState>) =>
  rowsToShow(proxies, { ...startState, ...state }).map(({ proxyId }) => proxyId);

test('rows are filtered by user and group and sorted by any column', () => {
  assert.deepEqual(idsOf({}), ['c', 'b', 'a']);
  assert.deepEqual(idsOf({ sort: { columnId: 'userName', direction: 'desc' } }), ['a', 'c', 'b']);
  assert.deepEqual(idsOf({ users: ['jdoe', 'mrossi'] }), ['b', 'a']);
  assert.deepEqual(idsOf({ groups: ['two_user'] }), ['b', 'a']);
  assert.deepEqual(idsOf({ users: ['kim'], groups: ['two_user'] }), []);
});

test('a stored state is taken as far as it makes sense', () => {
  assert.deepEqual(readState(undefined), startState);
  assert.deepEqual(readState({ users: ['jdoe', 7], sort: { columnId: 'nonsense' }, isPanelOpen: true }), {
    ...startState,
    users: ['jdoe'],
    isPanelOpen: true,
  });
});

test('a revoked certificate ends its proxy at once', () => {
  const validUntil = '2027-11-20T14:06:00.000Z';
  const nowMs = Date.UTC(2026, 10, 20, 14, 6);
  assert.deepEqual(proxyExpiryOf({ validUntil, isRevoked: true }, nowMs), {
    text: 'Certificate revoked',
    isSoon: true,
  });
  assert.equal(proxyExpiryOf({ validUntil, isRevoked: false }, nowMs).isSoon, false);
});
