/** What pilots wrote: read as they run, kept after their end, and only by those whom it concerns. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rows, type Work } from '../db/database.ts';
import { eventsAfter } from '../events/event.store.ts';
import { insertAttempt, insertJob } from '../jobs/job.store.ts';
import { silentLogger } from '../kernel/logger.ts';
import { WmsError } from '../kernel/wms-error.ts';
import { aUser, configurationHolder } from '../testing/builders.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { openTestDatabase } from '../testing/test-database.ts';
import { createPilotMoves } from './pilot-moves.service.ts';
import { createPilotOutputAgent } from './pilot-output.agent.ts';
import { createPilotOutput } from './pilot-output.service.ts';
import { mostKeptLength, type PilotTexts } from './pilot-output-words.ts';
import type { PilotStatus } from './pilot-status.ts';
import { appendLogPart, deleteEndedPilots, findPilot, insertPilot, setPilotFacts } from './pilot.store.ts';

const stamp = 'ab'.repeat(16);
const operator = aUser({ userName: 'op', vo: 'fermilab', properties: ['Operator'] });
const away = () => new WmsError('service.unavailable', 'no route to host');
const none: PilotTexts = { stdout: '', stderr: '' };

/** A registered pilot of biomed at a fake computing element that says what `it.element` says. */
async function openWorld() {
  const database = await openTestDatabase();
  const clock = createFakeClock();
  const element = {
    asked: 0,
    answer: (): PilotTexts => ({ stdout: 'hello\n', stderr: '' }),
  };
  const outputAtElement = async () => {
    element.asked += 1;
    return element.answer();
  };
  const makeAgent = () => createPilotOutputAgent({ database, clock, log: silentLogger, outputAtElement });
  const agent = makeAgent();
  const moves = createPilotMoves({
    clock,
    onPilotEnded: (ended) => agent.ended(ended),
    accounting: { *pilotEnded() {} },
  });
  const { output } = createPilotOutput({
    database,
    clock,
    configuration: configurationHolder(),
    outputAtElement,
  });
  const facts = { hostName: '', version: '', nodeVersion: '', isolation: '', checks: '', offer: '' };
  await database.write(function* () {
    const place = { vo: 'biomed', site: 'EGI.A.org', computingElement: 'arc', batchQueue: 'q' };
    const size = { gridType: 'ARC', processors: 1, maxWallTimeS: 1, taskQueueId: null };
    yield* insertPilot({ stamp, secretSha256: '', ...place, ...size }, clock.nowMs());
    yield* setPilotFacts(stamp, facts, clock.nowMs());
    const pilot = yield* findPilot(stamp);
    if (pilot !== undefined) yield* moves.move(pilot, 'Running', 'Registered');
  });
  const move = function* (status: PilotStatus): Work<void> {
    const pilot = yield* findPilot(stamp);
    assert.ok(pilot !== undefined && (yield* moves.move(pilot, status, 'Nothing to do')));
  };
  const takeJob = (owner: string, vo = 'biomed') =>
    database.write(function* () {
      const jobId = yield* insertJob({
        vo,
        ownerGroup: `${vo}_user`,
        owner,
        jobType: 'User',
        jobGroup: '',
        jobName: 'Unknown',
        site: 'ANY',
        status: 'Running',
        minorStatus: '',
        userPriority: 1,
        taskQueueId: null,
        atMs: 0,
      });
      const place = { site: 'EGI.A.org', computingElement: 'arc', batchQueue: 'q' };
      yield* insertAttempt({ ...place, jobId, attempt: 1, pilotStamp: stamp, matchedAtMs: 0 });
    });
  return {
    database,
    clock,
    element,
    agent,
    makeAgent,
    move,
    takeJob,
    output,
    read: (known?: string) => output(operator, stamp, known),
    end: (status: PilotStatus = 'Done') => database.write(() => move(status)),
    /** The fetching comes due after so long. */
    async later(seconds: number, by = agent) {
      clock.advanceS(seconds);
      await by.runOnce();
    },
    [Symbol.asyncDispose]: () => database.close(),
  };
}

