/** Counts pilots that are submitted and that end, from outside the services that do it. */
import { afterCommit } from '../db/database.ts';
import type { Metrics } from '../kernel/metrics.ts';
import type { PilotMoves } from '../pilots/pilot-moves.service.ts';
import { isFinalPilot } from '../pilots/pilot-status.ts';
import type { SubmitPilots } from '../pilots/pilot-submission.service.ts';
import { coreMetrics } from './core-metrics.ts';

export function countPilotMoves(inner: PilotMoves, metrics: Metrics): PilotMoves {
  return {
    ...inner,
    *move(pilot, status, reason) {
      const hasMoved = yield* inner.move(pilot, status, reason);
      if (hasMoved && isFinalPilot(status))
        yield* afterCommit(() => metrics.add(coreMetrics.pilotsEnded, { site: pilot.site, status }));
      return hasMoved;
    },
  };
}

export function countPilotSubmissions(inner: SubmitPilots, metrics: Metrics): SubmitPilots {
  return async (planned, to) => {
    const outcome = await inner(planned, to);
    const { site } = to;
    const { failed } = outcome;
    if (planned.pilots > failed)
      metrics.add(coreMetrics.pilotsSubmitted, { site, outcome: 'submitted' }, planned.pilots - failed);
    if (failed > 0) metrics.add(coreMetrics.pilotsSubmitted, { site, outcome: 'failed' }, failed);
    return outcome;
  };
}
