import assert from 'node:assert/strict';
import { test, mock } from 'node:test';
import type { GroupProperty } from '../identity/group-properties.ts';
import { silentLogger, type Logger } from '../kernel/logger.ts';
import { aConfiguration, aUser, configurationHolder } from '../testing/builders.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { healthCheck } from './health-check.ts';
import type { FactGatherers, HealthFacts } from './health-facts.ts';
import { createSystemHealth } from './system-health.service.ts';
import type { HealthJudgement, HealthStatus } from './system-health.ts';

const about = 'Of the test.';

/** Checks whose judgements the test decides. */
function openHealth(log: Logger = silentLogger) {
  const clock = createFakeClock();
  const state: { disk: HealthStatus; sites: readonly HealthJudgement[] } = { disk: 'ok', sites: [] };
  const checks = [
    healthCheck({
      id: 'disk',
      title: 'Disk',
      group: 'storage',
      about,
      isVital: true,
      fact: 'disk',
      judge: () => [{ status: state.disk, means: 'So it is.' }],
    }),
    healthCheck({
      id: 'sites',
      title: 'Sites',
      group: 'sites',
      about,
      fact: 'sites',
      judge: () => state.sites,
    }),
  ];
  const gather = {
    disk: async () => ({ freeBytes: 0, totalBytes: 0 }) satisfies HealthFacts['disk'],
    sites: async () => [],
  } as unknown as FactGatherers;
  const configuration = configurationHolder(
    aConfiguration({
      sites: {
        'EGI.Open.org': { computingElements: {} },
        'EGI.Fermi.org': { vos: ['fermilab'], computingElements: {} },
      },
    }),
  );
  const health = createSystemHealth({ checks, gather, clock, log, configuration });
  return { clock, state, health };
}

const acting = (...properties: readonly GroupProperty[]) => aUser({ properties });
const aWarning = (kind: 'site' | 'vo', name: string): HealthJudgement => ({
  status: 'warning',
  subject: { kind, name },
  means: 'x',
});

test('who runs the service knows all, a site manager his part, everybody else nothing', async () => {
  const { health, state } = openHealth();
  state.sites = [
    aWarning('site', 'EGI.Open.org'),
    aWarning('site', 'EGI.Fermi.org'),
    aWarning('site', 'EGI.Gone.org'),
    aWarning('vo', 'biomed'),
    aWarning('vo', 'fermilab'),
  ];
  const subjects = async (property: GroupProperty) =>
    (await health.report(acting(property))).findings.map(({ subject }) => subject?.name ?? 'disk');
  assert.equal((await subjects('Operator')).length, 6);
  assert.equal((await subjects('ServiceAdministrator')).length, 6);
  assert.deepEqual(await subjects('SiteManager'), ['EGI.Open.org', 'biomed']);
  for (const property of ['NormalUser', 'JobAdministrator', 'AccountingMonitor', 'GenericPilot'] as const)
    await assert.rejects(health.report(acting(property)), { code: 'access.denied' }, property);
});

test('the verdict is about what the reader may know', async () => {
  const { health, state } = openHealth();
  state.disk = 'critical';
  state.sites = [aWarning('site', 'EGI.Open.org')];
  assert.equal((await health.report(acting('Operator'))).status, 'critical');
  assert.equal((await health.report(acting('SiteManager'))).status, 'warning');
});

test('a finding tells since when it stands, and every change is logged once', async () => {
  // What was found is kept for two seconds.
  const now = mock.method(performance, 'now', () => readAt);
  let readAt = 0;
  const logged: object[] = [];
  const remember = (facts: object) => void logged.push(facts);
  const { health, state, clock } = openHealth({ ...silentLogger, warn: remember, info: remember });
  const since = async (): Promise<number | undefined> => {
    readAt += 60_000;
    return (await health.inspect()).findings[0]?.sinceMs;
  };
  const first = clock.nowMs();
  assert.equal(await since(), first);
  clock.advanceS(60);
  assert.equal(await since(), first);
  state.disk = 'warning';
  clock.advanceS(60);
  assert.equal(await since(), first + 120_000);
  clock.advanceS(60);
  assert.equal(await since(), first + 120_000);
  assert.equal(logged.length, 1);
  assert.deepEqual({ ...logged[0] }, { check: 'disk', status: 'warning', means: 'So it is.' });
  now.mock.restore();
});

test('readiness asks the vital checks only, and only what is critical ends it', async () => {
  const { health, state } = openHealth();
  state.sites = [{ status: 'critical', means: 'x' }];
  state.disk = 'warning';
  assert.deepEqual(await health.readiness(), {
    ok: true,
    checks: [{ name: 'disk', ok: true, message: 'So it is.' }],
  });
  state.disk = 'critical';
  assert.equal((await health.readiness()).ok, false);
});
