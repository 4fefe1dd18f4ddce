/** SQL of delegation requests and stored proxies. Keys arrive and leave sealed. */
import { one, rows, run, type Work } from '../db/database.ts';
import type { ProxySource } from './issuing/proxy-provider.ts';
import type { SealedKey } from './key-envelope.adapter.ts';

export interface ProxyRequestRow {
  readonly request_id: string;
  readonly account_id: string;
  readonly session_hash: string;
  readonly public_key_digest: string;
  readonly sealed_key: Uint8Array | null;
  readonly sealed_data_key: Uint8Array | null;
  readonly key_encryption_key_id: string;
  readonly expires_at_ms: number;
  readonly used_at_ms: number | null;
}

export interface ProxyRow {
  readonly proxy_id: string;
  readonly account_id: string;
  readonly subject_key: string;
  readonly issuer_key: string;
  readonly subject_dn: string;
  readonly issuer_dn: string;
  readonly certificate_serial: string;
  readonly chain_pem: string;
  readonly valid_until_ms: number;
  readonly sealed_key: Uint8Array;
  readonly sealed_data_key: Uint8Array;
  readonly key_encryption_key_id: string;
  readonly created_at_ms: number;
  readonly last_used_at_ms: number | null;
  /** JSON list of the groups it serves; null = all of its owner. See `picked-groups.ts`. */
  readonly groups_picked: string | null;
  /** When its certificate was found to be revoked. */
  readonly revoked_at_ms: number | null;
  readonly source: ProxySource;
}

/** Of a stored proxy, without its secrets. */
export type ProxyCertificate = Pick<
  ProxyRow,
  'proxy_id' | 'account_id' | 'issuer_key' | 'certificate_serial' | 'subject_dn' | 'issuer_dn'
>;

export const sealedKeyOf = (row: ProxyRow): SealedKey => ({
  sealedKey: row.sealed_key,
  sealedDataKey: row.sealed_data_key,
  keyEncryptionKeyId: row.key_encryption_key_id,
});

// ---------------------------------------------------------------- requests

/** Counts up to `limit`. */
export function* countOpenRequests(accountId: string, nowMs: number, limit: number): Work<number> {
  const open = yield* rows(
    `select request_id from proxy_requests
     where account_id = $1 and expires_at_ms > $2 and used_at_ms is null limit $3`,
    [accountId, nowMs, limit],
  );
  return open.length;
}

