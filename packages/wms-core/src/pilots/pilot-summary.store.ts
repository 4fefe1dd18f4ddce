/** SQL of the Pilot Summary: pilots counted by place and status. */
import { rows, type Work } from '../db/database.ts';
import type { PilotStatus } from './pilot-status.ts';

export interface PilotCount {
  readonly site: string;
  readonly computingElement: string;
  readonly status: PilotStatus;
  readonly pilots: number;
  /** Of these: ended since the later instant. */
  readonly lately: number;
  /** Of these: ended without having taken a job. */
  readonly empty: number;
}

interface Since {
  /** Pilots that ended before are not counted. */
  readonly endedSinceMs: number;
  readonly latelySinceMs: number;
}

const place = 'site, computing_element as "computingElement", status';
/** In the order of the index of open pilots, so that nothing is sorted. */
const groupedInOrder = 'group by vo, site, computing_element, status';
const grouped = 'group by site, computing_element, status';

/** Of one VO, or of all when it is undefined; several rows may speak of the same place and status. */
export function* countPilots(
  vo: string | undefined,
  { endedSinceMs, latelySinceMs }: Since,
): Work<readonly PilotCount[]> {
  const ofVo = (sql: string): string => (vo === undefined ? '' : ` and ${sql}`);
  const vos = vo === undefined ? [] : [vo];
  const open = yield* rows<Record<string, unknown>>(
    `select ${place}, count(*) as pilots, 0 as lately, 0 as empty
     from pilots where ended_at_ms is null${ofVo('vo = $1')} ${groupedInOrder}`,
    vos,
  );
  // SQLite would rather read all pilots of the VO than those of a day, unless the VO is an expression.
  const ended = yield* rows<Record<string, unknown>>(
    `select ${place}, count(*) as pilots,
       sum(case when ended_at_ms > $2 then 1 else 0 end) as lately,
       sum(case when jobs_taken = 0 then 1 else 0 end) as empty
     from pilots where ended_at_ms > $1${ofVo(`coalesce(vo, '') = $3`)} ${grouped}`,
    [endedSinceMs, latelySinceMs, ...vos],
  );
  return [...open, ...ended].map((row) => ({
    ...(row as unknown as PilotCount),
    pilots: Number(row['pilots']),
    lately: Number(row['lately']),
    empty: Number(row['empty']),
  }));
}
