import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFakeClock } from '../testing/fake-clock.ts';
import { CredentialHolds, type ProxyOutlook } from './credential-holds.ts';
import { nextChangeMs, warningFor } from './proxy-warnings.ts';

const ada = { vo: 'biomed', ownerGroup: 'biomed_user', owner: 'ada' };
const until = (validUntilMs: number): ProxyOutlook => ({
  accountId: 'a',
  validUntilMs,
  message: undefined,
});

test('a hold begins in the second in which the proxy ends, and ends with a new one', () => {
  const clock = createFakeClock(0);
  const holds = new CredentialHolds(() => clock.nowMs());
  assert.equal(holds.reasonFor(ada), undefined, 'nothing is known yet');
  assert.equal(holds.replace([[ada, until(10_000)]]), false);
  clock.advanceMs(9999);
  assert.equal(holds.reasonFor(ada), undefined);
  clock.advanceMs(1);
  assert.match(holds.reasonFor(ada) ?? '', /has ended/);
  assert.equal(holds.reasonFor({ ...ada, ownerGroup: 'biomed_shared' }), undefined);
  assert.equal(holds.replace([[ada, until(0)]]), false);
  assert.equal(holds.replace([[ada, until(20_000)]]), true);
  assert.equal(holds.reasonFor(ada), undefined);
});

test('the owner is warned a day and two hours before the end, and when it has come', () => {
  const times = { proxyWarningS: 86_400, proxyLastWarningS: 7200 };
  const outlook = until(100 * 3_600_000);
  let nowMs: number | undefined = 0;
  const titles: unknown[] = [];
  while (nowMs !== undefined) {
    titles.push(warningFor(ada, outlook, nowMs, times)?.title);
    nowMs = nextChangeMs(outlook, nowMs, times);
  }
  assert.deepEqual(titles, [
    undefined,
    'Your proxy for biomed_user ends soon',
    'Your proxy for biomed_user ends very soon',
    'Your jobs in biomed_user are held: no proxy',
  ]);
});
