/** The life of a job as bars: one segment a stay in a status, made from the logging records. */
import { instantMs } from '../../widgets/grid-application/instants.ts';

export interface LoggingRecord {
  readonly Status: string;
  readonly MinorStatus: string;
  readonly ApplicationStatus: string;
  readonly StatusTime: string;
  readonly Source: string;
  readonly Attempt: number;
}

export interface Stay {
  readonly status: string;
  readonly startMs: number;
  readonly endMs: number;
}

export interface Timeline {
  readonly startMs: number;
  readonly endMs: number;
  readonly stays: readonly Stay[];
  /** The status it is in now; a final one is no stay, nor is one left in the same millisecond. */
  readonly last: string;
}

const resting = new Set(['Done', 'Failed', 'Killed', 'Deleted', 'Completed']);

/** Undefined without records. A job that is not final stays in its last status until `nowMs`. */
export function timelineOf(records: readonly LoggingRecord[], nowMs: number): Timeline | undefined {
  const changes: { status: string; atMs: number }[] = [];
  const timed = records
    .map((record) => ({ status: record.Status, atMs: instantMs(record.StatusTime) ?? 0 }))
    .toSorted((a, b) => a.atMs - b.atMs);
  for (const record of timed) if (changes.at(-1)?.status !== record.status) changes.push(record);
  const first = changes[0];
  const last = changes.at(-1);
  if (first === undefined || last === undefined) return undefined;
  const endMs = resting.has(last.status) ? last.atMs : Math.max(nowMs, last.atMs);
  const stays = changes.flatMap(({ status, atMs }, index): Stay[] => {
    const next = changes[index + 1];
    if (next === undefined && resting.has(status)) return [];
    const stay = { status, startMs: atMs, endMs: next?.atMs ?? endMs };
    return stay.endMs > stay.startMs ? [stay] : [];
  });
  return { startMs: first.atMs, endMs, stays, last: last.status };
}
