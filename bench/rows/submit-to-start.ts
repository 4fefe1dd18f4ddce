/**
 * From the start of a submission to the start of its payload, with an idle pilot of the real kind on the same
 * machine: HTTP, durable submission, match, wrapper, isolation. The payload itself tells when it starts.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { uploadDemoProxy } from '@wm/e2e/world/demo-proxy';
import { waitForChange } from '@wm/e2e/world/live-events';
import { logIn, type HttpUser } from '@wm/e2e/world/http-user';
import type { RunningServer } from '@wm/e2e/world/server';
import { hashingMs } from '../yardstick.ts';
import { startMeasuredServer } from '../measured-server.ts';
import { onBothEngines, percentile, rounded, type BenchmarkRow } from '../row.ts';

/** `date` prints seconds and nanoseconds of the clock this process reads too. */
const jdl = '[ Executable = "/bin/date"; Arguments = "+%s%N"; OutputSandbox = {"std.out"}; CPUTime = 600; ]';

/** After a job the pilot makes the key for the proxy of the next one; only then it is idle. */
const untilIdleMs = 400;

async function startedAtMs(server: RunningServer, user: HttpUser, jobId: number): Promise<number> {
  const answer = await fetch(`${server.url}/bff/jobs/${jobId}/sandbox/output/file?name=std.out`, {
    headers: { cookie: user.cookies(), 'x-wm-group': user.group },
  });
  if (!answer.ok) throw new Error(`The output of job ${jobId} was answered with ${answer.status}.`);
  return Number(await answer.text()) / 1e6;
}

async function measure(server: RunningServer, user: HttpUser): Promise<{ startMs: number; doneMs: number }> {
  const submittedAtMs = performance.timeOrigin + performance.now();
  const [job] = await user.client.call('POST /api/jobs/jdl', { body: [jdl] });
  if (job === undefined) throw new Error('The submission was answered without a job.');
  const status = await waitForChange(server.url, user, 60_000, async () => {
    const { attributes } = await user.client.call('GET /bff/jobs/:jobId', { params: { jobId: job.JobID } });
    const now = String(attributes['Status']);
    return ['Done', 'Failed', 'Killed'].includes(now) ? now : undefined;
  });
  if (status !== 'Done') throw new Error(`Job ${job.JobID} became ${status}.`);
  const doneMs = performance.timeOrigin + performance.now() - submittedAtMs;
  return { startMs: (await startedAtMs(server, user, job.JobID)) - submittedAtMs, doneMs };
}

export const submitToStartRow: BenchmarkRow = {
  row: 'submit-to-start',
  budget: 'p50 ≤ 300 ms',
  engines: onBothEngines,
  run: async ({ quick, engine }) => {
    const jobs = quick ? 10 : 100;
    const yardstick = hashingMs();
    const server = await startMeasuredServer(engine);
    try {
      const user = await logIn(server.url, 'mkolar', 'access_user');
      await uploadDemoProxy(server.url, user);
      // The first job has to wait for its pilot to be started; the next one warms what is left.
      const cold = await measure(server, user);
      await measure(server, user);
      const warm = [];
      for (let index = 0; index < jobs; index += 1) {
        await delay(untilIdleMs);
        warm.push(await measure(server, user));
      }
      const starts = warm.map(({ startMs }) => startMs);
      const value = percentile(starts, 0.5);
      return {
        row: 'submit-to-start',
        engine,
        value: rounded(value),
        unit: 'ms p50',
        yardstick: rounded(yardstick),
        ratio: rounded(value / yardstick),
        scale: `${jobs} jobs one after another, one idle local pilot`,
        more: {
          p99Ms: rounded(percentile(starts, 0.99)),
          doneP50Ms: rounded(
            percentile(
              warm.map(({ doneMs }) => doneMs),
              0.5,
            ),
          ),
          withoutPilotMs: rounded(cold.startMs),
        },
      };
    } finally {
      await server.stop();
    }
  },
};
