/** Rows of the audit log and what a verification says of them. Pure; how they hang together is `audit-chain.adapter.ts`. */

/** A row as it is stored; what the hash covers, in this order. */
export interface AuditRow {
  readonly audit_id: number;
  readonly at_ms: number;
  readonly action: string;
  readonly actor: string;
  readonly actor_group: string;
  readonly way: string | null;
  readonly address: string | null;
  readonly request_id: string | null;
  readonly target_account_id: string | null;
  readonly vo: string | null;
  readonly subject_dn: string | null;
  readonly result: string;
  readonly details: string;
}

export interface ChainedRow extends AuditRow {
  readonly previous_hash: string;
  readonly hash: string;
}

export const auditColumns = [
  'audit_id',
  'at_ms',
  'action',
  'actor',
  'actor_group',
  'way',
  'address',
  'request_id',
  'target_account_id',
  'vo',
  'subject_dn',
  'result',
  'details',
] as const satisfies readonly (keyof AuditRow)[];

export interface ChainVerdict {
  readonly rows: number;
  /** The first row that does not fit; undefined when all do. */
  readonly broken: { readonly auditId: number; readonly reason: string } | undefined;
  /** Where the next rows go on. */
  readonly head: ChainHead | undefined;
}

export interface ChainHead {
  readonly auditId: number;
  readonly hash: string;
}