export const insertRequest = (
  request: Omit<ProxyRequestRow, 'sealed_key' | 'sealed_data_key' | 'used_at_ms' | 'key_encryption_key_id'>,
  sealed: SealedKey,
): Work<void> =>
  run(
    `insert into proxy_requests (request_id, account_id, session_hash, public_key_digest, sealed_key,
       sealed_data_key, key_encryption_key_id, expires_at_ms) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      request.request_id,
      request.account_id,
      request.session_hash,
      request.public_key_digest,
      sealed.sealedKey,
      sealed.sealedDataKey,
      sealed.keyEncryptionKeyId,
      request.expires_at_ms,
    ],
  );

/** Only the session that asked finds it. */
export const findRequest = (
  requestId: string,
  accountId: string,
  sessionHash: string,
): Work<ProxyRequestRow | undefined> =>
  one<ProxyRequestRow>(
    'select * from proxy_requests where request_id = $1 and account_id = $2 and session_hash = $3',
    [requestId, accountId, sessionHash],
  );

/** Marks it used and forgets its key; false when somebody else was first. */
export function* useRequest(requestId: string, atMs: number): Work<boolean> {
  const row = yield* one<{ request_id: string }>(
    `update proxy_requests set used_at_ms = $2, sealed_key = null, sealed_data_key = null
     where request_id = $1 and used_at_ms is null returning request_id`,
    [requestId, atMs],
  );
  return row !== undefined;
}

export const pruneRequests = (expiredBeforeMs: number): Work<void> =>
  run('delete from proxy_requests where expires_at_ms < $1', [expiredBeforeMs]);

// ---------------------------------------------------------------- proxies

export const findProxyOfName = (subjectKey: string, issuerKey: string): Work<ProxyRow | undefined> =>
  one<ProxyRow>('select * from proxies where subject_key = $1 and issuer_key = $2', [subjectKey, issuerKey]);

export const findProxy = (proxyId: string): Work<ProxyRow | undefined> =>
  one<ProxyRow>('select * from proxies where proxy_id = $1', [proxyId]);

/** The longest-lived first. */
export const proxiesOf = (accountId: string): Work<readonly ProxyRow[]> =>
  rows<ProxyRow>('select * from proxies where account_id = $1 order by valid_until_ms desc', [accountId]);

export const allProxies = (): Work<readonly ProxyRow[]> =>
  rows<ProxyRow>('select * from proxies order by valid_until_ms');

/** Those whose certificate may yet be found revoked. */
export const unblockedProxies = (): Work<readonly ProxyCertificate[]> =>
  rows<ProxyCertificate>(
    `select proxy_id, account_id, issuer_key, certificate_serial, subject_dn, issuer_dn from proxies
     where revoked_at_ms is null order by proxy_id`,
  );

/** False when it is blocked already, or gone. */
export function* blockProxy(proxyId: string, atMs: number): Work<boolean> {
  const row = yield* one(
    'update proxies set revoked_at_ms = $2 where proxy_id = $1 and revoked_at_ms is null returning proxy_id',
    [proxyId, atMs],
  );
  return row !== undefined;
}

/** Living or over, but not blocked; what ends first comes first. */
export const proxiesFrom = (source: ProxySource): Work<readonly ProxyRow[]> =>
  rows<ProxyRow>(
    'select * from proxies where source = $1 and revoked_at_ms is null order by valid_until_ms, proxy_id',
    [source],
  );

/** One clean proxy per (subject, issuer): replaces the one there was. */
export function* storeProxy(proxy: ProxyRow): Work<void> {
  yield* run('delete from proxies where subject_key = $1 and issuer_key = $2', [
    proxy.subject_key,
    proxy.issuer_key,
  ]);
  yield* run(
    `insert into proxies (proxy_id, account_id, subject_key, issuer_key, subject_dn, issuer_dn,
       certificate_serial, chain_pem, valid_until_ms, sealed_key, sealed_data_key, key_encryption_key_id,
       created_at_ms, last_used_at_ms, groups_picked, source)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)`,
    [
      proxy.proxy_id,
      proxy.account_id,
      proxy.subject_key,
      proxy.issuer_key,
      proxy.subject_dn,
      proxy.issuer_dn,
      proxy.certificate_serial,
      proxy.chain_pem,
      proxy.valid_until_ms,
      proxy.sealed_key,
      proxy.sealed_data_key,
      proxy.key_encryption_key_id,
      proxy.created_at_ms,
      proxy.last_used_at_ms,
      proxy.groups_picked,
      proxy.source,
    ],
  );
}

export const removeProxy = (proxyId: string): Work<void> =>
  run('delete from proxies where proxy_id = $1', [proxyId]);

export const changePick = (proxyId: string, groupsPicked: string | null): Work<void> =>
  run('update proxies set groups_picked = $2 where proxy_id = $1', [proxyId, groupsPicked]);

export const touchProxy = (proxyId: string, atMs: number): Work<void> =>
  run('update proxies set last_used_at_ms = $2 where proxy_id = $1', [proxyId, atMs]);

// ---------------------------------------------------------------- keeping the store

/** Living proxies that another key-encryption key than this one seals. */
export const proxiesSealedOtherwise = (
  keyId: string,
  nowMs: number,
  limit: number,
): Work<readonly ProxyRow[]> =>
  rows<ProxyRow>(
    `select * from proxies where key_encryption_key_id <> $1 and valid_until_ms > $2
     order by proxy_id limit $3`,
    [keyId, nowMs, limit],
  );

/** Nothing happens when the proxy was replaced meanwhile. */
export const resealProxy = (proxyId: string, sealed: SealedKey, formerKeyId: string): Work<void> =>
  run(
    `update proxies set sealed_data_key = $2, key_encryption_key_id = $3
     where proxy_id = $1 and key_encryption_key_id = $4`,
    [proxyId, sealed.sealedDataKey, sealed.keyEncryptionKeyId, formerKeyId],
  );

/** Forgets the keys of proxies that are over; what they were stays readable. Answers how many. */
export function* wipeExpiredKeys(nowMs: number, newestKeyId: string): Work<number> {
  const nothing = new Uint8Array();
  const wiped = yield* rows<{ proxy_id: string }>(
    `update proxies set sealed_key = $2, sealed_data_key = $2, key_encryption_key_id = $3
     where valid_until_ms <= $1 and length(sealed_data_key) > 0 returning proxy_id`,
    [nowMs, nothing, newestKeyId],
  );
  return wiped.length;
}

export const removeExpiredBefore = (overBeforeMs: number): Work<void> =>
  run('delete from proxies where valid_until_ms < $1', [overBeforeMs]);
