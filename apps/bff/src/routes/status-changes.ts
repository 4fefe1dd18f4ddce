/** The body of `PATCH /api/jobs/status`, id → time → change, as a flat list in order of time. Pure. */
import { type JobStatus, type StatusChange } from '@wm/wms-core/vocabulary';
import { inDiracxForm } from '../http/diracx-error.ts';

interface GivenChange {
  readonly Status?: JobStatus | undefined;
  readonly MinorStatus?: string | undefined;
  readonly ApplicationStatus?: string | undefined;
  readonly Source: string;
}

export type StatusChangesBody = Readonly<Record<string, Readonly<Record<string, GivenChange>>>>;

/** Epoch seconds, or ISO 8601 with a zone (rest-api.md §1.8). */
export function instantMs(given: string, jobId: string): number {
  if (/^\d+(\.\d+)?$/.test(given)) return Math.round(Number(given) * 1000);
  const atMs = Date.parse(given);
  if (Number.isNaN(atMs))
    throw inDiracxForm('input.invalid', `“${given}” is not a time; write it as 2026-01-31T12:00:00Z.`, 422);
  if (!/(?:Z|[+-]\d{2}:?\d{2})$/i.test(given))
    throw inDiracxForm('input.invalid', `Timestamp ${given} is not timezone aware for job ${jobId}`, 400);
  return atMs;
}

export function statusChanges(body: StatusChangesBody): readonly StatusChange[] {
  const changes = Object.entries(body).flatMap(([jobId, byTime]) =>
    Object.entries(byTime).map(([time, change]) => ({
      jobId: Number(jobId),
      atMs: instantMs(time, jobId),
      status: change.Status,
      minorStatus: change.MinorStatus,
      applicationStatus: change.ApplicationStatus,
      source: change.Source,
    })),
  );
  return changes.toSorted((a, b) => a.atMs - b.atMs);
}
