/** A database full of waiting jobs, for rows that measure how size tells. */
import { rows } from '@wm/wms-core/database';
import { aConfiguration, openJobWorld, someRequirements, aUser, type JobWorld } from '@wm/wms-core/testing';

export const owners = 700;
export const sites = Array.from({ length: 40 }, (_, index) => `EGI.Site${index}.org`);
const cpuTimesS = [3600, 21_600, 43_200, 86_400, 172_800, 259_200, 345_600];

export interface Population {
  readonly jobs: number;
  readonly taskQueues: number;
}

const batch = 20_000;

/** Leaves the log of the database empty, as it is most of the time. Jobs of many owners, in the order of a busy service: every batch holds jobs of many queues. */
export async function fill(world: JobWorld, { jobs, taskQueues }: Population): Promise<void> {
  const queue = (index: number) => ({
    owner: `user${index % owners}`,
    cpuTimeS: cpuTimesS[Math.floor(index / owners) % cpuTimesS.length] ?? 3600,
    site: sites[index % sites.length] ?? 'EGI.Site0.org',
  });
  for (let done = 0; done < jobs; done += batch) {
    const count = Math.min(batch, jobs - done);
    const byOwner = Map.groupBy(
      Array.from({ length: count }, (_, index) => queue((done + index) % taskQueues)),
      ({ owner }) => owner,
    );
    await Promise.all(
      Array.from(byOwner, ([owner, wanted]) =>
        world.database.write(() =>
          world.storeSubmission(
            aUser({ userName: owner }),
            wanted.map(({ cpuTimeS, site }) => prepared(owner, cpuTimeS, site)),
            world.clock.nowMs(),
          ),
        ),
      ),
    );
  }
  await world.database.read(() => rows('pragma wal_checkpoint(truncate)'));
}

const jdl = '[ Executable = "/bin/true"; Arguments = "of a length that is usual"; ]'.padEnd(800);

const prepared = (owner: string, cpuTimeS: number, site: string) => ({
  original: jdl,
  processed: () => jdl,
  jobType: 'User',
  jobGroup: 'NoGroup',
  jobName: `analysis ${cpuTimeS}`,
  site,
  userPriority: 1,
  requirements: someRequirements({ owner, cpuTimeS, sites: [site] }),
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

export const openWorld = (): Promise<JobWorld> =>
  openJobWorld({
    configuration: aConfiguration({
      sites: Object.fromEntries(['EGI.Demo.org', ...sites].map((site) => [site, local])),
    }),
  });
