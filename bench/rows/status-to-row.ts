/**
 * From the moment a job is Done on its worker node to the row in the Job Monitor of an open browser that says
 * so: report, durable write, event, refetch, drawing. Real server, pilots and browser on one machine.
 */
import type { Page } from '@playwright/test';
import type { HttpUser } from '@wm/e2e/world/http-user';
import { inBrowserWorld, portalPage } from '../browser.ts';
import { hashingMs } from '../yardstick.ts';
import { onceOnly, percentile, rounded, type BenchmarkRow } from '../row.ts';

/** As many as the demo site runs at once. */
const jobsAtOnce = 4;

/** Long enough for the row to be there before it changes: a list grows less often than its rows change. */
const jdl = (): string =>
  `[ JobName = "row"; Executable = "/bin/sleep"; Arguments = "${(3 + 2 * Math.random()).toFixed(3)}"; CPUTime = 600; ]`;

/** Runs in the page: when each row first said Done, by row id. */
function watchRows(): void {
  const seen: Record<string, number> = {};
  const look = (): void => {
    for (const cell of document.querySelectorAll('[row-id] [col-id="Status"]')) {
      const id = cell.closest('[row-id]')?.getAttribute('row-id');
      if (id && cell.textContent?.includes('Done')) seen[id] ??= Date.now();
    }
  };
  Object.assign(globalThis, { rowsDoneAtMs: seen });
  new MutationObserver(look).observe(document, { subtree: true, childList: true, characterData: true });
}

async function doneAtMs(user: HttpUser, jobId: number): Promise<number> {
  const { records } = await user.client.call('GET /bff/jobs/:jobId/logging', { params: { jobId } });
  const time = records.find((record) => record.Status === 'Done')?.StatusTime;
  if (time === undefined) throw new Error(`Job ${jobId} is not Done.`);
  return Date.parse(time);
}

/** Runs some jobs at once; how late the row of each was. */
async function latenesses(page: Page, user: HttpUser): Promise<readonly number[]> {
  const jobs = await user.client.call('POST /api/jobs/jdl', {
    body: Array.from({ length: jobsAtOnce }, jdl),
  });
  return Promise.all(
    jobs.map(async ({ JobID }) => {
      const shown = await page.waitForFunction(
        (id) => (globalThis as unknown as { rowsDoneAtMs: Record<string, number> }).rowsDoneAtMs[id],
        String(JobID),
        { polling: 100, timeout: 60_000 },
      );
      return Number(await shown.jsonValue()) - (await doneAtMs(user, JobID));
    }),
  );
}

export const statusToRowRow: BenchmarkRow = {
  row: 'status-to-row',
  budget: '≤ 1 s',
  engines: onceOnly,
  run: ({ quick }) =>
    inBrowserWorld(async (world) => {
      const rounds = quick ? 1 : 10;
      const yardstick = hashingMs();
      const page = await portalPage(world, '/#open=job-monitor&group=access_user');
      await page.getByText('No jobs yet').waitFor();
      await page.evaluate(watchRows);
      const sample: number[] = [];
      for (let round = 0; round < rounds; round += 1) sample.push(...(await latenesses(page, world.user)));
      const value = percentile(sample, 0.5);
      return {
        row: 'status-to-row',
        engine: 'browser',
        value: rounded(value),
        unit: 'ms p50',
        yardstick: rounded(yardstick),
        ratio: rounded(value / yardstick),
        scale: `${sample.length} jobs, ${jobsAtOnce} at once, one desktop open`,
        more: { p95Ms: rounded(percentile(sample, 0.95)) },
      };
    }),
};
