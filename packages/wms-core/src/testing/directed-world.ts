/**
 * A pilot director over many sites with many pilots under way, for measurements. Database, director and stores are the
 * real ones; the computing elements are simulated: they answer at once, and every pilot runs.
 */
import type { ComputingElement } from '../computing/computing-element.ts';
import { configurationSchema } from '../configuration/schema.ts';
import type { Work } from '../db/database.ts';
import type { PilotPrincipal } from '../identity/principal.ts';
import { findJob, insertAttempt, insertJob, updateJob } from '../jobs/job.store.ts';
import { systemClock } from '../kernel/clock.ts';
import { silentLogger } from '../kernel/logger.ts';
import { fits } from '../matching/match.ts';
import { insertPilot, setPilotFacts } from '../pilots/pilot.store.ts';
import { createPilots, type Pilots } from '../pilots/pilots.service.ts';
import type { TaskQueue } from '../task-queues/task-queue.ts';
import { someRequirements } from './builders.ts';
import { openJobWorld } from './job-world.ts';
import { openTestDatabase, type TestDatabase, type TestDatabaseOptions } from './test-database.ts';

export interface DirectedPlan {
  readonly sites: number;
  readonly vos: number;
  readonly pilots: number;
  /** Of these so many have a job. */
  readonly busy: number;
  /** Classes of demand that wait, ten jobs each. */
  readonly taskQueues: number;
}

export interface DirectedWorld extends AsyncDisposable {
  readonly director: Pilots['director'];
  readonly submitted: () => number;
  /** A sign of life of the next of those with a job, in turn; throws when it is refused. */
  readonly heartbeat: () => Promise<void>;
}

/** A pilot with its job. */
interface BusyPilot {
  readonly pilot: PilotPrincipal;
  readonly jobId: number;
}

const simulatedElement = (onSubmit: (pilots: number) => void): ComputingElement => ({
  submit: (pilots) => {
    onSubmit(pilots.length);
    return Promise.resolve(
      pilots.map(({ stamp }) => ({ stamp, ok: true, reference: `simulated://ce/${stamp}` })),
    );
  },
  status: (references) =>
    Promise.resolve(
      new Map(references.map((reference) => [reference, { status: 'Running', reason: 'It runs.' } as const])),
    ),
  kill: () => Promise.resolve(),
  output: () => Promise.resolve({ stdout: '', stderr: '' }),
  ceStatus: () => Promise.resolve({ waiting: 0, running: 0 }),
  clean: () => Promise.resolve(),
});

const nameOf = (kind: string, index: number): string => `${kind}${index}`;
const siteOf = (index: number): string => `EGI.Site${index}.org`;
const range = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index);

/** Every site has one computing element with a queue for small and one for large pilots. */
const configurationOf = ({ sites, vos, pilots }: DirectedPlan) => {
  const maxTotalPilots = Math.ceil((pilots / sites) * 1.2);
  const queue = { maxTotalPilots, maxWaitingPilots: 100, maxWallTimeS: 259_200 };
  const queues = {
    short: { ...queue, processors: 1, memoryMiB: 2000 },
    long: { ...queue, processors: 8, memoryMiB: 16_000 },
  };
  return configurationSchema.parse({
    vos: Object.fromEntries(range(vos).map((vo) => [nameOf('vo.', vo), { groups: {} }])),
    sites: Object.fromEntries(
      range(sites).map((site) => [
        siteOf(site),
        { computingElements: { [nameOf('ce', site)]: { type: 'local', queues } } },
      ]),
    ),
  });
};

/** Some ask for a site, some for memory or processors; owners of all VOs. */
const demandOf = ({ sites, vos, taskQueues }: DirectedPlan): readonly TaskQueue[] =>
  range(taskQueues).map((index) => ({
    ...someRequirements(),
    taskQueueId: index + 1,
    vo: nameOf('vo.', index % vos),
    owner: nameOf('user', index % 700),
    sites: index % 3 === 0 ? [siteOf(index % sites)] : [],
    cpuTimeS: 3600 * (1 + (index % 24)),
    memoryMiB: index % 5 === 0 ? 4000 : 0,
    minProcessors: index % 7 === 0 ? 4 : 1,
    maxProcessors: index % 7 === 0 ? 4 : 1,
    waitingJobs: 10,
    priority: 1 + (index % 5),
  }));

