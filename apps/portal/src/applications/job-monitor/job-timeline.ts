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
}

/** In these nothing happens any more: they end a round and have no bar. */
const resting = new Set(['Done', 'Failed', 'Killed', 'Deleted', 'Completed']);

/** Undefined without records. A job that is not at rest stays in its last status until `nowMs`. */
export function timelineOf(records: readonly LoggingRecord[], nowMs: number): Timeline | undefined {
  const changes: { status: string; atMs: number }[] = [];
  const timed = records
    .map((record) => ({ status: record.Status, atMs: instantMs(record.StatusTime) ?? 0 }))
    .toSorted((a, b) => a.atMs - b.atMs);
  for (const record of timed) if (changes.at(-1)?.status !== record.status) changes.push(record);
  const first = changes[0];
  if (first === undefined) return undefined;
  const stays = changes.flatMap(({ status, atMs }, index): Stay[] => {
    const endMs = changes[index + 1]?.atMs ?? Math.max(nowMs, atMs);
    return resting.has(status) || endMs === atMs ? [] : [{ status, startMs: atMs, endMs }];
  });
  return { startMs: first.atMs, endMs: stays.at(-1)?.endMs ?? first.atMs, stays };
}
