/** Signs of life of many running jobs. */
import type { PilotPrincipal } from '@wm/wms-core/vocabulary';
import { anOffer, aPilot } from '@wm/wms-core/testing';
import { onBothEngines, percentile, rounded, type BenchmarkRow } from '../row.ts';
import { insertsPerSecond } from '../yardstick.ts';
import { fill, hammer, openWorld, sites } from './many-jobs.ts';

export const heartbeatRow: BenchmarkRow = {
  row: 'heartbeat',
  budget: '≥ 5,000/s; aim 10,000/s',
  engines: onBothEngines,
  async run({ quick, engine }) {
    await using world = await openWorld(engine);
    const jobs = quick ? 2000 : 50_000;
    await fill(world, { jobs, taskQueues: 700 });
    const pilots = sites.map((site, index) => aPilot({ site, stamp: String(index).padStart(32, '0') }));
    const running: { pilot: PilotPrincipal; jobId: number; attempt: number }[] = [];
    await hammer(
      64,
      () => running.length >= jobs * 0.9,
      async (client) => {
        const pilot = pilots[(running.length + client) % pilots.length] ?? aPilot();
        const answer = await world.matcher.match(pilot, anOffer(), 0);
        if (answer.kind === 'match') running.push({ pilot, ...answer.job });
      },
    );
    const forMs = quick ? 1000 : 5000;
    const startedAt = performance.now();
    const durationsMs = await hammer(
      256,
      () => performance.now() - startedAt > forMs,
      async () => {
        const held = running[Math.floor(Math.random() * running.length)];
        if (!held) return;
        const { pilot, jobId, attempt } = held;
        const metrics = { LoadAverage: 0.5, MemoryUsed: 1024, CPUConsumed: 12, WallClockTime: 60 };
        await world.stateUpdate.heartbeat(pilot, [{ jobId, attempt, atMs: 0, metrics }], []);
      },
    );
    const perSecond = (durationsMs.length * 1000) / (performance.now() - startedAt);
    const yardstick = await insertsPerSecond(world);
    return {
      row: 'heartbeat',
      engine,
      value: rounded(perSecond),
      unit: 'heartbeats/s',
      yardstick: rounded(yardstick),
      ratio: rounded(perSecond / yardstick),
      scale: `${running.length} running jobs, 256 heartbeats at once, one job each, with metrics`,
      more: { p99Ms: rounded(percentile(durationsMs, 0.99)) },
    };
  },
};
