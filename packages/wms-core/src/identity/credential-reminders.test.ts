import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { propertyRuns } from '../testing/property-runs.ts';
import {
  remindersDue,
  type RemindedOwner,
  type RemindedProxy,
  type ReminderFacts,
} from './credential-reminders.ts';
import { isMailAddress } from '../mail/letter.ts';

const dayMs = 86_400_000;
const endMs = Date.UTC(2027, 0, 31, 12);

const proxy = (more: Partial<RemindedProxy> = {}): RemindedProxy => ({
  proxyId: 'p1',
  subjectDn: '/DC=org/CN=Ada',
  issuerDn: '/DC=org/CN=CA',
  certificateSerial: '0a',
  createdAtMs: endMs - 300 * dayMs,
  validUntilMs: endMs,
  certificateEndsAtMs: endMs + 300_000,
  isRevoked: false,
  isGiven: false,
  groupsPicked: null,
  ...more,
});
const owner = (...proxies: readonly RemindedProxy[]): RemindedOwner => ({
  userName: 'ada',
  displayName: 'Ada Example',
  hasUnfinishedJobs: false,
  proxies,
});
const facts = (daysLeft: number): ReminderFacts => ({
  nowMs: endMs - daysLeft * dayMs,
  days: [30, 7, 1],
  installationName: 'Workload Manager',
  portalUrl: 'https://wm.example.org',
  supportEmail: 'support@example.org',
});
const matters = (daysLeft: number, ...proxies: readonly RemindedProxy[]) =>
  remindersDue(owner(...proxies), facts(daysLeft)).map(({ matter }) => matter);

for (const [left, expected] of [
  [30.1, []],
  [30, ['credential 30 days p1']],
  [8, ['credential 30 days p1']],
  [7, ['credential 7 days p1']],
  [0.5, ['credential 1 days p1']],
  [0, []],
] as const)
  test(`with ${left} days left: ${expected.join() || 'nothing'}`, () => {
    assert.deepEqual(matters(left, proxy()), expected);
  });

test('a proxy that was short from the beginning is no news until the next threshold', () => {
  const short = proxy({ createdAtMs: endMs - 11 * dayMs });
  assert.deepEqual(matters(10, short), []);
  assert.deepEqual(matters(7, short), ['credential 7 days p1']);
});

test('one that a longer one replaces is not spoken of, unless that serves less or is revoked', () => {
  const longer = proxy({ proxyId: 'p2', validUntilMs: endMs + 300 * dayMs });
  assert.deepEqual(matters(7, proxy(), longer), []);
  assert.deepEqual(matters(7, proxy(), { ...longer, groupsPicked: '["one_user"]' }), [
    'credential 7 days p1',
  ]);
  assert.deepEqual(matters(7, proxy(), { ...longer, isRevoked: true }), [
    'credential 7 days p1',
    'credential revoked /DC=org/CN=CA 0a',
  ]);
});

test('the letter says what ends when, and what helps', () => {
  const [reminder] = remindersDue({ ...owner(proxy()), hasUnfinishedJobs: true }, facts(7));
  assert.equal(reminder?.subject, 'Your proxy ends in 7 days');
  assert.equal(
    reminder?.body,
    `Dear Ada Example,

your proxy at Workload Manager ends at 2027-01-31 12:00 UTC:
/DC=org/CN=Ada

You have unfinished jobs. Without a proxy those that wait are held until there is a new one.

Your certificate ends at 2027-01-31 12:05 UTC, so renew it first. Then upload a new proxy: Tools > Proxy Upload at https://wm.example.org, or from a terminal: dirac-proxy-init -U

Workload Manager, https://wm.example.org
Questions: support@example.org
`,
  );
  const [issued] = remindersDue(owner(proxy({ isGiven: true })), facts(1));
  assert.match(issued?.body ?? '', /by one click/);
  const [longer] = remindersDue(owner(proxy({ certificateEndsAtMs: endMs + 90 * dayMs })), facts(1));
  assert.match(longer?.body ?? '', /^Upload a new proxy: /m);
});

test('however often one looks, there is one reminder for each proxy and threshold', () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0, max: 40, noNaN: true }), { maxLength: 40 }),
      fc.integer({ min: 1, max: 400 }),
      (looks, lifeDays) => {
        const one = proxy({ createdAtMs: endMs - lifeDays * dayMs });
        const seen = looks.filter((left) => left < lifeDays).flatMap((left) => matters(left, one));
        assert.ok(new Set(seen).size <= 3);
        assert.ok(looks.every((left) => matters(left, one).length <= 1));
      },
    ),
    propertyRuns(),
  );
});

for (const address of ['ada@example.org', "o'neill+grid@lab.example.org"])
  test(`${address} is an address`, () => assert.ok(isMailAddress(address)));
for (const address of [
  '',
  'ada',
  'ada@',
  'a@x.org, b@x.org',
  'a@x.org\r\nBcc: b@x.org',
  '<a@x.org>',
  'a b@x.org',
  `${'a'.repeat(255)}@x.org`,
])
  test(`${JSON.stringify(address.slice(0, 30))} is none`, () => assert.ok(!isMailAddress(address)));
