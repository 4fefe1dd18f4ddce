/** SQL of flows that end in tokens. Codes come as their hashes. */
import { one, run, type Work } from '../../db/database.ts';

export interface TokenFlowRow {
  readonly flow_id: string;
  readonly kind: 'device' | 'code';
  readonly client_id: string;
  readonly scope: string;
  readonly redirect_uri: string | null;
  readonly code_challenge: string | null;
  readonly client_state: string | null;
  readonly asked_from: string;
  readonly asked_at_ms: number;
  readonly expires_at_ms: number;
  readonly last_poll_at_ms: number | null;
  readonly status: 'pending' | 'approved' | 'denied' | 'used';
  readonly account_id: string | null;
  readonly vo: string | null;
  readonly group_name: string | null;
}

const columns = `flow_id, kind, client_id, scope, redirect_uri, code_challenge, client_state, asked_from,
  asked_at_ms, expires_at_ms, last_poll_at_ms, status, account_id, vo, group_name`;

export const insertFlow = (
  flow: Omit<TokenFlowRow, 'last_poll_at_ms' | 'status' | 'account_id' | 'vo' | 'group_name'>,
  hashes: { readonly handleHash: string; readonly codeHash: string | null },
): Work<void> =>
  run(
    `insert into token_flows (flow_id, kind, client_id, scope, handle_hash, code_hash, redirect_uri,
       code_challenge, client_state, asked_from, asked_at_ms, expires_at_ms, status)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 'pending')`,
    [
      flow.flow_id,
      flow.kind,
      flow.client_id,
      flow.scope,
      hashes.handleHash,
      hashes.codeHash,
      flow.redirect_uri,
      flow.code_challenge,
      flow.client_state,
      flow.asked_from,
      flow.asked_at_ms,
      flow.expires_at_ms,
    ],
  );

export const findFlowByHandle = (handleHash: string): Work<TokenFlowRow | undefined> =>
  one<TokenFlowRow>(`select ${columns} from token_flows where handle_hash = $1`, [handleHash]);

export const findFlowByCode = (
  kind: TokenFlowRow['kind'],
  codeHash: string,
): Work<TokenFlowRow | undefined> =>
  one<TokenFlowRow>(`select ${columns} from token_flows where kind = $1 and code_hash = $2`, [
    kind,
    codeHash,
  ]);

export const notePoll = (flowId: string, atMs: number): Work<void> =>
  run('update token_flows set last_poll_at_ms = $2 where flow_id = $1', [flowId, atMs]);

interface FlowDecision {
  readonly accountId: string;
  readonly vo: string;
  readonly group: string;
  /** Of the authorization code made now; a device has its code already. */
  readonly codeHash: string | null;
  readonly expiresAtMs: number;
}

/** False when somebody decided before. */
export function* approveFlow(flowId: string, decision: FlowDecision): Work<boolean> {
  const row = yield* one(
    `update token_flows set status = 'approved', account_id = $2, vo = $3, group_name = $4,
       code_hash = coalesce($5, code_hash), expires_at_ms = $6
     where flow_id = $1 and status = 'pending' returning flow_id`,
    [flowId, decision.accountId, decision.vo, decision.group, decision.codeHash, decision.expiresAtMs],
  );
  return row !== undefined;
}

/** False when somebody decided before. */
export function* denyFlow(flowId: string, accountId: string): Work<boolean> {
  const row = yield* one(
    `update token_flows set status = 'denied', account_id = $2
     where flow_id = $1 and status = 'pending' returning flow_id`,
    [flowId, accountId],
  );
  return row !== undefined;
}

/** False when its code was used before. */
export function* useFlow(flowId: string): Work<boolean> {
  const row = yield* one(
    `update token_flows set status = 'used' where flow_id = $1 and status = 'approved' returning flow_id`,
    [flowId],
  );
  return row !== undefined;
}

export const pruneFlows = (expiredBeforeMs: number): Work<void> =>
  run('delete from token_flows where expires_at_ms < $1', [expiredBeforeMs]);
