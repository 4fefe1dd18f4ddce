/** SQL of the output of ended pilots: what is wanted from computing elements, what is kept. */
import { one, rows, run, type Work } from '../db/database.ts';
import type { PilotEnd, StoredOutput } from './pilot-output-words.ts';

export interface WantedOutput {
  readonly stamp: string;
  readonly pilotReference: string;
  readonly vo: string;
  readonly site: string;
  readonly computingElement: string;
  readonly registeredAtMs: number | null;
  readonly tries: number;
}

/** To be fetched from the instant on; a second order changes nothing. */
export const wantOutput = (stamp: string, fromMs: number): Work<void> =>
  run(
    `insert into pilot_outputs (stamp, tries, next_try_at_ms, stdout, stderr) values ($1, 0, $2, '', '')
     on conflict do nothing`,
    [stamp, fromMs],
  );

/** Those whose time has come, the longest waiting first. */
export const dueOutputs = (nowMs: number, limit: number): Work<readonly WantedOutput[]> =>
  rows<WantedOutput & Record<string, never>>(
    `select p.stamp, p.pilot_reference as "pilotReference", p.vo, p.site, p.computing_element as "computingElement",
       p.registered_at_ms as "registeredAtMs", o.tries
     from pilot_outputs o join pilots p on p.stamp = o.stamp
     where o.kept_at_ms is null and o.next_try_at_ms <= $1 order by o.next_try_at_ms limit $2`,
    [nowMs, limit],
  );

export const keepOutput = (
  stamp: string,
  output: { readonly stdout: string; readonly stderr: string; readonly fault: string | null },
  atMs: number,
): Work<void> =>
  run(
    `update pilot_outputs set kept_at_ms = $2, tries = tries + 1, fault = $3, stdout = $4, stderr = $5
     where stamp = $1 and kept_at_ms is null`,
    [stamp, atMs, output.fault, output.stdout, output.stderr],
  );

export const postponeOutput = (stamp: string, untilMs: number, fault: string | null): Work<void> =>
  run(
    `update pilot_outputs set tries = tries + 1, next_try_at_ms = $2, fault = $3
     where stamp = $1 and kept_at_ms is null`,
    [stamp, untilMs, fault],
  );

export const findOutput = (stamp: string): Work<StoredOutput | undefined> =>
  one<StoredOutput & Record<string, never>>(
    'select kept_at_ms as "keptAtMs", tries, fault, stdout, stderr from pilot_outputs where stamp = $1',
    [stamp],
  );

export const findEnd = (stamp: string): Work<PilotEnd | undefined> =>
  one<PilotEnd & Record<string, never>>(
    'select status, status_reason as "statusReason", ended_at_ms as "endedAtMs" from pilots where stamp = $1',
    [stamp],
  );

/** Parts are only ever added, so their number tells whether the log is the same. */
export function* countLogParts(stamp: string): Work<number> {
  const found = yield* one<{ n: number }>('select count(*) as n from pilot_logs where stamp = $1', [stamp]);
  return found?.n ?? 0;
}
