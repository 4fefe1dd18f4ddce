/** SQL of granted memberships, requests for them and suspensions; who may change what is decided in the services. */
import { one, rows, run, type Work } from '../../db/database.ts';
import type { RequestDecision } from '../../use-cases.ts';

export interface RequestRow {
  readonly request_id: number;
  readonly account_id: string;
  readonly vo: string;
  readonly motivation: string;
  readonly requested_at_ms: number;
  readonly decision: RequestDecision | null;
  readonly decided_at_ms: number | null;
  readonly decided_by: string | null;
  readonly reason: string;
}

export interface GrantedRow {
  readonly account_id: string;
  readonly vo: string;
  readonly group_name: string;
  readonly granted_by: string;
  readonly granted_at_ms: number;
}

export interface SuspensionRow {
  readonly account_id: string;
  readonly vo: string;
  readonly reason: string;
  readonly suspended_by: string;
  readonly suspended_at_ms: number;
}

// ---------------------------------------------------------------- requests

export const insertRequest = (
  request: Pick<RequestRow, 'account_id' | 'vo' | 'motivation' | 'requested_at_ms'>,
): Work<RequestRow | undefined> =>
  one<RequestRow>(
    `insert into membership_requests (account_id, vo, motivation, requested_at_ms, reason)
     values ($1, $2, $3, $4, '') returning *`,
    [request.account_id, request.vo, request.motivation, request.requested_at_ms],
  );

export const requestsOfAccount = (accountId: string, limit: number): Work<readonly RequestRow[]> =>
  rows<RequestRow>(
    'select * from membership_requests where account_id = $1 order by request_id desc limit $2',
    [accountId, limit],
  );

/** Open ones first, the oldest of them first; then the decided, newest first. */
export const requestsOfVo = (vo: string, limit: number): Work<readonly RequestRow[]> =>
  rows<RequestRow>(
    `select * from membership_requests where vo = $1
     order by case when decision is null then 0 else 1 end,
       case when decision is null then requested_at_ms else -decided_at_ms end limit $2`,
    [vo, limit],
  );

/** Undefined unless it is of the VO. */
export const findRequestOfVo = (requestId: number, vo: string): Work<RequestRow | undefined> =>
  one<RequestRow>('select * from membership_requests where request_id = $1 and vo = $2', [requestId, vo]);

/** False when somebody decided before. */
export function* decideRequest(
  requestId: number,
  decision: RequestDecision,
  by: string,
  reason: string,
  atMs: number,
): Work<boolean> {
  const row = yield* one<{ request_id: number }>(
    `update membership_requests set decision = $2, decided_by = $3, reason = $4, decided_at_ms = $5
     where request_id = $1 and decision is null returning request_id`,
    [requestId, decision, by, reason, atMs],
  );
  return row !== undefined;
}

// ---------------------------------------------------------------- memberships

export function* grantedGroupsOf(accountId: string): Work<readonly string[]> {
  const found = yield* rows<{ group_name: string }>(
    'select group_name from granted_memberships where account_id = $1 order by group_name',
    [accountId],
  );
  return found.map((row) => row.group_name);
}

export const grantMembership = (row: GrantedRow): Work<void> =>
  run(
    `insert into granted_memberships (account_id, vo, group_name, granted_by, granted_at_ms)
     values ($1, $2, $3, $4, $5) on conflict do nothing`,
    [row.account_id, row.vo, row.group_name, row.granted_by, row.granted_at_ms],
  );

/** False when there was none. */
export function* endMembership(accountId: string, vo: string, group: string): Work<boolean> {
  const row = yield* one<{ account_id: string }>(
    'delete from granted_memberships where account_id = $1 and vo = $2 and group_name = $3 returning account_id',
    [accountId, vo, group],
  );
  return row !== undefined;
}

export const allGranted = (): Work<readonly GrantedRow[]> =>
  rows<GrantedRow>('select * from granted_memberships order by account_id, group_name');

// ---------------------------------------------------------------- suspensions

export const suspensionsOf = (accountId: string): Work<readonly SuspensionRow[]> =>
  rows<SuspensionRow>('select * from suspensions where account_id = $1', [accountId]);

export const suspend = (row: SuspensionRow): Work<void> =>
  run(
    `insert into suspensions (account_id, vo, reason, suspended_by, suspended_at_ms) values ($1, $2, $3, $4, $5)
     on conflict (account_id, vo) do update set reason = excluded.reason`,
    [row.account_id, row.vo, row.reason, row.suspended_by, row.suspended_at_ms],
  );

/** False when there was none. */
export function* resume(accountId: string, vo: string): Work<boolean> {
  const row = yield* one<{ account_id: string }>(
    'delete from suspensions where account_id = $1 and vo = $2 returning account_id',
    [accountId, vo],
  );
  return row !== undefined;
}

export const allSuspensions = (): Work<readonly SuspensionRow[]> =>
  rows<SuspensionRow>('select * from suspensions');