test('a running pilot is read at its computing element; what is known does not travel again', async () => {
  await using it = await openWorld();
  const first = await it.read();
  assert.deepEqual(
    [first.source, first.status, first.texts, first.remark],
    ['live', 'Running', { stdout: 'hello\n', stderr: '', log: '' }, null],
  );
  it.clock.advanceS(3);
  const same = await it.read(first.version);
  assert.deepEqual([same.version, same.texts], [first.version, null]);
  it.element.answer = () => ({ stdout: 'hello\nworld\n', stderr: '' });
  it.clock.advanceS(3);
  assert.equal((await it.read(first.version)).texts?.stdout, 'hello\nworld\n');
  await it.database.write(() => appendLogPart(stamp, 0, 'asking for a job\n', 0));
  const logged = await it.read(first.version);
  assert.equal(logged.texts?.log, 'asking for a job\n', 'the log counts too');
});

test('many who look at a pilot at a time are one question to its computing element', async () => {
  await using it = await openWorld();
  await Promise.all(Array.from({ length: 20 }, () => it.read()));
  assert.equal(it.element.asked, 1);
  it.clock.advanceS(3);
  await it.read();
  assert.equal(it.element.asked, 2);
});

test('an element that is away, or gives nothing before the end, is said so, and the log is there', async () => {
  await using it = await openWorld();
  await it.database.write(() => appendLogPart(stamp, 0, 'a line\n', 0));
  it.element.answer = () => {
    throw away();
  };
  const output = await it.read();
  assert.match(output.remark ?? '', /could not be asked: no route to host/);
  assert.equal(output.texts?.log, 'a line\n');
  it.element.answer = () => none;
  it.clock.advanceS(3);
  assert.match((await it.read()).remark ?? '', /gave nothing yet; some give output only after the end/);
});

test('after the end it is fetched once, and is there when the element has cleaned it away', async () => {
  await using it = await openWorld();
  await it.end();
  assert.equal((await it.read()).source, 'awaited');
  await it.later(5);
  assert.equal((await it.read()).source, 'awaited', 'not before the batch system has it');
  const events = async () =>
    (await it.database.read(() => eventsAfter(0, 100))).flatMap(({ events }) => events);
  const before = (await events()).length;
  await it.later(6);
  assert.equal((await events()).length, before + 1, 'who looks hears of it');
  it.element.answer = () => none;
  const asked = it.element.asked;
  await it.later(86_400);
  const kept = await it.read();
  assert.deepEqual(
    [kept.source, kept.texts?.stdout, kept.remark, kept.status, kept.statusReason],
    ['kept', 'hello\n', null, 'Done', 'Nothing to do'],
  );
  assert.equal(it.element.asked, asked, 'the element is asked no more');
});

test('the wish to fetch is stored with the end: another server process finds it, a rolled back end leaves none', async () => {
  await using it = await openWorld();
  const wished = () => it.database.read(() => rows('select stamp from pilot_outputs'));
  await assert.rejects(
    it.database.write(function* () {
      yield* it.move('Done');
      throw new Error('rolled back');
    }),
  );
  assert.deepEqual(await wished(), []);
  await it.end();
  await it.later(11, it.makeAgent());
  assert.equal((await it.read()).source, 'kept');
});

test('an element that is away is asked again, and at last given up with the reason', async () => {
  await using it = await openWorld();
  it.element.answer = () => {
    throw away();
  };
  await it.end();
  await it.later(11);
  assert.match((await it.read()).remark ?? '', /not here yet: no route to host/);
  for (let hours = 0; hours < 24; hours += 1) await it.later(3600);
  const givenUp = await it.read();
  assert.deepEqual([givenUp.source, givenUp.texts?.stdout], ['kept', '']);
  assert.match(givenUp.remark ?? '', /could not be fetched: no route to host/);
});