/** As after a while of work: all have registered, `busy` of them hold a job, and are answered. */
function* pilotsUnderWay(plan: DirectedPlan, from: number, to: number, atMs: number): Work<BusyPilot[]> {
  const busy: BusyPilot[] = [];
  for (let index = from; index < to; index += 1) {
    const site = index % plan.sites;
    const place = {
      site: siteOf(site),
      computingElement: nameOf('ce', site),
      batchQueue: index % 4 === 0 ? 'long' : 'short',
      vo: nameOf('vo.', index % plan.vos),
      stamp: index.toString(16).padStart(32, '0'),
    };
    yield* insertPilot(
      {
        ...place,
        secretSha256: '',
        gridType: 'Local',
        processors: 1,
        maxWallTimeS: 259_200,
        taskQueueId: null,
      },
      atMs,
    );
    const facts = {
      hostName: 'n',
      version: '1',
      nodeVersion: '24',
      isolation: '',
      checks: '[]',
      offer: '{}',
    };
    yield* setPilotFacts(place.stamp, facts, atMs);
    if (index >= plan.busy) continue;
    const jobId = yield* insertJob({
      ...{ vo: place.vo, ownerGroup: 'users', owner: 'user', jobType: 'User', jobGroup: '', jobName: '' },
      ...{ site: place.site, status: 'Running', minorStatus: '', userPriority: 1, taskQueueId: null, atMs },
    });
    yield* insertAttempt({ ...place, jobId, attempt: 1, pilotStamp: place.stamp, matchedAtMs: atMs });
    const job = yield* findJob(jobId);
    if (job !== undefined) yield* updateJob(job, { ...job, pilotStamp: place.stamp });
    busy.push({ pilot: { kind: 'pilot', ...place }, jobId });
  }
  return busy;
}

/** Pilots of an installation send one each a minute. */
async function heartbeatsOf(database: TestDatabase, busy: readonly BusyPilot[]) {
  const { stateUpdate } = await openJobWorld({ database });
  let turn = 0;
  return async (): Promise<void> => {
    const held = busy[turn++ % busy.length];
    if (held === undefined) return;
    const metrics = { LoadAverage: 0.5, MemoryUsed: 1024, CPUConsumed: 12, WallClockTime: 60 };
    const beat = { jobId: held.jobId, attempt: 1, atMs: 0, metrics };
    const { refused } = await stateUpdate.heartbeat(held.pilot, [beat], []);
    if (refused.length > 0) throw new Error(refused[0]?.message);
  };
}

const slice = 1000;

export async function openDirectedWorld(
  plan: DirectedPlan,
  options: TestDatabaseOptions = {},
): Promise<DirectedWorld> {
  const database = await openTestDatabase(options);
  const busy: BusyPilot[] = [];
  for (let from = 0; from < plan.pilots; from += slice) {
    const to = Math.min(plan.pilots, from + slice);
    busy.push(...(await database.write(() => pilotsUnderWay(plan, from, to, systemClock.nowMs()))));
  }
  let submitted = 0;
  const taskQueues = demandOf(plan);
  const snapshot = { version: '', loadedAtMs: 0, values: configurationOf(plan) };
  const { director } = createPilots({
    database,
    clock: systemClock,
    log: silentLogger,
    configuration: { current: () => snapshot },
    dataFolder: '/nowhere',
    pilotFile: '/nowhere',
    serverUrlForPilots: 'http://127.0.0.1:1',
    *onPilotEnded() {},
    taskQueues: () => taskQueues,
    fits,
    openElement: () => simulatedElement((pilots) => (submitted += pilots)),
  });
  return {
    director,
    submitted: () => submitted,
    heartbeat: await heartbeatsOf(database, busy),
    [Symbol.asyncDispose]: () => database.close(),
  };
}
