/** Bulks: how they are told to a person, and how one looks on while the jobs are made. */
import type { CallAnswer } from '@wm/api-contract/client';
import type { SignedIn } from './signed-in.ts';
import { plain, type World } from './world.ts';

export type Bulk = CallAnswer<'GET /bff/bulks/:bulkId'>['body'];

const everyMs = 1000;

const lastJobId = ({ firstJobId, jobCount }: Bulk): number => firstJobId + jobCount - 1;

/** `Bulk 7: JobID = 2001 to 102000, 100000 jobs` */
export const bulkLine = (bulk: Bulk): string =>
  `Bulk ${bulk.bulkId}: JobID = ${bulk.firstJobId} to ${lastJobId(bulk)}, ${bulk.jobCount} jobs`;

/** One line for people and scripts, as those of `dirac-wms-job-status`. */
export function bulkFacts(bulk: Bulk): string {
  const { bulkId, confirmUntil, expanded, firstJobId, jobCount, jobName, reason, state } = bulk;
  const facts: Readonly<Record<string, string | number | null>> = {
    State: state,
    Reason: reason,
    ConfirmUntil: confirmUntil,
    Jobs: jobCount,
    Made: expanded,
    FirstJobID: firstJobId,
    JobName: jobName,
  };
  const told = Object.entries(facts).filter(([, value]) => value !== null);
  return `BulkID=${bulkId} ${told.map(([name, value]) => `${name}=${plain(String(value))};`).join(' ')}`;
}

/** Prints how far it is until nothing is left to be made; whoever stops looking changes nothing. */
export async function follow(world: World, { client }: SignedIn, begun: Bulk): Promise<void> {
  for (let bulk = begun; ;) {
    if (bulk.isSettled) return;
    await world.sleep(everyMs);
    const { expanded } = bulk;
    bulk = await client.call('GET /bff/bulks/:bulkId', { params: { bulkId: bulk.bulkId } });
    if (bulk.expanded !== expanded)
      world.print(`Bulk ${bulk.bulkId}: ${bulk.expanded} of ${bulk.jobCount} jobs made`);
  }
}
