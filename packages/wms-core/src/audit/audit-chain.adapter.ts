/**
 * The hash chain of the audit log: SHA-256 over the hash of the row before and everything in the row, so that a
 * changed, missing, added or moved row breaks it from there on. Asked when a row is written and when somebody
 * verifies; an export can be checked with these few lines alone.
 */
import { createHash } from 'node:crypto';
import {
  auditColumns,
  type AuditRow,
  type ChainedRow,
  type ChainHead,
  type ChainVerdict,
} from './audit-row.ts';

/** Hex SHA-256 of `<previous hash>\n<JSON array of the columns>`. */
export const hashOfRow = (previousHash: string, row: AuditRow): string =>
  createHash('sha256')
    .update(`${previousHash}\n${JSON.stringify(auditColumns.map((column) => row[column]))}`)
    .digest('hex');

function faultOf(row: ChainedRow, before: ChainHead | undefined): string | undefined {
  if (before !== undefined && row.audit_id !== before.auditId + 1)
    return `rows between ${before.auditId} and ${row.audit_id} are missing`;
  if (before !== undefined && row.previous_hash !== before.hash)
    return 'it does not follow the row before it';
  return row.hash === hashOfRow(row.previous_hash, row) ? undefined : 'its content was changed';
}

/** Rows in order of their ids; `before` is the head of the rows already verified. */
export function verifyChain(rows: Iterable<ChainedRow>, before?: ChainHead): ChainVerdict {
  let head = before;
  let count = 0;
  for (const row of rows) {
    const reason = faultOf(row, head);
    if (reason !== undefined) return { rows: count, broken: { auditId: row.audit_id, reason }, head };
    head = { auditId: row.audit_id, hash: row.hash };
    count += 1;
  }
  return { rows: count, broken: undefined, head };
}
