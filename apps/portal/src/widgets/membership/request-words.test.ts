import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MembershipRequest } from '../../server-state/membership.ts';
import { askable, countText, lookOf, newlyGranted, outcomeOf } from './request-words.ts';

const aRequest = (given: Partial<MembershipRequest> = {}): MembershipRequest => ({
  requestId: 1,
  vo: 'vo.one',
  accountId: 'a',
  userName: 'tguest',
  displayName: 'Tom Guest',
  email: null,
  motivation: 'Docking',
  requestedAt: '2026-11-20T14:06:00.000Z',
  decision: null,
  decidedAt: null,
  decidedBy: null,
  reason: '',
  ...given,
});

const nowMs = Date.UTC(2026, 10, 21);

test('a state is a word and what came of it', () => {
  const said = (given: Partial<MembershipRequest>) => {
    const request = aRequest(given);
    return [lookOf(request).label, outcomeOf(request, ['one_user'], nowMs)];
  };
  assert.deepEqual(said({}), ['Waiting', 'The managers of vo.one have not decided yet.']);
  assert.deepEqual(said({ decision: 'granted', reason: 'one_user' }), ['Granted', 'In the group one_user']);
  assert.deepEqual(said({ decision: 'refused', reason: 'Ask two' }), ['Refused', 'Ask two']);
  assert.deepEqual(said({ decision: 'withdrawn' }), ['Withdrawn', '']);
});

test('a membership that was granted and is gone is said to have ended, once it had time to begin', () => {
  const request = aRequest({
    decision: 'granted',
    reason: 'one_user',
    decidedAt: '2026-11-20T14:06:00.000Z',
  });
  assert.match(outcomeOf(request, [], nowMs), /until the membership ended or was suspended$/);
  assert.equal(outcomeOf(request, ['one_user'], nowMs), 'In the group one_user');
  const justNow = { ...request, decidedAt: new Date(nowMs - 1000).toISOString() };
  assert.equal(outcomeOf(justNow, [], nowMs), 'In the group one_user');
});

test('a VO can be asked by who is not in it, once at a time', () => {
  const vo = (name: string, isMember = false) => ({ vo: name, description: '', group: 'g', isMember });
  const asked = askable(
    [vo('vo.one'), vo('vo.two'), vo('vo.three', true)],
    [aRequest(), aRequest({ requestId: 2, vo: 'vo.two', decision: 'withdrawn' })],
  );
  assert.deepEqual(
    asked.map(({ isAsked, vo: name }) => [name, isAsked]),
    [
      ['vo.one', true],
      ['vo.two', false],
    ],
  );
});

test('news is only what was granted since the last look', () => {
  const granted = aRequest({ decision: 'granted', reason: 'one_user' });
  assert.deepEqual(newlyGranted([aRequest()], [granted]), [granted]);
  assert.deepEqual(newlyGranted([granted], [granted]), []);
  assert.deepEqual(newlyGranted([], [granted]), []);
  assert.deepEqual(newlyGranted([aRequest()], [aRequest({ decision: 'refused' })]), []);
});

test('characters are counted against what the server takes', () => {
  assert.equal(countText('x'.repeat(1200)), '1,200 of 2,000 characters');
});
