/** SQL of token grants. Refresh tokens arrive and leave sealed. */
import { one, rows, run, type Work } from '../../db/database.ts';
import type { Binding, SealedKey } from '../key-envelope.adapter.ts';
import type { GrantStatus } from './token-grant.ts';

export interface GrantRow {
  readonly grant_id: string;
  readonly account_id: string;
  readonly provider_id: string;
  readonly issuer: string;
  readonly subject: string;
  readonly scopes: string;
  readonly status: GrantStatus;
  readonly sealed_key: Uint8Array;
  readonly sealed_data_key: Uint8Array;
  readonly key_encryption_key_id: string;
  readonly generation: number;
  readonly expires_at_ms: number | null;
  readonly access_expires_at_ms: number;
  readonly claims: string;
  readonly created_at_ms: number;
  readonly refreshed_at_ms: number;
  readonly failures: number;
  readonly next_try_at_ms: number;
  readonly leased_until_ms: number;
}

const columns = [
  'grant_id',
  'account_id',
  'provider_id',
  'issuer',
  'subject',
  'scopes',
  'status',
  'sealed_key',
  'sealed_data_key',
  'key_encryption_key_id',
  'generation',
  'expires_at_ms',
  'access_expires_at_ms',
  'claims',
  'created_at_ms',
  'refreshed_at_ms',
  'failures',
  'next_try_at_ms',
  'leased_until_ms',
] as const satisfies readonly (keyof GrantRow)[];

const places = columns.map((_, index) => `$${index + 1}`).join(', ');

export const bindingOfGrant = (
  row: Pick<GrantRow, 'grant_id' | 'account_id' | 'issuer' | 'subject'>,
): Binding => ({
  table: 'token_grants',
  id: row.grant_id,
  accountId: row.account_id,
  subjectDn: `${row.issuer} ${row.subject}`,
});

export const sealedTokenOf = (row: GrantRow): SealedKey => ({
  sealedKey: row.sealed_key,
  sealedDataKey: row.sealed_data_key,
  keyEncryptionKeyId: row.key_encryption_key_id,
});

export const insertGrant = (row: GrantRow): Work<void> =>
  run(
    `insert into token_grants (${columns.join(', ')}) values (${places})`,
    columns.map((column) => row[column]),
  );

/** Those that a new log-in replaces; what is being revoked stays. */
export const replacedGrants = (accountId: string, issuer: string): Work<readonly GrantRow[]> =>
  rows<GrantRow>(
    `select * from token_grants where account_id = $1 and issuer = $2 and status <> 'revoking'`,
    [accountId, issuer],
  );

export const removeGrant = (grantId: string): Work<void> =>
  run('delete from token_grants where grant_id = $1', [grantId]);

export const findGrant = (grantId: string): Work<GrantRow | undefined> =>
  one<GrantRow>('select * from token_grants where grant_id = $1', [grantId]);

export const grantsOf = (accountId: string): Work<readonly GrantRow[]> =>
  rows<GrantRow>('select * from token_grants where account_id = $1 order by issuer, created_at_ms', [
    accountId,
  ]);

export const allGrants = (): Work<readonly GrantRow[]> =>
  rows<GrantRow>('select * from token_grants order by account_id, issuer');

/** What the agent has to look at now. */
export const dueGrants = (status: GrantStatus, nowMs: number, limit: number): Work<readonly GrantRow[]> =>
  rows<GrantRow>(
    `select * from token_grants where status = $1 and next_try_at_ms <= $2
     order by next_try_at_ms, grant_id limit $3`,
    [status, nowMs, limit],
  );

/** The row for one process alone; nothing while another one has it, or while nothing is to be tried. */
export const leaseGrant = (
  grantId: string,
  status: GrantStatus,
  nowMs: number,
  untilMs: number,
): Work<GrantRow | undefined> =>
  one<GrantRow>(
    `update token_grants set leased_until_ms = $4 where grant_id = $1 and status = $2
       and leased_until_ms <= $3 and (failures = 0 or next_try_at_ms <= $3) returning *`,
    [grantId, status, nowMs, untilMs],
  );

export interface Refreshed {
  readonly sealed: SealedKey;
  readonly expiresAtMs: number | null;
  readonly accessExpiresAtMs: number;
  readonly scopes: string;
  readonly claims: string;
  readonly atMs: number;
}

/** Writes a new refresh token; answers with the status, or with nothing when the grant is not the same any more. */
export function* storeRefreshed(
  { grant_id, generation }: GrantRow,
  { sealed, expiresAtMs, accessExpiresAtMs, scopes, claims, atMs }: Refreshed,
): Work<GrantRow | undefined> {
  return yield* one<GrantRow>(
    `update token_grants set sealed_key = $3, sealed_data_key = $4, key_encryption_key_id = $5,
       expires_at_ms = $6, access_expires_at_ms = $7, scopes = $8, claims = $9, refreshed_at_ms = $10,
       generation = generation + 1, failures = 0, leased_until_ms = 0
     where grant_id = $1 and generation = $2 returning *`,
    [
      grant_id,
      generation,
      sealed.sealedKey,
      sealed.sealedDataKey,
      sealed.keyEncryptionKeyId,
      expiresAtMs,
      accessExpiresAtMs,
      scopes,
      claims,
      atMs,
    ],
  );
}

/** Gives the row back and says when to try again. */
export const putOff = (grantId: string, failures: number, nextTryAtMs: number): Work<void> =>
  run('update token_grants set failures = $2, next_try_at_ms = $3, leased_until_ms = 0 where grant_id = $1', [
    grantId,
    failures,
    nextTryAtMs,
  ]);

const nothing = new Uint8Array();

/** Forgets the token of one that the provider takes no more; false when it was replaced meanwhile. */
export function* endGrant({ grant_id, generation }: GrantRow, newestKeyId: string): Work<boolean> {
  const ended = yield* one(
    `update token_grants set status = 'needs-log-in', sealed_key = $3, sealed_data_key = $3,
       key_encryption_key_id = $4, leased_until_ms = 0, failures = 0
     where grant_id = $1 and generation = $2 and status = 'live' returning grant_id`,
    [grant_id, generation, nothing, newestKeyId],
  );
  return ended !== undefined;
}

/** From now on it is only there to be revoked. */
export const beginRevocation = (grantId: string, nowMs: number): Work<void> =>
  run(
    `update token_grants set status = 'revoking', failures = 0, next_try_at_ms = $2, refreshed_at_ms = $2
     where grant_id = $1`,
    [grantId, nowMs],
  );

// ---------------------------------------------------------------- keeping the store

export const grantsSealedOtherwise = (keyId: string, limit: number): Work<readonly GrantRow[]> =>
  rows<GrantRow>(
    `select * from token_grants where key_encryption_key_id <> $1 and length(sealed_data_key) > 0
     order by grant_id limit $2`,
    [keyId, limit],
  );

/** Nothing happens when there is a new token meanwhile. */
export const resealGrant = ({ grant_id, generation }: GrantRow, sealed: SealedKey): Work<void> =>
  run(
    `update token_grants set sealed_data_key = $3, key_encryption_key_id = $4
     where grant_id = $1 and generation = $2 and length(sealed_data_key) > 0`,
    [grant_id, generation, sealed.sealedDataKey, sealed.keyEncryptionKeyId],
  );

/** Those whose refresh token is over. */
export const expiredGrants = (nowMs: number, limit: number): Work<readonly GrantRow[]> =>
  rows<GrantRow>(
    `select * from token_grants where status = 'live' and expires_at_ms <= $1 order by grant_id limit $2`,
    [nowMs, limit],
  );
