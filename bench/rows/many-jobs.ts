/** A database full of waiting jobs, for rows that measure how size tells. */
import { rows, run } from '@wm/wms-core/database';
import { aConfiguration, openJobWorld, someRequirements, aUser, type JobWorld } from '@wm/wms-core/testing';
import type { Engine } from '../row.ts';

export const owners = 700;
export const vos = ['biomed', ...Array.from({ length: 39 }, (_, index) => `vo${index + 1}.test`)];
export const sites = Array.from({ length: 40 }, (_, index) => `EGI.Site${index}.org`);
const cpuTimesS = [3600, 21_600, 43_200, 86_400, 172_800, 259_200, 345_600];

export interface Population {
  readonly jobs: number;
  readonly taskQueues: number;
  /** How many of `vos` the owners belong to; 1 when left out. */
  readonly vos?: number;
}

const batch = 20_000;

interface Queue {
  readonly vo: string;
  readonly owner: string;
  readonly cpuTimeS: number;
  readonly memoryMiB: number;
  readonly site: string;
}

/** The queue of a number; owners of every VO have queues for every site. */
function queueOf(index: number, voCount: number): Queue {
  const owner = index % owners;
  const round = Math.floor(index / owners);
  return {
    vo: vos[owner % voCount] ?? 'biomed',
    owner: `user${owner}`,
    cpuTimeS: cpuTimesS[round % cpuTimesS.length] ?? 3600,
    memoryMiB: 1000 * Math.floor(round / cpuTimesS.length),
    site: sites[(index * 17 + Math.floor(index / sites.length)) % sites.length] ?? 'EGI.Site0.org',
  };
}

/**
 * Jobs of many owners, in the order of a busy service: every batch holds jobs of many queues. Leaves the database as
 * it is most of the time: its log empty, its statistics fresh.
 */
export async function fill(world: JobWorld, population: Population): Promise<void> {
  const { jobs, taskQueues, vos: voCount = 1 } = population;
  for (let done = 0; done < jobs; done += batch) {
    const count = Math.min(batch, jobs - done);
    const byOwner = Map.groupBy(
      Array.from({ length: count }, (_, index) => queueOf((done + index) % taskQueues, voCount)),
      ({ owner }) => owner,
    );
    await Promise.all(
      Array.from(byOwner, ([userName, wanted]) =>
        world.database.write(() =>
          world.storeSubmission(
            ownerOf(userName, wanted[0]?.vo ?? 'biomed'),
            wanted.map(prepared),
            world.clock.nowMs(),
          ),
        ),
      ),
    );
  }
  await settle(world);
}

const groupOf = (vo: string): string => `${vo}_user`;

const ownerOf = (userName: string, vo: string) => aUser({ userName, vo, group: groupOf(vo) });

const settle = async ({ database }: JobWorld): Promise<void> => {
  if (database.engine === 'sqlite') await database.read(() => rows('pragma wal_checkpoint(truncate)'));
  else await database.write(() => run('analyze'));
};

const jdl = '[ Executable = "/bin/true"; Arguments = "of a length that is usual"; ]'.padEnd(800);

const prepared = ({ vo, owner, cpuTimeS, memoryMiB, site }: Queue) => ({
  original: jdl,
  processed: () => jdl,
  jobType: 'User',
  jobGroup: 'NoGroup',
  processingType: 'Unknown',
  inputDataFiles: 0,
  jobName: `analysis ${cpuTimeS}`,
  site,
  userPriority: 1,
  requirements: someRequirements({
    vo,
    ownerGroup: groupOf(vo),
    owner,
    cpuTimeS,
    memoryMiB,
    sites: [site],
  }),
  inputSandboxes: [],
});

/** Runs `act` with so many at a time until `until` says stop; answers durations in ms. */
export async function hammer(
  clients: number,
  isOver: () => boolean,
  act: (client: number) => Promise<void>,
): Promise<readonly number[]> {
  const durationsMs: number[] = [];
  await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      while (!isOver()) {
        const startedAt = performance.now();
        await act(client);
        durationsMs.push(performance.now() - startedAt);
      }
    }),
  );
  return durationsMs;
}

const local = { computingElements: { local: { type: 'Local', queues: { default: {} } } } };

export const openWorld = (engine: Engine): Promise<JobWorld> =>
  openJobWorld({
    engine,
    configuration: aConfiguration({
      vos: Object.fromEntries(
        vos.map((vo) => [vo, { groups: { [groupOf(vo)]: { properties: ['NormalUser'] } } }]),
      ),
      sites: Object.fromEntries(['EGI.Demo.org', ...sites].map((site) => [site, local])),
    }),
  });
