import assert from 'node:assert/strict';
import { test } from 'node:test';
import { judge, type StatusFacts } from './proxy-status.ts';

const hourMs = 3_600_000;
const nowMs = Date.UTC(2026, 10, 20, 12);

const facts: StatusFacts = {
  nowMs,
  minLeftS: 3600,
  vo: 'one',
  group: 'one_user',
  isMember: true,
  hasLapsed: false,
  isSuspended: false,
  proxies: [{ validUntilMs: nowMs + 48 * hourMs, isLinked: true, isRevoked: false, servesGroup: true }],
};

test('a proxy of a group whose proxies nobody takes is valid, and payloads without one are foretold', () => {
  assert.equal(judge({ ...facts, isHandedOut: true }).status.message.includes('without'), false);
  const { state, message } = judge({ ...facts, isHandedOut: false }).status;
  assert.equal(state, 'Valid');
  assert.match(
    message,
    /Proxies of the group one_user are handed out to nobody, so payloads run without one\.$/,
  );
});

test('of several faults the one is told that nobody can mend by a new proxy', () => {
  const everything = { ...facts, proxies: [], isMember: false, hasLapsed: true, isSuspended: true };
  assert.equal(judge(everything).status.reason, 'SUSPENDED');
  assert.equal(
    judge({ ...everything, isSuspended: false }).status.message.includes('more than a day ago'),
    true,
  );
  assert.equal(judge({ ...everything, isSuspended: false, hasLapsed: false }).status.reason, 'GROUP');
  assert.equal(judge({ ...facts, proxies: [] }).status.reason, 'NONE');
});
