import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { AuditEvent } from '../../server-state/my-account.ts';
import { actorWords, detailWords, isRefused, originWords, targetWords, titleOf } from './audit-words.ts';
import { readState, startState } from './my-account-state.ts';

const anEvent = (given: Partial<AuditEvent> = {}): AuditEvent => ({
  auditId: 1,
  at: '2026-11-20T14:06:08.000Z',
  action: 'grant membership',
  actor: 'iortega',
  actorGroup: 'access_admin',
  way: 'session',
  address: '192.0.2.7',
  requestId: 'r',
  target: 'tguest',
  vo: 'vo.one',
  subjectDn: null,
  result: 'OK',
  details: { group: 'one_user' },
  ...given,
});

test('who did what to whom is told from the side of the reader', () => {
  const event = anEvent();
  assert.equal(titleOf(event), 'Membership granted');
  assert.deepEqual(
    [actorWords(event, 'iortega'), targetWords(event, 'iortega')],
    ['you in access_admin', 'tguest'],
  );
  assert.deepEqual(
    [actorWords(event, 'tguest'), targetWords(event, 'tguest')],
    ['iortega in access_admin', 'you'],
  );
  const own = anEvent({ actorGroup: '', target: 'iortega' });
  assert.deepEqual([actorWords(own, 'x'), targetWords(own, 'x')], ['iortega', '']);
  assert.equal(actorWords(anEvent({ actor: '', actorGroup: '' }), 'x'), 'a visitor');
});

test('refusals are told by the code of an error, or by an action that is one', () => {
  assert.equal(isRefused(anEvent()), false);
  assert.equal(isRefused(anEvent({ action: 'store proxy', result: 'kept' })), false);
  assert.equal(
    isRefused(anEvent({ action: 'download proxy', result: 'OK limited, job 7, attempt 1' })),
    false,
  );
  assert.equal(isRefused(anEvent({ action: 'store proxy', result: 'certificate.revoked' })), true);
  assert.equal(isRefused(anEvent({ action: 'issue proxy', result: 'not-found' })), true);
  assert.equal(isRefused(anEvent({ action: 'refuse membership' })), true);
  assert.equal(
    titleOf(anEvent({ action: 'issue proxy', result: 'not-found' })),
    'Refused: Proxy issued without a certificate',
  );
  assert.equal(titleOf(anEvent({ action: 'refuse proxy', result: 'proxy.short' })), 'Proxy refused');
});

test('details read as words, with the result where it is not plain OK', () => {
  assert.equal(detailWords(anEvent()), 'group: one_user');
  assert.equal(
    detailWords(anEvent({ result: 'kept', details: { somethingNew: 7 }, subjectDn: '/CN=Tom' })),
    'kept · somethingNew: 7 · /CN=Tom',
  );
  assert.equal(detailWords(anEvent({ details: {} })), '');
  assert.equal(originWords(anEvent()), 'session, 192.0.2.7');
  assert.equal(originWords(anEvent({ address: null, way: null })), '');
});

test('a stored state is taken as far as it makes sense', () => {
  assert.deepEqual(readState(7), startState);
  assert.deepEqual(readState({ view: 'events', scope: 'vo' }), { view: 'events', scope: 'vo' });
  assert.deepEqual(readState({ view: 'gone', scope: 'all' }), startState);
});
