/** What the server says of all jobs of some users, once nothing fails any more. */
import { setTimeout as delay } from 'node:timers/promises';
import type { HttpUser } from '@wm/e2e/world/http-user';

const pageRows = 5000;

/** Rows with these parameters, by id; the users must not share jobs. */
export async function jobsNow(
  users: readonly HttpUser[],
  parameters: readonly string[],
): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const all: Readonly<Record<string, unknown>>[] = [];
  for (const user of users)
    for (let page = 1; ; page += 1) {
      const rows = await user.client.call('POST /api/jobs/search', {
        query: { page, per_page: pageRows },
        body: { parameters: [...parameters], sort: [{ parameter: 'JobID', direction: 'asc' }] },
      });
      all.push(...rows);
      if (rows.length < pageRows) break;
    }
  return all;
}

/** A user's final states, beside which every job is still on its way. */
export const finalStatuses: readonly string[] = ['Done', 'Failed', 'Killed', 'Deleted', 'Completed'];

/** Jobs there are, and those of them on their way. */
async function count(users: readonly HttpUser[]): Promise<{ readonly all: number; readonly open: number }> {
  let all = 0;
  let open = 0;
  for (const user of users)
    for (const row of await user.client.call('POST /api/jobs/summary', { body: { grouping: ['Status'] } })) {
      all += Number(row['count']);
      if (!finalStatuses.includes(String(row['Status']))) open += Number(row['count']);
    }
  return { all, open };
}

/** Waits until so many jobs are there and all are final; gives up when nothing moved for `patienceMs`. */
export async function settle(users: readonly HttpUser[], jobs: number, patienceMs: number): Promise<void> {
  let fewest = Number.POSITIVE_INFINITY;
  for (let endMs = Date.now() + patienceMs; Date.now() < endMs; await delay(500)) {
    const { all, open } = await count(users);
    const left = open + Math.max(0, jobs - all);
    if (left === 0) return;
    if (left < fewest) endMs = Date.now() + patienceMs;
    fewest = Math.min(fewest, left);
  }
}
