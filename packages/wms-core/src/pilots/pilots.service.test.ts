import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { configurationSchema } from '../configuration/schema.ts';
import { rows, run } from '../db/database.ts';
import type { Work } from '../db/database.ts';
import type { GroupProperty } from '../identity/group-properties.ts';
import type { PilotPrincipal, UserPrincipal } from '../identity/principal.ts';
import { insertAttempt, insertJob } from '../jobs/job.store.ts';
import type { SearchQuery } from '../jobs/job-search.ts';
import { silentLogger } from '../kernel/logger.ts';
import { fits } from '../matching/match.ts';
import type { TaskQueue } from '../task-queues/task-queue.ts';
import { checkBuckets } from '../testing/accounting-check.ts';
import { someRequirements } from '../testing/builders.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import type { FakeClock } from '../testing/fake-clock.ts';
import { openTestDatabase } from '../testing/test-database.ts';
import type { TestDatabase } from '../testing/test-database.ts';
import type { PilotRegistration } from '../use-cases.ts';
import { createPilots } from './pilots.service.ts';
import type { Pilots } from './pilots.service.ts';
import { readPilotDecisions } from './pilot-decision.store.ts';
import { openPilots } from './pilot.store.ts';
import type { StoredPilot } from './pilot.store.ts';

/** Writes its token to a file and lives until it is told otherwise by its batch queue. */
const standInPilot = `
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
const configuration = JSON.parse(readFileSync(process.env.WM_PILOT_CONFIG, 'utf8'));
rmSync(process.env.WM_PILOT_CONFIG);
console.log('hello from the pilot');
writeFileSync(configuration.workDirectory + '/../token', configuration.token);
if (configuration.batchQueue === 'dying') process.exit(5);
setInterval(() => {}, 1000);
`;

const aTaskQueue = (fields: Partial<TaskQueue> = {}): TaskQueue => ({
  ...someRequirements({ vo: 'vo.a', cpuTimeS: 600 }),
  taskQueueId: 1,
  priority: 1,
  waitingJobs: 1,
  ...fields,
});

const registration: PilotRegistration = {
  hostName: 'node7',
  version: '1',
  nodeVersion: 'v24',
  checks: [],
  isolation: 'none',
  offer: {
    platforms: [],
    cpuTimeLeftS: 1,
    processors: 1,
    memoryMiB: 1,
    diskMiB: 1,
    gpus: 0,
    wholeNode: false,
    tags: [],
    requiredTags: [],
  },
};

const aUser = (
  userName: string,
  properties: readonly GroupProperty[] = ['NormalUser'],
  vo = 'vo.a',
): UserPrincipal => ({
  kind: 'user',
  accountId: userName,
  userName,
  vo,
  group: 'a_user',
  properties,
});
const everything: SearchQuery = { search: [], sort: [], page: 1, perPage: 100 };

let folder: string;
let database: TestDatabase;
let clock: FakeClock;
let pilots: Pilots;
let taskQueues: readonly TaskQueue[];
let endings: string[];
let queue: string;
let others: Record<string, unknown>;
let patienceMs: number | undefined;
let element: { readonly type: string; readonly parameters: Record<string, unknown> };

const make = (): Pilots =>
  createPilots({
    database,
    clock,
    log: silentLogger,
    configuration: {
      current: () => ({
        version: '',
        loadedAtMs: 0,
        values: configurationSchema.parse({
          vos: { 'vo.a': { groups: {} }, 'vo.b': { groups: {} } },
          sites: {
            'EGI.Test.org': {
              computingElements: {
                ce: {
                  ...element,
                  queues: { [queue]: { maxTotalPilots: 2 } },
                },
                ...others,
              },
            },
          },
        }),
      }),
    },
    dataFolder: folder,
    pilotFile: join(folder, 'pilot.mjs'),
    serverUrlForPilots: 'http://127.0.0.1:1',
    *onPilotEnded(stamp: string): Work<void> {
      endings.push(stamp);
      yield* run('select 1');
    },
    taskQueues: () => taskQueues,
    fits,
    tickMs: 20,
    patienceMs,
  });

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wm-pilots-'));
  await writeFile(join(folder, 'pilot.mjs'), standInPilot);
  database = await openTestDatabase();
  clock = createFakeClock(Date.now());
  taskQueues = [aTaskQueue()];
  endings = [];
  queue = 'living';
  others = {};
  patienceMs = undefined;
  element = { type: 'local', parameters: { killGraceS: 0 } };
  pilots = make();
});

