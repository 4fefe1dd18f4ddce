/** Site managers ban and allow; everybody who asks the configuration sees it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ConfigurationHolder } from '../configuration/configuration-holder.service.ts';
import type { ConfigurationSnapshot } from '../configuration/schema.ts';
import { mustDrain } from '../jobs/job-state-update.service.ts';
import { silentLogger } from '../kernel/logger.ts';
import { pilotClasses } from '../pilots/pilot-classes.ts';
import { aConfiguration, aPilot, aUser, configurationHolder } from '../testing/builders.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { openTestDatabase } from '../testing/test-database.ts';
import { createEffectiveConfiguration } from './effective-configuration.service.ts';
import { createSites } from './sites.service.ts';

const manager = aUser({ userName: 'root', properties: ['SiteManager'] });
const queues = { default: {}, long: {} };
const values = aConfiguration({
  sites: {
    'EGI.Demo.org': { computingElements: { local: { type: 'Local', queues } } },
    'EGI.Other.org': { vos: ['fermilab'], computingElements: { local: { type: 'Local', queues } } },
  },
});

async function openSites(given = openTestDatabase()) {
  const database = await given;
  const clock = createFakeClock();
  const heard: ConfigurationSnapshot[] = [];
  const file: ConfigurationHolder = {
    ...configurationHolder(values),
    lastError: () => undefined,
    reload: async () => false,
    onChange: () => () => {},
    watch: () => {},
    close: () => {},
  };
  const effective = await createEffectiveConfiguration({
    file,
    database,
    broadcast: database.broadcast,
    clock,
    log: silentLogger,
  });
  effective.configuration.onChange((snapshot) => void heard.push(snapshot));
  const sites = createSites({ database, clock, log: silentLogger, effective });
  const openClasses = () =>
    pilotClasses(effective.configuration.current().values, () => 0, new Map()).map(({ key }) => key);
  return { clock, effective, heard, openClasses, sites, [Symbol.asyncDispose]: () => database.close() };
}

const wholeSite = { site: 'EGI.Demo.org', computingElement: '', batchQueue: '' };
const longQueue = { site: 'EGI.Demo.org', computingElement: 'local', batchQueue: 'long' };
const banned = { status: 'Banned', reason: 'Power cut', untilMs: null } as const;

test('a banned site gets no pilots, those there drain, and everybody hears why until it is allowed again', async () => {
  await using it = await openSites();
  await it.sites.setStatus(manager, { ...wholeSite, ...banned });
  assert.deepEqual(
    it.openClasses().filter((key) => key.startsWith('EGI.Demo.org')),
    [],
  );
  assert.equal(mustDrain(aPilot(), it.effective.configuration.current()), true);
  const [row] = await it.sites.list(aUser());
  assert.deepEqual(
    [row?.status, row?.isOpen, row?.word?.reason, row?.word?.setBy],
    ['Banned', false, 'Power cut', 'root'],
  );
  assert.equal(it.heard.length, 1);

  await it.sites.endStatus(manager, wholeSite);
  assert.equal(mustDrain(aPilot(), it.effective.configuration.current()), false);
  assert.equal((await it.sites.list(aUser()))[0]?.word, null);
  assert.equal(it.heard.length, 2);
  assert.equal(it.effective.configuration.current().version, 'test', 'as if nothing had been');
  const history = await it.sites.history(aUser(), 'EGI.Demo.org');
  assert.deepEqual(
    history.map(({ endedBy, status }) => [status, endedBy]),
    [['Banned', 'root']],
  );
});

test('when a ban ends by itself is known, and nothing once it is over', async () => {
  await using it = await openSites();
  const untilMs = it.clock.nowMs() + 600_000;
  await it.sites.setStatus(manager, { ...wholeSite, ...banned, untilMs });
  assert.equal(it.effective.openings().get('EGI.Demo.org/local/default'), untilMs);
  it.clock.advanceS(600);
  assert.equal(it.effective.openings().size, 0);
});

test('one queue can be closed while the others of the site go on', async () => {
  await using it = await openSites();
  await it.sites.setStatus(manager, { ...longQueue, ...banned });
  const open = it.openClasses();
  assert.ok(open.includes('EGI.Demo.org/local/default'));
  assert.ok(!open.includes('EGI.Demo.org/local/long'));
  const { configuration } = it.effective;
  assert.equal(mustDrain(aPilot(), configuration.current()), false);
  assert.equal(mustDrain(aPilot({ batchQueue: 'long' }), configuration.current()), true);
});

test('what is said of a queue comes before what is said of its computing element', async () => {
  await using it = await openSites();
  await it.sites.setStatus(manager, { ...longQueue, batchQueue: '', ...banned });
  await it.sites.setStatus(manager, { ...longQueue, ...banned, status: 'Active', reason: 'Spared' });
  assert.deepEqual(
    (await it.sites.list(aUser())).map(({ batchQueue, status }) => [batchQueue, status]),
    [
      ['default', 'Banned'],
      ['long', 'Active'],
    ],
  );
});

test('a ban ends by itself at its end, and is history then', async () => {
  await using it = await openSites();
  await it.sites.setStatus(manager, { ...wholeSite, ...banned, untilMs: it.clock.nowMs() + 60_000 });
  it.clock.advanceS(59);
  assert.equal(mustDrain(aPilot(), it.effective.configuration.current()), true);
  it.clock.advanceS(2);
  assert.equal(mustDrain(aPilot(), it.effective.configuration.current()), false, 'to the second');
  await it.effective.agent.runOnce();
  assert.equal(it.heard.length, 2);
  const [past] = await it.sites.history(aUser(), 'EGI.Demo.org');
  assert.deepEqual([past?.endedAtMs, past?.endedBy], [past?.untilMs, null]);
});

test('another process on the same database sees it at its next look', async () => {
  const database = await openTestDatabase();
  await using it = await openSites(Promise.resolve(database));
  await using other = await openSites(
    database.openAnother().then((access) => ({
      ...access,
      path: database.path,
      openAnother: () => database.openAnother(),
    })),
  );
  await it.sites.setStatus(manager, { ...wholeSite, ...banned });
  await other.effective.agent.runOnce();
  assert.equal(mustDrain(aPilot(), other.effective.configuration.current()), true);
});

test('only a site manager may, and only of sites that serve his VO', async () => {
  await using it = await openSites();
  const code = (expected: string) => (error: unknown) => (error as { code?: string }).code === expected;
  await assert.rejects(it.sites.setStatus(aUser(), { ...wholeSite, ...banned }), code('access.denied'));
  await assert.rejects(it.sites.endStatus(aUser(), wholeSite), code('access.denied'));
  const elsewhere = { ...wholeSite, site: 'EGI.Other.org' };
  await assert.rejects(it.sites.setStatus(manager, { ...elsewhere, ...banned }), code('not-found'));
  await assert.rejects(it.sites.history(aUser(), 'EGI.Other.org'), code('not-found'));
  assert.ok((await it.sites.list(aUser())).every(({ site }) => site === 'EGI.Demo.org'));
});

test('a status without reason, with an end in the past, or of what does not exist is refused by name', async () => {
  await using it = await openSites();
  const refused = async (fields: object, field: string): Promise<void> => {
    await assert.rejects(
      it.sites.setStatus(manager, { ...wholeSite, ...banned, ...fields }),
      (error: unknown) => {
        const { details } = error as { details?: { field?: string } };
        return details?.field === field;
      },
    );
  };
  await refused({ reason: ' ' }, 'reason');
  await refused({ reason: 'x'.repeat(501) }, 'reason');
  await refused({ untilMs: it.clock.nowMs() }, 'until');
  await refused({ untilMs: it.clock.nowMs() + 400 * 24 * 3_600_000 }, 'until');
  await refused({ computingElement: 'nowhere' }, 'site');
  await refused({ batchQueue: 'default' }, 'site');
  assert.equal((await it.sites.history(aUser(), 'EGI.Demo.org')).length, 0);
});
