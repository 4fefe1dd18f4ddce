/** A log-in brought a refresh token: it is sealed and kept, in the place of the one there was. */
import { monotonicFactory } from 'ulid';
import { recordAudit } from '../../audit/audit.store.ts';
import type { Work } from '../../db/database.ts';
import { sealKey } from '../key-envelope.adapter.ts';
import { claimsOfAccessToken } from './access-token-claims.ts';
import { nextLookMs, type GrantParts } from './grant-parts.ts';
import { withdrawLogInNotice } from './log-in-notice.service.ts';
import type { TokenClaims, TokenGrantUseCases } from './token-grant.ts';
import {
  beginRevocation,
  bindingOfGrant,
  insertGrant,
  removeGrant,
  replacedGrants,
  type GrantRow,
} from './token-grant.store.ts';

const sessionOf = (claims: string): unknown => (JSON.parse(claims) as TokenClaims)['sid'];

/**
 * The agent revokes it at the provider, in its own time: no log-in waits for that. Only where both tokens say that they are
 * of two sessions there: of one session, the new one might go with it. What is not revoked is forgotten all the same.
 */
function* giveUpReplaced({ account_id, issuer, claims, created_at_ms }: GrantRow): Work<void> {
  const session = sessionOf(claims);
  for (const old of yield* replacedGrants(account_id, issuer)) {
    const before = sessionOf(old.claims);
    const isOfAnother = session !== undefined && before !== undefined && before !== session;
    if (isOfAnother && old.sealed_key.length > 0) yield* beginRevocation(old.grant_id, created_at_ms);
    else yield* removeGrant(old.grant_id);
  }
}

export function createKeepTokenGrant(parts: GrantParts): TokenGrantUseCases['keep'] {
  const newGrantId = monotonicFactory();
  return async (accountId, { issuer, subject }, given, from) => {
    const atMs = parts.clock.nowMs();
    const identity = { grant_id: newGrantId(atMs), account_id: accountId, issuer, subject };
    const plain = Buffer.from(given.refreshToken);
    const sealed = sealKey(parts.keyEncryptionKeys, plain, bindingOfGrant(identity));
    plain.fill(0);
    const row = {
      ...identity,
      provider_id: given.providerId,
      scopes: given.scopes,
      status: 'live' as const,
      sealed_key: sealed.sealedKey,
      sealed_data_key: sealed.sealedDataKey,
      key_encryption_key_id: sealed.keyEncryptionKeyId,
      generation: 1,
      expires_at_ms: given.refreshExpiresAtMs,
      access_expires_at_ms: given.accessExpiresAtMs,
      claims: JSON.stringify(claimsOfAccessToken(given.accessToken)),
      created_at_ms: atMs,
      refreshed_at_ms: atMs,
      failures: 0,
      next_try_at_ms: nextLookMs(atMs, parts.random),
      leased_until_ms: 0,
    };
    await parts.database.write(function* () {
      yield* giveUpReplaced(row);
      yield* insertGrant(row);
      yield* withdrawLogInNotice(accountId, issuer, atMs);
      yield* recordAudit({
        atMs,
        action: 'store token grant',
        actorAccountId: accountId,
        actorGroup: '',
        targetAccountId: accountId,
        subjectDn: null,
        result: 'OK',
        from,
        details: { issuer, grant: row.grant_id },
      });
    });
  };
}
