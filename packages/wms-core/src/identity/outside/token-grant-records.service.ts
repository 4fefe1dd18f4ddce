/** Token grants as their owners, and ProxyManagement of their VOs, see and delete them. */
import { recordAudit } from '../../audit/audit.store.ts';
import type { Work } from '../../db/database.ts';
import { WmsError } from '../../kernel/wms-error.ts';
import { knownIdentity } from '../account.service.ts';
import { demandFreshLogIn } from '../fresh-log-in.ts';
import { membershipsOf } from '../memberships.ts';
import { hasProperty, type UserPrincipal } from '../principal.ts';
import { claimsForManagers } from './access-token-claims.ts';
import type { GrantParts } from './grant-parts.ts';
import type { RevokeGrant } from './revoke-token-grant.service.ts';
import type { TokenClaims, TokenGrant, TokenGrantUseCases } from './token-grant.ts';
import { allGrants, beginRevocation, findGrant, grantsOf, type GrantRow } from './token-grant.store.ts';

type RecordUseCases = Pick<TokenGrantUseCases, 'list' | 'claims' | 'remove'>;

/** Nobody asked for its end: a log-in brought another one, and it waits to be revoked. */
const isReplaced = ({ status, account_id, issuer }: GrantRow, all: readonly GrantRow[]): boolean =>
  status === 'revoking' &&
  all.some((row) => row.account_id === account_id && row.issuer === issuer && row.status !== 'revoking');

export function createTokenGrantRecords(parts: GrantParts, revoke: RevokeGrant): RecordUseCases {
  const { database, clock, log } = parts;

  /** Undefined for whom it does not exist. A manager sees those of people in groups of his VO. */
  function* describe(row: GrantRow, principal: UserPrincipal): Work<TokenGrant | undefined> {
    const isOwn = row.account_id === principal.accountId;
    if (!isOwn && !hasProperty(principal, 'ProxyManagement')) return undefined;
    const identity = yield* knownIdentity(parts, row.account_id);
    if (!identity) return undefined;
    const memberships = membershipsOf(parts.configuration.current().values, identity);
    if (!isOwn && !memberships.some(({ vo }) => vo === principal.vo)) return undefined;
    return {
      grantId: row.grant_id,
      userName: identity.userName,
      providerId: row.provider_id,
      scopes: row.scopes,
      status: row.status,
      accessExpiresAtMs: row.access_expires_at_ms,
      refreshExpiresAtMs: row.expires_at_ms,
      refreshedAtMs: row.refreshed_at_ms,
    };
  }

  function* seen(principal: UserPrincipal, grantId: string): Work<GrantRow> {
    const row = yield* findGrant(grantId);
    if (row && (yield* describe(row, principal))) return row;
    throw new WmsError('not-found', 'There is no such token.');
  }

  return {
    list: (principal) =>
      database.readHeavy(function* () {
        const found: TokenGrant[] = [];
        const isManager = hasProperty(principal, 'ProxyManagement');
        const rows = yield* isManager ? allGrants() : grantsOf(principal.accountId);
        for (const row of rows) {
          const grant = isReplaced(row, rows) ? undefined : yield* describe(row, principal);
          if (grant) found.push(grant);
        }
        return found;
      }),

    claims: (principal, grantId) =>
      database.read(function* () {
        const row = yield* seen(principal, grantId);
        const claims = JSON.parse(row.claims) as TokenClaims;
        return row.account_id === principal.accountId ? claims : claimsForManagers(claims);
      }),

    async remove(principal, grantId) {
      await database.write(function* () {
        const row = yield* seen(principal, grantId);
        if (row.account_id !== principal.accountId) demandFreshLogIn(principal, clock.nowMs());
        if (row.status === 'revoking') return;
        yield* beginRevocation(grantId, clock.nowMs());
        yield* recordAudit({
          atMs: clock.nowMs(),
          action: 'revoke token grant',
          actorAccountId: principal.accountId,
          actorGroup: principal.group,
          targetAccountId: row.account_id,
          subjectDn: null,
          result: 'OK',
          vo: principal.vo,
          from: principal.from,
          details: { issuer: row.issuer, grant: grantId },
        });
      });
      const outcome = await revoke(grantId);
      log.info({ accountId: principal.accountId, grantId, outcome }, 'token-grant.deleted');
      return outcome;
    },
  };
}
