/**
 * A pilot director over many sites with many pilots under way, for measurements. Database, director and stores are the
 * real ones; the computing elements are simulated: they answer at once, and every pilot runs.
 */
import type { ComputingElement } from '../computing/computing-element.ts';
import { configurationSchema } from '../configuration/schema.ts';
import { insertAttempt, insertJob } from '../jobs/job.store.ts';
import { systemClock } from '../kernel/clock.ts';
import { silentLogger } from '../kernel/logger.ts';
import { fits } from '../matching/match.ts';
import { insertPilot, setPilotFacts } from '../pilots/pilot.store.ts';
import { createPilots, type Pilots } from '../pilots/pilots.service.ts';
import type { TaskQueue } from '../task-queues/task-queue.ts';
import { someRequirements } from './builders.ts';
import { openTestDatabase, type TestDatabaseOptions } from './test-database.ts';

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

/** As after a while of work: all have registered, `busy` of them hold a job. */
function* pilotsUnderWay(plan: DirectedPlan, from: number, to: number, atMs: number) {
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
  }
}

const slice = 1000;

export async function openDirectedWorld(
  plan: DirectedPlan,
  options: TestDatabaseOptions = {},
): Promise<DirectedWorld> {
  const database = await openTestDatabase(options);
  for (let from = 0; from < plan.pilots; from += slice) {
    const to = Math.min(plan.pilots, from + slice);
    await database.write(() => pilotsUnderWay(plan, from, to, systemClock.nowMs()));
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
  return { director, submitted: () => submitted, [Symbol.asyncDispose]: () => database.close() };
}
