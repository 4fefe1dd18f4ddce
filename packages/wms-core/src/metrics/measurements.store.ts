/** SQL of what is measured: sums of counters and reads along an index, so that no question scans the jobs. */
import { one, rows, type Work } from '../db/database.ts';
import { placeholders } from '../db/dialect.ts';

export function* jobsByStatus(): Work<
  readonly { readonly vo: string; readonly status: string; readonly jobs: number }[]
> {
  return yield* rows(
    'select vo, status, cast(sum(jobs) as bigint) as jobs from job_counters group by vo, status',
  );
}

/**
 * Since when the longest waiting job of a VO waits. Job ids grow with time, so the first ones tell; rescheduled
 * jobs wait since then, and a few hundred of these may stand before the one that is looked for.
 */
export function* waitingSince(vo: string): Work<number | undefined> {
  const row = yield* one<{ sinceMs: number | null }>(
    `select min(since_ms) as "sinceMs" from (
       select coalesce(rescheduled_at_ms, submitted_at_ms) as since_ms from jobs
       where vo = $1 and status = 'Waiting' order by job_id limit 200) as first_ones`,
    [vo],
  );
  return row?.sinceMs ?? undefined;
}

export function* openPilotsByStatus(): Work<
  readonly { readonly site: string; readonly status: string; readonly pilots: number }[]
> {
  return yield* rows(
    'select site, status, count(*) as pilots from pilots where ended_at_ms is null group by site, status',
  );
}

/** Pilots that ended since the instant, with what one of each kind said. */
export function* endedPilots(sinceMs: number): Work<
  readonly {
    readonly site: string;
    readonly status: string;
    readonly pilots: number;
    readonly reason: string;
  }[]
> {
  return yield* rows(
    `select site, status, count(*) as pilots, max(status_reason) as reason from pilots
     where ended_at_ms is not null and ended_at_ms >= $1 group by site, status`,
    [sinceMs],
  );
}

/** Valid proxies, and those among them that none of the keys opens. */
export function* sealedProxies(
  keyIds: readonly string[],
  nowMs: number,
): Work<{ readonly stored: number; readonly unreadable: number }> {
  const all = yield* one<{ found: number }>(
    'select count(*) as found from proxies where valid_until_ms > $1',
    [nowMs],
  );
  const foreign = yield* one<{ found: number }>(
    `select count(*) as found from proxies
     where valid_until_ms > $1 and key_encryption_key_id not in (${placeholders(keyIds.length, 2)})`,
    [nowMs, ...keyIds],
  );
  return { stored: all?.found ?? 0, unreadable: foreign?.found ?? 0 };
}

/** Refresh tokens of identity providers that are kept, and those among them that none of the keys opens. */
export function* sealedGrants(
  keyIds: readonly string[],
): Work<{ readonly kept: number; readonly unreadable: number }> {
  const kept = `select count(*) as found from token_grants where length(sealed_data_key) > 0`;
  const all = yield* one<{ found: number }>(kept);
  const foreign = yield* one<{ found: number }>(
    `${kept} and key_encryption_key_id not in (${placeholders(keyIds.length, 1)})`,
    [...keyIds],
  );
  return { kept: all?.found ?? 0, unreadable: foreign?.found ?? 0 };
}

export function* oldestEvent(): Work<number | undefined> {
  const row = yield* one<{ atMs: number }>('select at_ms as "atMs" from events order by sequence limit 1');
  return row?.atMs;
}
