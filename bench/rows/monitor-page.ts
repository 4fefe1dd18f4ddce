/** Pages of the Job Monitor over a full database, any filter and sort an administrator may ask for. */
import { aUser, type JobWorld } from '@wm/wms-core/testing';
import { onBothEngines, percentile, rounded, type BenchmarkRow } from '../row.ts';
import { insertsPerSecond } from '../yardstick.ts';
import { fill, openWorld, sites } from './many-jobs.ts';

const administrator = aUser({ userName: 'root', group: 'biomed_admin', properties: ['JobAdministrator'] });
const desc = (parameter: string) => ({ parameter, direction: 'desc' }) as const;
const asc = (parameter: string) => ({ parameter, direction: 'asc' }) as const;
const is = (parameter: string, value: string) => ({ parameter, operator: 'eq', value }) as const;

const questions = [
  { name: 'newest first', search: [], sort: [desc('JobID')], page: 1 },
  { name: 'page 1000', search: [], sort: [desc('JobID')], page: 1000 },
  { name: 'by status', search: [is('Status', 'Waiting')], sort: [desc('JobID')], page: 1 },
  { name: 'by owner', search: [is('Owner', 'user7')], sort: [desc('LastUpdateTime')], page: 1 },
  {
    name: 'by site and status',
    search: [is('Site', sites[0] ?? ''), is('Status', 'Killed')],
    sort: [desc('JobID')],
    page: 1,
  },
  { name: 'sort by last update', search: [], sort: [desc('LastUpdateTime')], page: 1 },
  { name: 'sort by name', search: [], sort: [asc('JobName')], page: 1 },
  { name: 'sort by minor status', search: [], sort: [asc('MinorStatus')], page: 1 },
  { name: 'sort by status', search: [], sort: [desc('Status')], page: 1 },
  { name: 'filter by name', search: [is('JobName', 'analysis 86400')], sort: [desc('JobID')], page: 1 },
  {
    name: 'filter by minor status',
    search: [is('MinorStatus', 'Marked for termination')],
    sort: [desc('JobID')],
    page: 1,
  },
] as const;

/** A tenth of the jobs has another status than the rest. */
async function mix(world: JobWorld, jobs: number): Promise<void> {
  for (let first = 1; first <= jobs; first += 20_000) {
    const ids = Array.from({ length: 2000 }, (_, index) => first + index * 10).filter((id) => id <= jobs);
    await world.jobs.act(administrator, 'kill', ids);
  }
}

const monitorPage = (row: string, fullScale: number): BenchmarkRow => ({
  row,
  budget: 'p99 ≤ 200 ms; aim 100 ms',
  engines: onBothEngines,
  async run({ quick, engine }) {
    await using world = await openWorld(engine);
    const jobs = quick ? 20_000 : fullScale;
    await fill(world, { jobs, taskQueues: 5000 });
    await mix(world, jobs);
    const rounds = quick ? 3 : 20;
    const sampleMs: number[] = [];
    const worst: Record<string, number> = {};
    for (let round = 0; round < rounds; round++)
      for (const { name, ...question } of questions) {
        const startedAt = performance.now();
        await world.monitoring.search(administrator, { ...question, perPage: 50 });
        const tookMs = performance.now() - startedAt;
        sampleMs.push(tookMs);
        worst[name] = Math.max(worst[name] ?? 0, rounded(tookMs));
      }
    const p99Ms = percentile(sampleMs, 0.99);
    const yardstick = await insertsPerSecond(world);
    return {
      row,
      engine,
      value: rounded(p99Ms),
      unit: 'ms p99',
      yardstick: rounded(yardstick),
      ratio: rounded(p99Ms / (1000 / yardstick)),
      scale: `${jobs} jobs of one VO, ${questions.length} questions, ${rounds} rounds`,
      more: { p50Ms: rounded(percentile(sampleMs, 0.5)), ...worst },
    };
  },
});

export const monitorPageRow = monitorPage('monitor-page', 1_000_000);
export const monitorPage100kRow = monitorPage('monitor-page-100k', 100_000);
