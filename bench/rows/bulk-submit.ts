/** One call that makes a million jobs: how soon it is answered, how fast they come, how long nothing else gets a turn. */
import { aUser } from '@wm/wms-core/testing';
import { onBothEngines, rounded, type BenchmarkRow } from '../row.ts';
import { insertsPerSecond } from '../yardstick.ts';
import { openWorld } from './many-jobs.ts';

/** Of the turns of the event loop; millions of them come and go, so none is kept. */
interface Turns {
  /** A request that arrives in the longest turn waits so long. */
  longestMs: number;
  /** What the processor worked for this thread in the busiest turn: not told by other processes on a busy machine. */
  longestCpuMs: number;
  /** In all of them. */
  cpuMs: number;
}

const cpuMs = (): number => {
  const { system, user } = process.threadCpuUsage();
  return (system + user) / 1000;
};

function watchTurns(): { stop(): Turns } {
  const turns: Turns = { longestMs: 0, longestCpuMs: 0, cpuMs: 0 };
  let last = { wall: performance.now(), cpu: cpuMs() };
  let next: NodeJS.Immediate;
  const turn = (): void => {
    const now = { wall: performance.now(), cpu: cpuMs() };
    turns.longestMs = Math.max(turns.longestMs, now.wall - last.wall);
    turns.longestCpuMs = Math.max(turns.longestCpuMs, now.cpu - last.cpu);
    turns.cpuMs += now.cpu - last.cpu;
    last = now;
    next = setImmediate(turn);
  };
  next = setImmediate(turn);
  return {
    stop() {
      clearImmediate(next);
      return turns;
    },
  };
}

const sweep = (jobs: number): string =>
  `Executable = "/bin/echo"; Arguments = "%s"; JobName = "sweep %n"; StdOutput = "out_%n.txt"; OutputSandbox = {"out_%n.txt"}; Parameters = ${jobs}; ParameterStep = 1;`;

export const bulkSubmitRow: BenchmarkRow = {
  row: 'bulk-submit',
  budget: '≥ 20,000 jobs/s',
  engines: onBothEngines,
  async run({ quick, engine }) {
    await using world = await openWorld(engine);
    const jobs = quick ? 20_000 : 1_000_000;
    // The first bulk of a process meets code that was never run.
    await world.bulks.submit(aUser(), { jdls: [sweep(5000)] });
    await world.bulkExpansion.drain();
    const before = await insertsPerSecond(world);
    const turns = watchTurns();
    const startedAt = performance.now();
    const { bulkId, firstJobId } = await world.bulks.submit(aUser(), { jdls: [sweep(jobs)] });
    const answerMs = performance.now() - startedAt;
    const askedAt = performance.now();
    await world.monitoring.jdl(aUser(), firstJobId + jobs - 1, 'processed');
    const lastJobMs = performance.now() - askedAt;
    await world.bulkExpansion.drain();
    const perSecond = (jobs * 1000) / (performance.now() - startedAt);
    const { cpuMs: allCpuMs, longestCpuMs, longestMs } = turns.stop();
    const { expanded, state } = await world.bulks.bulk(aUser(), bulkId);
    if (state !== 'Complete' || expanded !== jobs) throw new Error(`${expanded} jobs are ${state}`);
    const yardstick = (before + (await insertsPerSecond(world))) / 2;
    return {
      row: 'bulk-submit',
      engine,
      value: rounded(perSecond),
      unit: 'jobs/s',
      yardstick: rounded(yardstick),
      ratio: rounded(perSecond / yardstick),
      scale: `one call of ${jobs} jobs`,
      more: {
        answerMs: rounded(answerMs),
        lastJobReadMs: rounded(lastJobMs),
        longestTurnMs: rounded(longestMs),
        longestTurnCpuMs: rounded(longestCpuMs),
        jobsPerCpuSecond: rounded((jobs * 1000) / allCpuMs),
      },
    };
  },
};
