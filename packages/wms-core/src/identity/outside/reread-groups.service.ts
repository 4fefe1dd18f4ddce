/**
 * Asks an identity provider anew which groups somebody is in, with a refreshed token, so that his memberships go on
 * counting while his jobs wait and run; and end when they end there (credentials.md §2.4). A grant of a provider that
 * is believed nothing of groups is refreshed all the same: it shows whether it still lives.
 */
import { recordAudit } from '../../audit/audit.store.ts';
import { afterCommit } from '../../db/database.ts';
import { isWmsError } from '../../kernel/wms-error.ts';
import { recordGroups } from '../account.service.ts';
import { fqansOf } from '../account.store.ts';
import { logInGroups } from '../log-in-groups.ts';
import type { IdentityClaims } from '../../use-cases.ts';
import { nextLookMs, type GrantParts } from './grant-parts.ts';
import type { OutsideAccess } from './outside-access.service.ts';
import { findGrant, putOff, type GrantRow } from './token-grant.store.ts';

export type RereadGroups = (row: GrantRow) => Promise<void>;

export function createRereadGroups(parts: GrantParts, access: OutsideAccess): RereadGroups {
  const { database, clock, log } = parts;

  async function ask(row: GrantRow): Promise<IdentityClaims | undefined> {
    // Whatever happens here is written at the grant already.
    const tokens = await access.current(row.grant_id).catch((error: unknown) => {
      if (isWmsError(error) && error.code !== 'internal') return undefined;
      throw error;
    });
    if (tokens === undefined) return undefined;
    try {
      const claims = await parts.providers.get(row.provider_id).identityOf(tokens, row.subject);
      if (claims === undefined)
        await database.write(() => putOff(row.grant_id, 0, nextLookMs(clock.nowMs(), parts.random)));
      return claims;
    } catch (error) {
      await access.failed(row);
      if (isWmsError(error)) return undefined;
      throw error;
    }
  }

  return async (row) => {
    const claims = await ask(row);
    if (claims === undefined) return;
    const atMs = clock.nowMs();
    const { fqans } = logInGroups(parts.configuration.current().values.identity, claims);
    await database.write(function* () {
      // Deleted meanwhile: what was asked with it does not count.
      if ((yield* findGrant(row.grant_id))?.status !== 'live') return;
      const before = yield* fqansOf(row.account_id, 0);
      yield* recordGroups(row.account_id, claims, fqans, atMs);
      const after = yield* fqansOf(row.account_id, 0);
      yield* putOff(row.grant_id, 0, nextLookMs(atMs, parts.random));
      const gained = [...after].filter((fqan) => !before.has(fqan)).length;
      const lost = [...before].filter((fqan) => !after.has(fqan)).length;
      yield* recordAudit({
        atMs,
        action: 'refresh token grant',
        actorAccountId: row.account_id,
        actorGroup: '',
        targetAccountId: row.account_id,
        subjectDn: null,
        result: 'OK',
        details: { issuer: row.issuer, grant: row.grant_id, gained, lost },
      });
      if (gained + lost > 0) yield* afterCommit(() => parts.onGroupsChanged?.());
    });
    log.debug({ grantId: row.grant_id, fqans: fqans.length }, 'token-grant.groups-read');
  };
}
