/**
 * Whose an access token is. The signature says that we issued it, the row beside its refresh token that we still
 * know of it, and the memberships of this moment what its holder may do.
 */
import type { Work } from '../../db/database.ts';
import { WmsError } from '../../kernel/wms-error.ts';
import { knownIdentity } from '../account.service.ts';
import { membershipsOf } from '../memberships.ts';
import { verifyAccessToken, type AccessClaims } from './access-token.adapter.ts';
import { remainingProperties } from './entitlement.ts';
import { findByAccessToken, type RefreshTokenRow } from './refresh-token.store.ts';
import type { TokenParts } from './token-parts.ts';
import type { TokenUseCases } from './token-use-cases.ts';

/** The row of a token; undefined when it was never handed out, or was handed out to a thief. */
export function* knownAccessToken(claims: AccessClaims): Work<RefreshTokenRow | undefined> {
  const row = yield* findByAccessToken(claims.jti);
  if (row === undefined || row.revoked_because === 'reused') return undefined;
  const isSame = claims.sub === `${row.vo}:${row.account_id}` && claims.dirac_group === row.group_name;
  return isSame ? row : undefined;
}

export const verifyWith =
  ({ issuer, clock, keys }: TokenParts) =>
  (token: string): Promise<AccessClaims> =>
    verifyAccessToken(token, { issuer, nowMs: clock.nowMs(), keyOf: (kid) => keys.publicKey(kid) });

export function createBearer(parts: TokenParts): Pick<TokenUseCases, 'authenticate'> {
  const verify = verifyWith(parts);
  return {
    async authenticate(token) {
      const claims = await verify(token);
      return parts.database.read(function* () {
        const row = yield* knownAccessToken(claims);
        const identity = row && (yield* knownIdentity(parts, row.account_id));
        if (!row || !identity) throw new WmsError('access.unauthenticated', 'Invalid JWT');
        const { vo, group_name: group, account_id: accountId, client_id: clientId } = row;
        const memberships = membershipsOf(parts.configuration.current().values, identity);
        const given = { vo, group, properties: claims.dirac_properties };
        const properties = remainingProperties(memberships, given);
        return {
          principal: { kind: 'user', accountId, userName: identity.userName, vo, group, properties },
          jti: claims.jti,
          clientId,
          expiresAtMs: claims.exp * 1000,
        };
      });
    },
  };
}
