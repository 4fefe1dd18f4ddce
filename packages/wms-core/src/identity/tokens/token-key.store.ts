/** SQL of the keys that sign access tokens; private halves arrive and leave sealed. */
import { rows, run, type Work } from '../../db/database.ts';
import type { SealedKey } from '../key-envelope.adapter.ts';

export interface TokenKeyRow {
  readonly kid: string;
  readonly public_key: string;
  readonly sealed_key: Uint8Array;
  readonly sealed_data_key: Uint8Array;
  readonly key_encryption_key_id: string;
  readonly signs_from_ms: number;
}

export const allTokenKeys = (): Work<readonly TokenKeyRow[]> =>
  rows<TokenKeyRow>(
    `select kid, public_key, sealed_key, sealed_data_key, key_encryption_key_id, signs_from_ms
     from token_keys order by signs_from_ms desc, kid`,
  );

export const insertTokenKey = (
  key: { readonly kid: string; readonly publicKey: string; readonly signsFromMs: number },
  sealed: SealedKey,
  atMs: number,
): Work<void> =>
  run(
    `insert into token_keys (kid, public_key, sealed_key, sealed_data_key, key_encryption_key_id,
       created_at_ms, signs_from_ms) values ($1, $2, $3, $4, $5, $6, $7)`,
    [
      key.kid,
      key.publicKey,
      sealed.sealedKey,
      sealed.sealedDataKey,
      sealed.keyEncryptionKeyId,
      atMs,
      key.signsFromMs,
    ],
  );

export const resealTokenKey = (kid: string, sealed: SealedKey): Work<void> =>
  run('update token_keys set sealed_data_key = $2, key_encryption_key_id = $3 where kid = $1', [
    kid,
    sealed.sealedDataKey,
    sealed.keyEncryptionKeyId,
  ]);

export const sealedTokenKey = (row: TokenKeyRow): SealedKey => ({
  sealedKey: row.sealed_key,
  sealedDataKey: row.sealed_data_key,
  keyEncryptionKeyId: row.key_encryption_key_id,
});

export const removeTokenKey = (kid: string): Work<void> =>
  run('delete from token_keys where kid = $1', [kid]);
