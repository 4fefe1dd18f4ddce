/**
 * Counts what happens to jobs by standing round the services, so that these know nothing of it. What a
 * transaction does counts once it is durable.
 */
import { afterCommit, type Work } from '../db/database.ts';
import { placesOf, type ExpandSlice } from '../jobs/bulk/expand-slice.service.ts';
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

export function countMoves(inner: JobMoves, metrics: Metrics): JobMoves {
  const count = (vo: string, status: JobStatus): void => metrics.add(coreMetrics.jobMoves, { vo, status });
  return {
    ...inner,
    *move(job, moves, options) {
      const outcome = yield* inner.move(job, moves, options);
      const reached = outcome.kind === 'moved' ? statusesReached(job.status, moves) : [];
      if (reached.length > 0)
        yield* afterCommit(() => {
          for (const status of reached) count(job.vo, status);
        });
      return outcome;
    },
    *claim(...given) {
      const outcome = yield* inner.claim(...given);
      if (outcome.kind === 'claimed') {
        const { vo, status } = outcome.job;
        yield* afterCommit(() => count(vo, status));
      }
      return outcome;
    },
  };
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

export function countSubmissions(inner: StoreSubmission, metrics: Metrics): StoreSubmission {
  return function* storeSubmission(principal, jobs, nowMs): Work<readonly number[]> {
    const jobIds = yield* inner(principal, jobs, nowMs);
    const { vo } = principal;
    yield* afterCommit(() => metrics.add(coreMetrics.jobsSubmitted, { vo }, jobIds.length));
    return jobIds;
  };
}

/** Jobs of bulks count as submitted when they are made. */
export function countSlices(inner: ExpandSlice, metrics: Metrics): ExpandSlice {
  return function* expandSlice(bulk, template, slice, held, nowMs) {
    yield* inner(bulk, template, slice, held, nowMs);
    const [from, to] = placesOf(bulk, slice);
    yield* afterCommit(() => metrics.add(coreMetrics.jobsSubmitted, { vo: bulk.vo }, to - from));
  };
}

export function countRefusedSubmissions(inner: JobManagerUseCases, metrics: Metrics): JobManagerUseCases {
  return {
    ...inner,
    async submit(principal, request) {
      try {
        return await inner.submit(principal, request);
      } catch (error) {
        const reason = isWmsError(error) ? error.code : 'internal';
        metrics.add(coreMetrics.submissionsRefused, { vo: principal.vo, reason });
        throw error;
      }
    },
  };
}

const outcomeWords = { match: 'match', noMatch: 'no-match', stop: 'stop' } as const;

export function countMatches(inner: MatcherUseCases, metrics: Metrics, watch: MatchWatch): MatcherUseCases {
  return {
    ...inner,
    async match(pilot, offer, waitMs, signal) {
      const { vo, site, computingElement, batchQueue } = pilot;
      const leave = watch.join({ ...offer, vo, site, computingElement, batchQueue });
      try {
        const answer = await inner.match(pilot, offer, waitMs, signal);
        metrics.add(coreMetrics.matches, { vo, site, outcome: outcomeWords[answer.kind] });
        return answer;
      } finally {
        leave();
      }
    },
  };
}

export function countReports(
  inner: JobStateUpdateUseCases,
  parts: { readonly metrics: Metrics; readonly clock: Clock; readonly nodeClocks: NodeClocks },
): JobStateUpdateUseCases {
  const { metrics, clock, nodeClocks } = parts;
  return {
    ...inner,
    async report(pilot, reports) {
      const verdicts = await inner.report(pilot, reports);
      for (const { ok, code } of verdicts)
        metrics.add(coreMetrics.jobReports, {
          site: pilot.site,
          outcome: ok ? 'accepted' : (code ?? 'internal'),
        });
      return verdicts;
    },
    async heartbeat(pilot, beats, acknowledged) {
      const { site } = pilot;
      const nowMs = clock.nowMs();
      for (const { atMs } of beats) nodeClocks.seen(site, nowMs - atMs, nowMs);
      const answer = await inner.heartbeat(pilot, beats, acknowledged);
      metrics.add(coreMetrics.heartbeats, { site }, beats.length);
      for (const { code } of answer.refused)
        metrics.add(coreMetrics.jobReports, { site, outcome: code ?? 'internal' });
      return answer;
    },
  };
}
