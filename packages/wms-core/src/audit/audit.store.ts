/** SQL of the audit log. Rows are added at the head, one after the other; see `audit-chain.adapter.ts`. */
import { one, rows, run, type Work } from '../db/database.ts';
import type { CallOrigin } from '../identity/principal.ts';
import type { AuditAction } from './audit-actions.ts';
import { hashOfRow } from './audit-chain.adapter.ts';
import { auditColumns, type AuditRow, type ChainedRow, type ChainHead } from './audit-row.ts';

export interface AuditEntry {
  readonly atMs: number;
  readonly action: AuditAction;
  /** Account id or `pilot <stamp>`; empty for a visitor. */
  readonly actorAccountId: string;
  readonly actorGroup: string;
  readonly targetAccountId: string | null;
  readonly subjectDn: string | null;
  /** `OK` or an error code. */
  readonly result: string;
  readonly vo?: string | null | undefined;
  /** From where it was asked. */
  readonly from?: CallOrigin | undefined;
  /** Never a secret. */
  readonly details?: Readonly<Record<string, string | number>> | undefined;
}

const allColumns = [...auditColumns, 'previous_hash', 'hash'].join(', ');
const places = Array.from({ length: auditColumns.length + 2 }, (_, index) => `$${index + 1}`).join(', ');

const rowOf = (entry: AuditEntry, auditId: number): AuditRow => ({
  audit_id: auditId,
  at_ms: entry.atMs,
  action: entry.action,
  actor: entry.actorAccountId,
  actor_group: entry.actorGroup,
  way: entry.from?.way ?? null,
  address: entry.from?.address ?? null,
  request_id: entry.from?.requestId ?? null,
  target_account_id: entry.targetAccountId,
  vo: entry.vo ?? null,
  subject_dn: entry.subjectDn,
  result: entry.result,
  details: JSON.stringify(entry.details ?? {}),
});

/** Adds a row to the chain, in the transaction of what it tells of. */
export function* recordAudit(entry: AuditEntry): Work<void> {
  // The update locks the head, so that writers of other processes wait for this one's commit.
  const head = yield* one<{ audit_id: number; hash: string }>(
    'update audit_head set audit_id = audit_id + 1 where only_one = 1 returning audit_id, hash',
  );
  if (head === undefined) throw new Error('the audit log has lost its head');
  const row = rowOf(entry, head.audit_id);
  const hash = hashOfRow(head.hash, row);
  yield* run(`insert into audit_log (${allColumns}) values (${places})`, [
    ...auditColumns.map((column) => row[column]),
    head.hash,
    hash,
  ]);
  yield* run('update audit_head set hash = $1 where only_one = 1', [hash]);
}

export function* auditHead(): Work<ChainHead> {
  const head = yield* one<{ audit_id: number; hash: string }>('select audit_id, hash from audit_head');
  return { auditId: head?.audit_id ?? 0, hash: head?.hash ?? '' };
}

/** Rows after `afterId`, oldest first. */
export const auditAfter = (afterId: number, limit: number): Work<readonly ChainedRow[]> =>
  rows<ChainedRow>(`select ${allColumns} from audit_log where audit_id > $1 order by audit_id limit $2`, [
    afterId,
    limit,
  ]);

/** What an account did or what was done to it, newest first. */
export const auditOfAccount = (
  accountId: string,
  beforeId: number,
  limit: number,
): Work<readonly ChainedRow[]> =>
  rows<ChainedRow>(
    `select ${allColumns} from audit_log
     where (actor = $1 or target_account_id = $1) and audit_id < $2 order by audit_id desc limit $3`,
    [accountId, beforeId, limit],
  );

/** What was done in a VO, newest first. */
export const auditOfVo = (vo: string, beforeId: number, limit: number): Work<readonly ChainedRow[]> =>
  rows<ChainedRow>(
    `select ${allColumns} from audit_log where vo = $1 and audit_id < $2 order by audit_id desc limit $3`,
    [vo, beforeId, limit],
  );

/** Drops the oldest rows; the chain begins later then. Answers how many went. */
export function* dropAuditBefore(beforeMs: number, limit: number): Work<number> {
  const gone = yield* rows<{ audit_id: number }>(
    `delete from audit_log where audit_id in (
       select audit_id from audit_log where audit_id < (
         select coalesce(min(audit_id), 0) from audit_log where at_ms >= $1
       ) order by audit_id limit $2
     ) returning audit_id`,
    [beforeMs, limit],
  );
  return gone.length;
}

// ---------------------------------------------------------------- the log before this one

interface FormerRow {
  readonly audit_id: number;
  readonly at_ms: number;
  readonly action: AuditAction;
  readonly actor_account_id: string;
  readonly actor_group: string;
  readonly target_account_id: string | null;
  readonly subject_dn: string | null;
  readonly result: string;
}

/** Moves rows of the unchained log of older versions to the chain. Answers how many; none the second time. */
export function* adoptFormerRows(limit: number): Work<number> {
  const former = yield* rows<FormerRow>(
    `delete from credential_audit where audit_id in (
       select audit_id from credential_audit order by audit_id limit $1
     ) returning *`,
    [limit],
  );
  for (const row of former.toSorted((a, b) => a.audit_id - b.audit_id))
    yield* recordAudit({
      atMs: row.at_ms,
      action: row.action,
      actorAccountId: row.actor_account_id,
      actorGroup: row.actor_group,
      targetAccountId: row.target_account_id,
      subjectDn: row.subject_dn,
      result: row.result,
    });
  return former.length;
}
