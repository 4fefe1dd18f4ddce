/**
 * Full lives of jobs per second through HTTP: submission, match, five status reports, final state, with
 * simulated pilots that hold many jobs and batch their reports. Server and pilots share the machine.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { uploadDemoProxy } from '@wm/e2e/world/demo-proxy';
import { logIn, type HttpUser } from '@wm/e2e/world/http-user';
import { makeSimulatedInstallation } from '../simulated-pilots/installation.ts';
import { startMeasuredServer } from '../measured-server.ts';
import { onBothEngines, rounded, type BenchmarkRow } from '../row.ts';

const batch = 100;
const pilots = 2;
const slots = 48;
const jdl = '[ JobName = "life"; Executable = "/bin/true"; ]';

async function submit(user: HttpUser, jobs: number): Promise<void> {
  for (let sent = 0; sent < jobs; sent += batch)
    await user.client.call('POST /api/jobs/jdl', {
      body: Array.from({ length: Math.min(batch, jobs - sent) }, () => jdl),
    });
}

async function untilDone(user: HttpUser, jobs: number): Promise<void> {
  for (;;) {
    const rows = await user.client.call('POST /api/jobs/summary', { body: { grouping: ['Status'] } });
    const done = rows.find((row) => row['Status'] === 'Done');
    if (Number(done?.['count'] ?? 0) >= jobs) return;
    await delay(100);
  }
}

export const lifeHttpRow: BenchmarkRow = {
  row: 'life-http',
  budget: '≥ 500 jobs/s',
  engines: onBothEngines,
  run: async ({ quick, engine }) => {
    const warmUp = quick ? 100 : 1000;
    const jobs = quick ? 500 : 10_000;
    const folder = mkdtempSync(join(tmpdir(), 'wm-life-http-'));
    const installation = makeSimulatedInstallation(folder, { pilots, slots, payloadMs: 0, outputShare: 0 });
    const server = await startMeasuredServer(engine, { WM_CONFIG: installation.configurationFile });
    try {
      const user = await logIn(server.url, installation.userName, installation.group);
      await uploadDemoProxy(server.url, user);
      await submit(user, warmUp);
      await untilDone(user, warmUp);
      const startedAt = performance.now();
      await submit(user, jobs);
      await untilDone(user, warmUp + jobs);
      const value = (jobs * 1000) / (performance.now() - startedAt);
      return {
        row: 'life-http',
        engine,
        value: rounded(value),
        unit: 'jobs/s',
        yardstick: rounded(server.insertsPerSecond),
        ratio: rounded(value / server.insertsPerSecond),
        scale: `${jobs} jobs in submissions of ${batch}, ${pilots} simulated pilots of ${slots} slots on the same machine`,
      };
    } finally {
      await server.stop();
      installation.endPilots();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
