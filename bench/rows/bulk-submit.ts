/** Parametric submissions through the use-case, description and all. */
import { aUser } from '@wm/wms-core/testing';
import { rounded, type BenchmarkRow } from '../row.ts';
import { rawInsertsPerSecond } from '../yardstick.ts';
import { openWorld } from './many-jobs.ts';

export const bulkSubmitRow: BenchmarkRow = {
  row: 'bulk-submit',
  budget: '≥ 20,000 jobs/s',
  async run({ quick }) {
    await using world = await openWorld();
    const perCall = quick ? 2000 : 10_000;
    const calls = quick ? 2 : 10;
    const jdl = `Executable = "/bin/echo"; Arguments = "%s"; JobName = "sweep %n"; Parameters = ${perCall};`;
    const longestMs: number[] = [];
    const startedAt = performance.now();
    for (let call = 0; call < calls; call++) {
      const calledAt = performance.now();
      await world.jobs.submit(aUser(), { jdls: [jdl] });
      longestMs.push(performance.now() - calledAt);
    }
    const perSecond = (perCall * calls * 1000) / (performance.now() - startedAt);
    const yardstick = rawInsertsPerSecond();
    return {
      row: 'bulk-submit',
      engine: 'sqlite',
      value: rounded(perSecond),
      unit: 'jobs/s',
      yardstick: rounded(yardstick),
      ratio: rounded(perSecond / yardstick),
      scale: `${calls} calls of ${perCall} jobs`,
      more: { longestCallMs: rounded(Math.max(...longestMs)) },
    };
  },
};
