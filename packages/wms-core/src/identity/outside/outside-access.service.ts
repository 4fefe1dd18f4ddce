/**
 * Access tokens of identity providers, for use on behalf of people who are away (credentials.md §9.2). They live in
 * memory only. A grant is refreshed by one caller at a time, in all processes: two with one refresh token look like
 * theft to a provider that rotates them, and cost the grant. The new refresh token is written before the access token
 * is used.
 */
import { setTimeout as pause } from 'node:timers/promises';
import { recordAudit } from '../../audit/audit.store.ts';
import { WmsError, isWmsError } from '../../kernel/wms-error.ts';
import { openKey, sealKey } from '../key-envelope.adapter.ts';
import { claimsOfAccessToken } from './access-token-claims.ts';
import { backOffMs, grantTimes, renewAtMs, type GrantParts } from './grant-parts.ts';
import { putLogInNotice } from './log-in-notice.service.ts';
import type { OutsideTokens } from './token-grant.ts';
import {
  bindingOfGrant,
  endGrant,
  findGrant,
  leaseGrant,
  putOff,
  sealedTokenOf,
  storeRefreshed,
  type GrantRow,
} from './token-grant.store.ts';

export type CurrentTokens = Pick<OutsideTokens, 'accessToken' | 'idClaims'>;

interface KeptTokens extends CurrentTokens {
  readonly renewAtMs: number;
}

export interface OutsideAccess {
  /**
   * Throws `not-found` for a grant that is gone, `access.unauthenticated` when its owner has to log in again,
   * `service.unavailable` while the provider gives no answer. `refused`: an access token that somebody took no more;
   * this one is not given again.
   */
  current(grantId: string, refused?: string): Promise<CurrentTokens>;
  /** The provider failed for this grant: nothing is tried for a while. */
  failed(row: GrantRow): Promise<void>;
  /** Logged in no more: forgets the token and tells its owner. */
  ended(row: GrantRow): Promise<void>;
}

/** A process waits so long for another one that refreshes. */
const waitMs = 30_000;
const lookEveryMs = 100;

const gone = (): WmsError => new WmsError('not-found', 'There is no such token.');

/** The refresh token in clear, as short as possible. */
export async function withRefreshToken<T>(
  { keyEncryptionKeys }: Pick<GrantParts, 'keyEncryptionKeys'>,
  row: GrantRow,
  use: (refreshToken: string) => Promise<T>,
): Promise<T> {
  const bytes = openKey(keyEncryptionKeys, sealedTokenOf(row), bindingOfGrant(row));
  try {
    return await use(bytes.toString('utf8'));
  } finally {
    bytes.fill(0);
  }
}

export function createOutsideAccess(parts: GrantParts): OutsideAccess {
  const { database, clock, log, keyEncryptionKeys } = parts;
  const kept = new Map<string, KeptTokens>();
  const underWay = new Map<string, Promise<CurrentTokens>>();

  function demandLive(row: GrantRow | undefined): GrantRow {
    if (row === undefined || row.status === 'revoking') throw gone();
    if (row.status === 'needs-log-in')
      throw new WmsError(
        'access.unauthenticated',
        'The identity provider takes the kept refresh token no more. Its owner has to log in again.',
      );
    if (row.failures > 0 && row.next_try_at_ms > clock.nowMs())
      throw new WmsError(
        'service.unavailable',
        'The identity provider did not answer; it is tried again later.',
        { triedAgainAtMs: row.next_try_at_ms },
      );
    return row;
  }

  async function lease(grantId: string): Promise<GrantRow> {
    for (let waitedMs = 0; waitedMs <= waitMs; waitedMs += lookEveryMs) {
      const nowMs = clock.nowMs();
      const untilMs = nowMs + grantTimes.leaseMs;
      const leased = await database.write(() => leaseGrant(grantId, 'live', nowMs, untilMs));
      if (leased !== undefined) return leased;
      demandLive(await database.read(() => findGrant(grantId)));
      await pause(lookEveryMs);
    }
    throw new WmsError('service.unavailable', 'Another process is still refreshing this token.');
  }

  async function ask(row: GrantRow): Promise<OutsideTokens> {
    try {
      const provider = parts.providers.get(row.provider_id);
      return await withRefreshToken(parts, row, (token) => provider.refresh(token));
    } catch (error) {
      if (isWmsError(error) && error.code === 'access.unauthenticated') await ended(row);
      else await failed(row);
      throw error;
    }
  }

  /** Written before anybody gets the access token: a crash in between would cost the grant. */
  async function write(row: GrantRow, tokens: OutsideTokens): Promise<void> {
    const { refreshToken, accessToken } = tokens;
    const plain = refreshToken === undefined ? undefined : Buffer.from(refreshToken);
    const sealed = plain ? sealKey(keyEncryptionKeys, plain, bindingOfGrant(row)) : sealedTokenOf(row);
    plain?.fill(0);
    const stored = await database.write(() =>
      storeRefreshed(row, {
        sealed,
        expiresAtMs: tokens.refreshExpiresAtMs ?? (plain ? null : row.expires_at_ms),
        accessExpiresAtMs: tokens.accessExpiresAtMs,
        scopes: tokens.scopes || row.scopes,
        claims: JSON.stringify(claimsOfAccessToken(accessToken)),
        atMs: clock.nowMs(),
      }),
    );
    // Deleted or replaced by a new log-in meanwhile.
    demandLive(stored);
  }

  async function refresh(grantId: string): Promise<CurrentTokens> {
    const row = await lease(grantId);
    const tokens = await ask(row);
    await write(row, tokens);
    const { accessToken, idClaims, accessExpiresAtMs } = tokens;
    const atMs = renewAtMs(clock.nowMs(), accessExpiresAtMs, parts.random);
    kept.set(grantId, { accessToken, idClaims, renewAtMs: atMs });
    return { accessToken, idClaims };
  }

  async function failed(row: GrantRow): Promise<void> {
    const failures = row.failures + 1;
    const nextTryAtMs = clock.nowMs() + backOffMs(failures);
    await database.write(() => putOff(row.grant_id, failures, nextTryAtMs));
    log.warn({ grantId: row.grant_id, provider: row.provider_id, failures }, 'token-grant.put-off');
  }

  async function ended(row: GrantRow): Promise<void> {
    const nowMs = clock.nowMs();
    kept.delete(row.grant_id);
    const newestKeyId = keyEncryptionKeys[0]?.id ?? '';
    const { proxyProvider } = parts.configuration.current().values.identity;
    const isEnded = await database.write(function* () {
      if (!(yield* endGrant(row, newestKeyId))) return false;
      yield* putLogInNotice(row, proxyProvider, nowMs);
      yield* recordAudit({
        atMs: nowMs,
        action: 'lose token grant',
        actorAccountId: row.account_id,
        actorGroup: '',
        targetAccountId: row.account_id,
        subjectDn: null,
        result: 'access.unauthenticated',
        details: { issuer: row.issuer, grant: row.grant_id },
      });
      return true;
    });
    if (isEnded) log.info({ grantId: row.grant_id, accountId: row.account_id }, 'token-grant.ended');
  }

  return {
    failed,
    ended,
    async current(grantId, refused) {
      demandLive(await database.read(() => findGrant(grantId)));
      const known = kept.get(grantId);
      if (known !== undefined && known.accessToken !== refused && clock.nowMs() < known.renewAtMs)
        return known;
      kept.delete(grantId);
      const running = underWay.get(grantId);
      if (running !== undefined) return running;
      const started = refresh(grantId).finally(() => underWay.delete(grantId));
      underWay.set(grantId, started);
      return started;
    },
  };
}
