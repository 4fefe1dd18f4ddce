/** Whole lives of jobs through the use-cases: submission, match, eight reports, a heartbeat. */
import { anOffer, aPilot, aUser, helloWorld } from '@wm/wms-core/testing';
import { onBothEngines, percentile, rounded, type BenchmarkRow } from '../row.ts';
import { insertsPerSecond } from '../yardstick.ts';
import { hammer, openWorld } from './many-jobs.ts';

const reports = [
  { minorStatus: 'Job Received by Agent' },
  { status: 'Running', minorStatus: 'Job Initialization' },
  { minorStatus: 'Downloading InputSandbox' },
  { minorStatus: 'Application' },
  { status: 'Completing', minorStatus: 'Application Finished Successfully' },
  { minorStatus: 'Uploading Output Sandbox' },
  { status: 'Done', minorStatus: 'Execution Complete' },
] as const;

/** Of 18,000 jobs that run at once so many may well have something to say in one second. */
const clients = 1024;

export const lifeRow: BenchmarkRow = {
  row: 'life',
  budget: '≥ 2,000 jobs/s; aim 5,000 jobs/s',
  engines: onBothEngines,
  async run({ quick, engine }) {
    await using world = await openWorld(engine);
    const forMs = quick ? 1500 : 8000;
    const startedAt = performance.now();
    const processorBefore = process.cpuUsage();
    let jobs = 0;
    let atMs = world.clock.nowMs();
    const durationsMs = await hammer(
      clients,
      () => performance.now() - startedAt > forMs,
      async (client) => {
        const pilot = aPilot({ stamp: String(client).padStart(32, '0') });
        await world.jobs.submit(aUser(), { jdls: [helloWorld] });
        const answer = await world.matcher.match(pilot, anOffer(), 1000);
        if (answer.kind !== 'match') return;
        const { jobId, attempt } = answer.job;
        for (const [index, report] of reports.entries()) {
          if (index === 4) await world.stateUpdate.heartbeat(pilot, [{ jobId, attempt, atMs }], []);
          const [verdict] = await world.stateUpdate.report(pilot, [
            { jobId, attempt, atMs: ++atMs, ...report },
          ]);
          if (!verdict?.ok) throw new Error(verdict?.message ?? 'no verdict');
        }
        jobs += 1;
      },
    );
    const perSecond = (jobs * 1000) / (performance.now() - startedAt);
    const { user, system } = process.cpuUsage(processorBefore);
    const yardstick = await insertsPerSecond(world);
    return {
      row: 'life',
      engine,
      value: rounded(perSecond),
      unit: 'jobs/s',
      yardstick: rounded(yardstick),
      ratio: rounded(perSecond / yardstick),
      scale: `${jobs} lives, ${clients} at once, 10 durable changes each`,
      more: {
        p99Ms: rounded(percentile(durationsMs, 0.99)),
        processorMicrosecondsALife: rounded((user + system) / jobs),
      },
    };
  },
};
