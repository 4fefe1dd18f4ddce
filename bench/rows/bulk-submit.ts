/** One call that makes a million jobs: how soon it is answered, how fast they come, how long nothing else gets a turn. */
import { aUser } from '@wm/wms-core/testing';
import { onBothEngines, percentile, rounded, type BenchmarkRow } from '../row.ts';
import { insertsPerSecond } from '../yardstick.ts';
import { openWorld } from './many-jobs.ts';

interface Turns {
  /** How long each turn of the event loop took; a request that arrives meanwhile waits so long. */
  readonly wallMs: number[];
  /** What of it the processor worked for this thread: not told by other processes on a busy machine. */
  readonly cpuMs: number[];
}

const cpuMs = (): number => {
  const { system, user } = process.threadCpuUsage();
  return (system + user) / 1000;
};

function watchTurns(): { stop(): Turns } {
  const turns: Turns = { wallMs: [], cpuMs: [] };
  let last = { wall: performance.now(), cpu: cpuMs() };
  let next: NodeJS.Immediate;
  const turn = (): void => {
    const now = { wall: performance.now(), cpu: cpuMs() };
    turns.wallMs.push(now.wall - last.wall);
    turns.cpuMs.push(now.cpu - last.cpu);
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
    const { cpuMs: turnsCpuMs, wallMs: turnsMs } = turns.stop();
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
        longestTurnMs: rounded(percentile(turnsMs, 1)),
        p99TurnMs: rounded(percentile(turnsMs, 0.99)),
        longestTurnCpuMs: rounded(percentile(turnsCpuMs, 1)),
        jobsPerCpuSecond: rounded((jobs * 1000) / turnsCpuMs.reduce((sum, each) => sum + each, 0)),
      },
    };
  },
};