afterEach(async () => {
  await pilots.director.stop();
  taskQueues = [];
  // The process of one that said good-bye is looked for a minute later.
  clock.advanceS(61);
  await pilots.director.cycle(true);
  // One that never registered is seen to run first, and given up after its time to register.
  for (let round = 0; round < 3 && (await open()).length > 0; round += 1) {
    clock.advanceS(30 * 86_400);
    await pilots.director.cycle(true);
  }
  await database.close();
  // A pilot that was only starting may write once more.
  await rm(folder, { recursive: true, force: true, maxRetries: 20 });
});

const open = (): Promise<readonly StoredPilot[]> => database.read(openPilots);

const theOnly = async (): Promise<StoredPilot> => {
  const [pilot, ...more] = await open();
  assert.ok(pilot !== undefined && more.length === 0, 'exactly one pilot is under way');
  return pilot;
};

const eventually = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
  for (let asked = 0; asked < 500; asked += 1) {
    if (await holds()) return;
    await delay(20);
  }
  assert.fail(`never: ${what}`);
};

/** Waits for the process and answers with the credential it was given. */
const tokenOf = async (pilot: StoredPilot): Promise<string> => {
  let token = '';
  await eventually('the pilot has started', async () => {
    token = await readFile(join(folder, 'pilots', 'ce', pilot.stamp, 'token'), 'utf8').catch(() => '');
    return token !== '';
  });
  return token;
};

const started = async (): Promise<{ readonly pilot: StoredPilot; readonly principal: PilotPrincipal }> => {
  await pilots.director.cycle(false);
  const pilot = await theOnly();
  const principal = await pilots.useCases.authenticate(await tokenOf(pilot));
  return { pilot, principal };
};

