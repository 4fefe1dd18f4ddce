/** From the start of the server process on a full database to its first answer. */
import { dirname } from 'node:path';
import { startServer } from '@wm/e2e/world/server';
import { onBothEngines, percentile, rounded, type BenchmarkRow, type Engine } from '../row.ts';
import { hashingMs } from '../yardstick.ts';
import { fill, openWorld } from './many-jobs.ts';

/** Where the server finds the database of the world. */
const placeOf = (engine: Engine, path: string) =>
  engine === 'sqlite' ? { dataFolder: dirname(path) } : { environment: { DATABASE_URL: path } };

async function startOnceMs(engine: Engine, path: string): Promise<number> {
  const startedAt = performance.now();
  const server = await startServer(placeOf(engine, path));
  try {
    const answer = await fetch(`${server.url}/api/health/ready`);
    if (!answer.ok) throw new Error(`The server is not ready: ${answer.status}.`);
    return performance.now() - startedAt;
  } finally {
    await server.stop();
  }
}

export const startRow: BenchmarkRow = {
  row: 'start',
  budget: '≤ 5 s with 1,000,000 jobs',
  engines: onBothEngines,
  async run({ quick, engine }) {
    await using world = await openWorld(engine);
    const jobs = quick ? 20_000 : 1_000_000;
    await fill(world, { jobs, taskQueues: 10_000, vos: 40 });
    const yardstick = hashingMs();
    const tookMs: number[] = [];
    for (let round = 0; round < 5; round += 1) tookMs.push(await startOnceMs(engine, world.database.path));
    const value = percentile(tookMs, 0.5);
    return {
      row: 'start',
      engine,
      value: rounded(value),
      unit: 'ms p50',
      yardstick: rounded(yardstick),
      ratio: rounded(value / yardstick),
      scale: `${jobs} waiting jobs in the database, ${tookMs.length} starts`,
      more: { worstMs: rounded(Math.max(...tookMs)) },
    };
  },
};
