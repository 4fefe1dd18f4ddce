/** Counts pilots that are submitted and that end, from outside the services that do it. */
import { afterCommit } from '../db/database.ts';
import type { Metrics } from '../kernel/metrics.ts';
import type { PilotMoves } from '../pilots/pilot-moves.service.ts';
import { isFinalPilot } from '../pilots/pilot-status.ts';
import type { SubmitPilots } from '../pilots/pilot-submission.service.ts';
import { coreMetrics } from './core-metrics.ts';
import { watched, watching } from './watched.ts';

export const countPilotMoves = (inner: PilotMoves, metrics: Metrics): PilotMoves =>
  watching(inner, 'move', function* (ask, { site }, status) {
    const hasMoved = yield* ask();
    if (hasMoved && isFinalPilot(status))
      yield* afterCommit(() => metrics.add(coreMetrics.pilotsEnded, { site, status }));
    return hasMoved;
  });

export const countPilotSubmissions = (inner: SubmitPilots, metrics: Metrics): SubmitPilots =>
  watched(inner, async (ask, planned, { site }) => {
    const outcome = await ask();
    const { failed } = outcome;
    if (planned.pilots > failed)
      metrics.add(coreMetrics.pilotsSubmitted, { site, outcome: 'submitted' }, planned.pilots - failed);
    if (failed > 0) metrics.add(coreMetrics.pilotsSubmitted, { site, outcome: 'failed' }, failed);
    return outcome;
  });