test('an element that comes back gives it late', async () => {
  await using it = await openWorld();
  const there = it.element.answer;
  it.element.answer = () => {
    throw away();
  };
  await it.end();
  await it.later(11);
  it.element.answer = there;
  await it.later(61);
  assert.equal((await it.read()).texts?.stdout, 'hello\n');
});

test('an empty answer is doubted twice before it is believed', async () => {
  await using it = await openWorld();
  it.element.answer = () => none;
  await it.end('Failed');
  await it.later(11);
  await it.later(61);
  assert.equal((await it.read()).source, 'awaited');
  await it.later(601);
  const believed = await it.read();
  assert.deepEqual([believed.source, believed.texts?.stdout], ['kept', '']);
  assert.match(believed.remark ?? '', /wrote nothing .* ended as Failed/);
});

test('the end of a long output is kept, without what no engine can store', async () => {
  await using it = await openWorld();
  it.element.answer = () => ({ stdout: `${'x'.repeat(200_000)}\0the end`, stderr: '' });
  await it.end();
  await it.later(11);
  const { remark, texts } = await it.read();
  assert.equal(texts?.stdout.length, mostKeptLength);
  assert.ok(texts?.stdout.endsWith('x\uFFFDthe end'));
  assert.match(remark ?? '', /Only the last 65,536 characters/);
});

test('it goes with the pilot', async () => {
  await using it = await openWorld();
  await it.end();
  await it.later(11);
  await it.database.write(() => deleteEndedPilots(it.clock.nowMs() + 1, 10));
  assert.deepEqual(await it.database.read(() => rows('select stamp from pilot_outputs')), []);
  await assert.rejects(it.read(), { code: 'not-found' });
});

test('strangers learn nothing of it, running or ended, not even with the version in hand', async () => {
  await using it = await openWorld();
  await it.takeJob('ada');
  await it.takeJob('mallory', 'fermilab');
  const may = (who: Parameters<typeof aUser>[0], known?: string) =>
    it.output(aUser(who), stamp, known).then(
      ({ texts }) => (texts === null ? 'unchanged' : 'yes'),
      (error: unknown) => (error as { code?: string }).code ?? 'thrown',
    );
  const table = [
    [{ userName: 'ada' }, 'yes'],
    [{ userName: 'bob' }, 'access.denied'],
    [{ userName: 'bob', properties: ['JobSharing', 'NormalUser'] }, 'access.denied'],
    [{ userName: 'bob', properties: ['JobAdministrator'] }, 'yes'],
    [{ userName: 'bob', properties: ['GenericPilot'] }, 'yes'],
    [{ userName: 'ada', vo: 'fermilab' }, 'not-found'],
    [{ userName: 'mallory', vo: 'fermilab' }, 'not-found'],
    [{ userName: 'mallory' }, 'access.denied'],
    [{ userName: 'eve', vo: 'fermilab', properties: ['JobAdministrator', 'GenericPilot'] }, 'not-found'],
    [{ userName: 'eve', vo: 'fermilab', properties: ['SiteManager'] }, 'not-found'],
    [{ userName: 'eve', vo: 'fermilab', properties: ['Operator'] }, 'yes'],
  ] as const;
  const lookAll = async (when: string): Promise<void> => {
    const { version } = await it.read();
    for (const [who, expected] of table) {
      assert.equal(await may(who), expected, `${when}: ${JSON.stringify(who)}`);
      const withVersion = expected === 'yes' ? 'unchanged' : expected;
      assert.equal(await may(who, version), withVersion, `${when}, version: ${JSON.stringify(who)}`);
    }
  };
  await lookAll('running');
  await it.end();
  await lookAll('ended');
  await it.later(11);
  await lookAll('kept');
  await assert.rejects(it.output(operator, 'f'.repeat(32)), { code: 'not-found' });
});
