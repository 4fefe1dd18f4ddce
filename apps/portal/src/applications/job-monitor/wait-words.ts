/** What an explanation says in figures, in words: how long, which place, when. */
import { isJobStatus, type JobStatus } from '@wm/wms-core/vocabulary';
import type { CurrentExplanation } from '../../server-state/explanations.ts';
import { duration, instantMs, shortInstant } from '../../widgets/grid-application/instants.ts';

const waiting: readonly JobStatus[] = [
  'Submitting',
  'Received',
  'Checking',
  'Scouting',
  'Staging',
  'Waiting',
  'Rescheduled',
];

/** The job waits, or is on its way into the queue. */
export const isWaiting = (status: string | undefined): boolean =>
  status !== undefined && isJobStatus(status) && waiting.includes(status);

export function waitedText(since: string, until: string | null, nowMs: number): string {
  const fromMs = instantMs(since) ?? nowMs;
  const span = duration((instantMs(until) ?? nowMs) - fromMs);
  return until === null ? `Waiting for ${span}.` : `Waited ${span}.`;
}

const jobs = (count: number): string => `${count.toLocaleString('en')} ${count === 1 ? 'job' : 'jobs'}`;

/** Sentences: place in its task queue, and who else wants the same pilots. */
export function lineWords(line: NonNullable<CurrentExplanation['line']>): readonly string[] {
  const { higher, isAtLeast, older, queueJobs, rivals } = line;
  const ahead = higher + older;
  const least = isAtLeast ? 'at least ' : '';
  const place =
    queueJobs <= 1
      ? 'The only job in its task queue.'
      : ahead === 0
        ? `First of ${jobs(queueJobs)} in its task queue.`
        : `${least}${jobs(ahead)} of ${queueJobs.toLocaleString('en')} in its task queue go first (${higher.toLocaleString('en')} of higher priority, ${older.toLocaleString('en')} older).`;
  const others = rivals.ownJobs + rivals.otherJobs;
  return others === 0
    ? [capital(place)]
    : [
        capital(place),
        `${jobs(others)} in ${rivals.queues === 1 ? 'another task queue wants' : `${rivals.queues.toLocaleString('en')} other task queues want`} the same pilots.`,
      ];
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** `By 14:20 (half of such jobs) or 16:05 UTC (nine of ten).` */
export function estimateWords(estimate: CurrentExplanation['estimate'], nowMs: number): string {
  if (estimate.kind === 'none') return `Cannot be estimated. ${estimate.reason}`;
  const [half, most] = [estimate.p50At, estimate.p90At].map((at) => shortInstant(at, nowMs));
  return `Half of such jobs start by ${half}, nine of ten by ${most} UTC.`;
}
