/** The end of a deleted token grant: revoked at its provider (RFC 7009), then forgotten. Tried again while that fails. */
import { isWmsError } from '../../kernel/wms-error.ts';
import { grantTimes, type GrantParts } from './grant-parts.ts';
import { withRefreshToken, type OutsideAccess } from './outside-access.service.ts';
import { leaseGrant, removeGrant, type GrantRow } from './token-grant.store.ts';

export type RevokeGrant = (grantId: string) => Promise<'removed' | 'pending'>;

export function createRevokeGrant(parts: GrantParts, { failed }: Pick<OutsideAccess, 'failed'>): RevokeGrant {
  const { database, clock, log } = parts;

  async function tell(row: GrantRow): Promise<void> {
    if (row.sealed_key.length === 0) return;
    const provider = parts.providers.get(row.provider_id);
    await withRefreshToken(parts, row, (token) => provider.revoke(token));
  }

  return async (grantId) => {
    const nowMs = clock.nowMs();
    const untilMs = nowMs + grantTimes.leaseMs;
    // One that is being refreshed now is left to the agent: the token is another one in a moment.
    const row = await database.write(() => leaseGrant(grantId, 'revoking', nowMs, untilMs));
    if (row === undefined) return 'pending';
    try {
      await tell(row);
    } catch (error) {
      // `refreshed_at_ms` is when it was deleted.
      if (nowMs - row.refreshed_at_ms < grantTimes.revocationMs) {
        await failed(row);
        return 'pending';
      }
      const code = isWmsError(error) ? error.code : 'internal';
      log.warn({ grantId, provider: row.provider_id, code }, 'token-grant.never-revoked');
    }
    await database.write(() => removeGrant(grantId));
    return 'removed';
  };
}
