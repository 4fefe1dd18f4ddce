/**
 * Counts what happens to jobs by standing round the services, so that these know nothing of it. What a
 * transaction does counts once it is durable.
 */
import { afterCommit } from '../db/database.ts';
import type { ExpandSlice } from '../jobs/bulk/expand-slice.service.ts';
import { placesOf } from '../jobs/bulk/slices.ts';
import type { StoreSubmission } from '../jobs/job-submission.service.ts';
import type { JobMoves } from '../jobs/job-moves.service.ts';
import type { JobStatus } from '../jobs/job-status.ts';
import type { Move } from '../jobs/apply-move.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Metrics } from '../kernel/metrics.ts';
import { isWmsError } from '../kernel/wms-error.ts';
import type { JobManagerUseCases, JobStateUpdateUseCases, MatcherUseCases } from '../use-cases.ts';
import { coreMetrics } from './core-metrics.ts';
import type { MatchWatch } from './match-watch.ts';
import type { NodeClocks } from './node-clocks.ts';
import { watched, watching } from './watched.ts';

export function countMoves(inner: JobMoves, metrics: Metrics): JobMoves {
  const count = (vo: string, status: JobStatus): void => metrics.add(coreMetrics.jobMoves, { vo, status });
  const moving = watching(inner, 'move', function* (ask, job, moves) {
    const outcome = yield* ask();
    const reached = outcome.kind === 'moved' ? statusesReached(job.status, moves) : [];
    if (reached.length > 0)
      yield* afterCommit(() => {
        for (const status of reached) count(job.vo, status);
      });
    return outcome;
  });
  return watching(moving, 'claim', function* (ask) {
    const outcome = yield* ask();
    if (outcome.kind === 'claimed') {
      const { vo, status } = outcome.job;
      yield* afterCommit(() => count(vo, status));
    }
    return outcome;
  });
}

function statusesReached(from: JobStatus, moves: readonly Move[]): readonly JobStatus[] {
  const reached: JobStatus[] = [];
  let current = from;
  for (const { status } of moves) {
    if (status === undefined || status === current) continue;
    reached.push(status);
    current = status;
  }
  return reached;
}

export const countSubmissions = (inner: StoreSubmission, metrics: Metrics): StoreSubmission =>
  watched(inner, function* (ask, { vo }) {
    const jobIds = yield* ask();
    yield* afterCommit(() => metrics.add(coreMetrics.jobsSubmitted, { vo }, jobIds.length));
    return jobIds;
  });

/** Jobs of bulks count as submitted when they are made. */
export const countSlices = (inner: ExpandSlice, metrics: Metrics): ExpandSlice =>
  watched(inner, function* (ask, bulk, _template, slice) {
    yield* ask();
    const [from, to] = placesOf(bulk, slice);
    yield* afterCommit(() => metrics.add(coreMetrics.jobsSubmitted, { vo: bulk.vo }, to - from));
  });

export const countRefusedSubmissions = (inner: JobManagerUseCases, metrics: Metrics): JobManagerUseCases =>
  watching(inner, 'submit', async (ask, { vo }) => {
    try {
      return await ask();
    } catch (error) {
      const reason = isWmsError(error) ? error.code : 'internal';
      metrics.add(coreMetrics.submissionsRefused, { vo, reason });
      throw error;
    }
  });

const outcomeWords = { match: 'match', noMatch: 'no-match', stop: 'stop' } as const;

export const countMatches = (inner: MatcherUseCases, metrics: Metrics, watch: MatchWatch): MatcherUseCases =>
  watching(inner, 'match', async (ask, pilot, offer) => {
    const { vo, site, computingElement, batchQueue } = pilot;
    const leave = watch.join({ ...offer, vo, site, computingElement, batchQueue });
    try {
      const answer = await ask();
      metrics.add(coreMetrics.matches, { vo, site, outcome: outcomeWords[answer.kind] });
      return answer;
    } finally {
      leave();
    }
  });

export function countReports(
  inner: JobStateUpdateUseCases,
  parts: { readonly metrics: Metrics; readonly clock: Clock; readonly nodeClocks: NodeClocks },
): JobStateUpdateUseCases {
  const { metrics, clock, nodeClocks } = parts;
  const reporting = watching(inner, 'report', async (ask, { site }) => {
    const verdicts = await ask();
    for (const { ok, code } of verdicts)
      metrics.add(coreMetrics.jobReports, { site, outcome: ok ? 'accepted' : (code ?? 'internal') });
    return verdicts;
  });
  return watching(reporting, 'heartbeat', async (ask, { site }, beats) => {
    const nowMs = clock.nowMs();
    for (const { atMs } of beats) nodeClocks.seen(site, nowMs - atMs, nowMs);
    const answer = await ask();
    metrics.add(coreMetrics.heartbeats, { site }, beats.length);
    for (const { code } of answer.refused)
      metrics.add(coreMetrics.jobReports, { site, outcome: code ?? 'internal' });
    return answer;
  });
}