const aJobOf = (owner: string, pilot: StoredPilot, vo = 'vo.a'): Promise<number> =>
  database.write(function* () {
    const jobId = yield* insertJob({
      vo,
      ownerGroup: 'a_user',
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
    yield* insertAttempt({ ...pilot, jobId, attempt: 1, pilotStamp: pilot.stamp, matchedAtMs: 0 });
    yield* pilots.moves.matched(pilot, jobId);
    return jobId;
  });

describe('pilots by demand', () => {
  it('one is sent for a waiting job, and no second one for the same job', async () => {
    await pilots.director.cycle(false);
    await pilots.director.cycle(true);
    assert.equal((await open()).length, 1);
  });

  it('another one is sent when the first is busy, and none beyond the limit of the queue', async () => {
    const { pilot } = await started();
    await aJobOf('ada', pilot);
    taskQueues = [aTaskQueue({ waitingJobs: 50 })];
    await pilots.director.cycle(false);
    await pilots.director.cycle(false);
    assert.equal((await open()).length, 2);
  });

  it('a started director acts on being woken and on the end of a process', async () => {
    taskQueues = [];
    pilots.director.start();
    taskQueues = [aTaskQueue()];
    pilots.director.wake();
    await eventually('a pilot is sent', async () => (await open()).length === 1);
    const pilot = await theOnly();
    await tokenOf(pilot);
    taskQueues = [];
    const shell = Number(await readFile(join(folder, 'pilots', 'ce', pilot.stamp, 'pid'), 'utf8'));
    process.kill(-shell, 'SIGKILL');
    await eventually('its end is noticed', async () => (await open()).length === 0);
    assert.deepEqual(endings, [pilot.stamp]);
  });

  it('when the server stops, idle pilots on its machine end and busy ones go on', async () => {
    taskQueues = [aTaskQueue({ waitingJobs: 2 })];
    pilots.director.start();
    await eventually('two pilots are sent', async () => (await open()).length === 2);
    const [busy, idle] = await open();
    assert.ok(busy !== undefined && idle !== undefined);
    await Promise.all([tokenOf(busy), tokenOf(idle)]);
    await aJobOf('ada', busy);
    await pilots.director.stop();
    assert.equal((await theOnly()).stamp, busy.stamp);
    const shell = Number(await readFile(join(folder, 'pilots', 'ce', idle.stamp, 'pid'), 'utf8'));
    assert.throws(() => process.kill(shell, 0));
  });

  it('a queue that keeps pilots longer than usual gets no more of them, and others do the work', async () => {
    await pilots.director.cycle(false);
    const late = await theOnly();
    clock.advanceS(3601);
    taskQueues = [aTaskQueue({ waitingJobs: 2 })];
    await pilots.director.cycle(false);
    assert.deepEqual(await open(), [late], 'there is no other queue');
    const [decision] = await database.read(readPilotDecisions);
    assert.equal(decision?.state, 'clogged');

    others = { quick: { ...element, queues: { free: { maxTotalPilots: 2 } } } };
    pilots = make();
    await pilots.director.cycle(false);
    const places = (await open()).map(({ computingElement }) => computingElement);
    assert.deepEqual(places, ['ce', 'quick', 'quick']);
  });

  it('what is usual at a queue is learnt from the pilots that started there', async () => {
    const { pilot, principal } = await started();
    clock.advanceS(120);
    await pilots.useCases.register(principal, registration);
    await aJobOf('ada', pilot);
    await pilots.director.cycle(false);
    const waiting = (await open()).at(-1);
    assert.notEqual(waiting?.stamp, pilot.stamp);
    clock.advanceS(599);
    await pilots.director.cycle(false);
    const decisions = () => database.read(readPilotDecisions);
    assert.deepEqual(
      (await decisions()).map(({ state, leadMs }) => [state, leadMs]),
      [['full', 120_000]],
    );
  });

  it('pilots that die at once make the queue rest', async () => {
    queue = 'dying';
    pilots = make();
    await pilots.director.cycle(false);
    const pilot = await theOnly();
    await eventually('its end is noticed', async () => {
      await pilots.director.cycle(true);
      return endings.includes(pilot.stamp);
    });
    await pilots.director.cycle(false);
    assert.equal((await open()).length, 0);
    clock.advanceS(11);
    await pilots.director.cycle(false);
    assert.equal((await open()).length, 1);
  });

  it('a computing element that cannot be asked makes its queue rest and leaves its pilots as they are', async () => {
    element = { type: 'ssh', parameters: { host: { address: '127.0.0.1', port: 1, keepConnectionS: 0 } } };
    pilots = make();
    await pilots.director.cycle(false);
    taskQueues = [aTaskQueue({ waitingJobs: 2 })];
    await pilots.director.cycle(true);
    assert.equal((await theOnly()).status, 'Submitted');
    clock.advanceS(11);
    await pilots.director.cycle(false);
    assert.equal((await open()).length, 2);
  });

  it('a computing element that does not answer keeps the others neither from polls nor from pilots', async () => {
    // Takes the connection and never says a word.
    const calls: Socket[] = [];
    const silent = createServer((socket) => {
      socket.on('error', () => undefined);
      calls.push(socket);
    }).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    others = {
      silent: {
        type: 'ssh',
        parameters: { host: { address: '127.0.0.1', port, keepConnectionS: 0 } },
        queues: { a: { maxTotalPilots: 2 } },
      },
    };
    taskQueues = [aTaskQueue({ waitingJobs: 4 })];
    patienceMs = 50;
    pilots = make();
    try {
      await pilots.director.cycle(false);
      const at = async (name: string) =>
        (await open()).filter(({ computingElement }) => computingElement === name);
      assert.equal((await at('ce')).length, 2);
      assert.equal((await at('silent')).length, 2);
      const [pilot] = await at('ce');
      await eventually('the pilot of the other is polled', async () => {
        await pilots.director.cycle(true);
        return (await at('ce')).find(({ stamp }) => stamp === pilot?.stamp)?.status === 'Running';
      });
      // Nothing more is asked of it meanwhile.
      assert.ok(calls.length <= 1);
      assert.equal((await at('silent')).length, 2);
      const decisions = await database.read(readPilotDecisions);
      const told = decisions.find(({ classKey }) => classKey === 'EGI.Test.org/silent/a');
      assert.match(told?.failure ?? '', /has not answered/);
    } finally {
      for (const call of calls) call.destroy();
      silent.close();
    }
  });

  it('what pilots found on the nodes of a queue is counted on there', async () => {
    const { principal } = await started();
    const container = aTaskQueue({ taskQueueId: 7, tags: ['ContainerFolder'] });
    taskQueues = [container];
    await pilots.director.cycle(false);
    assert.equal((await open()).length, 1);
    await pilots.useCases.register(principal, {
      ...registration,
      offer: { ...registration.offer, tags: ['ContainerFolder'], memoryMiB: 0 },
    });
    // The one that found it is too small for the job, so another is sent.
    taskQueues = [{ ...container, memoryMiB: 1 }];
    await aJobOf('ada', await theOnly());
    await pilots.director.cycle(false);
    assert.equal((await open()).length, 2);
  });

  it('a restarted server goes on with the pilots of the one before it', async () => {
    const { pilot } = await started();
    pilots = make();
    await pilots.director.cycle(true);
    assert.equal((await theOnly()).stamp, pilot.stamp);
    assert.equal((await theOnly()).status, 'Running');
  });

  it('a silent pilot is killed and its jobs are handed on', async () => {
    const { pilot, principal } = await started();
    await pilots.useCases.register(principal, registration);
    clock.advanceS(901);
    taskQueues = [];
    await pilots.director.cycle(true);
    assert.deepEqual(endings, [pilot.stamp]);
    const { rows } = await pilots.useCases.search(aUser('op', ['Operator']), everything);
    assert.equal(rows[0]?.['Status'], 'Deleted');
  });

  it('a process that outlives its good-bye is killed', async () => {
    const { pilot, principal } = await started();
    await pilots.useCases.finish(principal, { status: 'Done', reason: 'Nothing to do.' });
    taskQueues = [];
    clock.advanceS(61);
    await pilots.director.cycle(true);
    const shell = Number(await readFile(join(folder, 'pilots', 'ce', pilot.stamp, 'pid'), 'utf8'));
    assert.throws(() => process.kill(shell, 0));
  });
});

describe('a pilot and its server', () => {
  it('it is known by its own secret only', async () => {
    const { pilot, principal } = await started();
    assert.equal(principal.stamp, pilot.stamp);
    assert.equal(principal.batchQueue, 'living');
    const [stamp, secret = ''] = (await tokenOf(pilot)).split('.');
    const wrong = [`${stamp}.${secret.slice(0, -1)}A`, `${'0'.repeat(32)}.${secret}`, '', 'x.y', `${stamp}.`];
    for (const token of wrong) {
      if (token === (await tokenOf(pilot))) continue;
      await assert.rejects(pilots.useCases.authenticate(token), { code: 'pilot.unknown' });
    }
  });

  it('registers, writes its log, says good-bye, and is refused afterwards', async () => {
    const { pilot, principal } = await started();
    const instructions = await pilots.useCases.register(principal, registration);
    assert.equal(instructions.heartbeatS, 60);
    await pilots.useCases.appendLog(principal, 'first\n');
    await pilots.useCases.appendLog(principal, 'second\n');
    await pilots.useCases.finish(principal, { status: 'Done', reason: 'Nothing to do.' });
    await pilots.useCases.finish(principal, { status: 'Failed', reason: 'again' });
    assert.deepEqual(endings, [pilot.stamp]);
    await assert.rejects(pilots.useCases.appendLog(principal, 'third'), { code: 'pilot.ended' });
    await assert.rejects(pilots.useCases.authenticate(await tokenOf(pilot)), { code: 'pilot.ended' });
    const output = await pilots.useCases.output(aUser('op', ['Operator']), pilot.stamp);
    assert.equal(output.texts?.log, 'first\nsecond\n');
    assert.match(output.texts?.stdout ?? '', /hello from the pilot/);
  });

  it('its submission and its end are accounted once each', async () => {
    const { pilot, principal } = await started();
    await pilots.useCases.register(principal, registration);
    await aJobOf('ada', pilot);
    clock.advanceS(100);
    await pilots.useCases.finish(principal, { status: 'Done', reason: 'Nothing to do.' });
    await pilots.useCases.finish(principal, { status: 'Failed', reason: 'again' });
    const read = (sql: string) => database.read(() => rows(sql));
    const [end, ...more] = await read(
      `select k.owner, k.owner_group, k.site, k.computing_element, k.status, r.jobs, r.exec_time_ms as "slotMs"
       from accounting_pilot_records r join accounting_pilot_keys k on k.key_id = r.key_id`,
    );
    assert.deepEqual(more, []);
    assert.deepEqual(Object.values(end ?? {}), ['ada', 'a_user', 'EGI.Test.org', 'ce', 'Done', 1, 100_000]);
    const submissions = await read(
      `select k.batch_queue, k.status, r.pilots, r.succeeded from accounting_pilot_submission_records r
       join accounting_pilot_submission_keys k on k.key_id = r.key_id`,
    );
    assert.deepEqual(
      submissions.map((row) => Object.values(row)),
      [['ce:living', 'Succeeded', 1, 1]],
    );
    await checkBuckets(database);
  });

  it('its log is bounded', async () => {
    const { pilot, principal } = await started();
    for (let part = 0; part < 12; part += 1) await pilots.useCases.appendLog(principal, 'x'.repeat(200_000));
    const { texts } = await pilots.useCases.output(aUser('op', ['Operator']), pilot.stamp);
    const { log = '' } = texts ?? {};
    assert.ok(log.length < 2_000_100);
    assert.match(log, /the log is full/);
  });
});

describe('looking at pilots', () => {
  it('operators see all, others those of their VO', async () => {
    await started();
    const seen = async (who: UserPrincipal) => (await pilots.useCases.search(who, everything)).total;
    assert.equal(await seen(aUser('ada')), 1);
    assert.equal(await seen(aUser('eve', ['NormalUser'], 'vo.b')), 0);
    assert.equal(await seen(aUser('op', ['Operator'], 'vo.b')), 1);
    const summary = await pilots.useCases.summary(aUser('ada'), ['Status', 'GridSite'], []);
    assert.deepEqual(summary, [{ Status: 'Submitted', GridSite: 'EGI.Test.org', count: 1 }]);
  });

  it('rows have the names and forms of the pilot monitor', async () => {
    const { pilot } = await started();
    const jobId = await aJobOf('ada', pilot);
    const { rows } = await pilots.useCases.search(aUser('ada'), {
      ...everything,
      search: [{ parameter: 'PilotStamp', operator: 'in', values: [pilot.stamp] }],
      sort: [{ parameter: 'SubmissionTime', direction: 'desc' }],
    });
    const [row] = rows;
    assert.deepEqual(Object.keys(row ?? {}).slice(0, 5), [
      'PilotID',
      'PilotJobReference',
      'PilotStamp',
      'VO',
      'GridType',
    ]);
    assert.equal(row?.['Status'], 'Running');
    assert.equal(row?.['GridType'], 'Local');
    assert.equal(row?.['CurrentJobID'], jobId);
    assert.equal(row?.['SubmissionTime'], new Date(pilot.submittedAtMs).toISOString());
  });

  it('pages, distinct rows and unknown columns', async () => {
    taskQueues = [aTaskQueue({ waitingJobs: 2 })];
    await pilots.director.cycle(false);
    const find = (query: Partial<SearchQuery>) =>
      pilots.useCases.search(aUser('ada'), { ...everything, ...query });
    const page = await find({ perPage: 1, page: 2 });
    assert.deepEqual([page.rows.length, page.total], [1, 2]);
    const distinct = await find({ distinct: true, parameters: ['VO', 'Status'] });
    assert.deepEqual(distinct, { rows: [{ VO: 'vo.a', Status: 'Submitted' }], total: 1 });
    await assert.rejects(find({ parameters: ['Secret'] }), { code: 'input.invalid' });
    await assert.rejects(find({ sort: [{ parameter: 'secret_sha256', direction: 'asc' }] }), {
      code: 'input.invalid',
    });
  });

  it('output is for operators, administrators of the VO, and owners of jobs it ran', async () => {
    const { pilot } = await started();
    const jobId = await aJobOf('ada', pilot);
    const may = (who: UserPrincipal) =>
      pilots.useCases.output(who, pilot.stamp).then(
        () => 'yes',
        (error: unknown) => (error instanceof Error && 'code' in error ? error.code : 'thrown'),
      );
    assert.equal(await may(aUser('ada')), 'yes');
    assert.equal(await may(aUser('bob')), 'access.denied');
    assert.equal(await may(aUser('root', ['JobAdministrator'])), 'yes');
    assert.equal(await may(aUser('root', ['JobAdministrator'], 'vo.b')), 'not-found');
    assert.deepEqual(await pilots.useCases.jobsOf(aUser('ada'), pilot.stamp), [jobId]);
    assert.deepEqual(await pilots.useCases.jobsOf(aUser('bob'), pilot.stamp), []);
    await assert.rejects(pilots.useCases.jobsOf(aUser('eve', ['NormalUser'], 'vo.b'), pilot.stamp), {
      code: 'not-found',
    });
  });
});
