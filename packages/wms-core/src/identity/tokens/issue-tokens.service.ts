/**
 * Makes tokens for somebody, inside the transaction of whoever decided that he gets them. Membership is checked here,
 * so no way to a token goes around it.
 */
import type { AuditAction } from '../../audit/audit-actions.ts';
import { recordAudit } from '../../audit/audit.store.ts';
import type { Work } from '../../db/database.ts';
import { knownIdentity } from '../account.service.ts';
import { membershipsOf } from '../memberships.ts';
import type { CallOrigin } from '../principal.ts';
import { signAccessToken, type AccessClaims } from './access-token.adapter.ts';
import { entitledProperties } from './entitlement.ts';
import { insertAccessToken, insertRefreshToken, type RefreshTokenRow } from './refresh-token.store.ts';
import { parseOpenScope, scopeText } from './scope.ts';
import { newId, randomSecret, sha256 } from './secrets.adapter.ts';
import { lives, type TokenParts } from './token-parts.ts';
import type { IssuedTokens } from './token-use-cases.ts';

/** Made before the transaction, which may be run again. */
export interface Fresh {
  readonly nowMs: number;
  readonly accessJti: string;
  readonly refreshJti: string;
  readonly refreshToken: string;
  /** For the audit log. */
  readonly from: CallOrigin | undefined;
}

type Holder = Pick<RefreshTokenRow, 'client_id' | 'account_id' | 'vo' | 'group_name' | 'scope'>;

export interface Issuer {
  /** Also makes sure that there is a key, before anything is stored. */
  begin(
    from: CallOrigin | undefined,
  ): Promise<{ readonly fresh: Fresh; readonly sign: (claims: AccessClaims) => Promise<string> }>;
  /** Throws `access.denied` when the holder may not have what the scope asks for. */
  issue(
    fresh: Fresh,
    holder: Holder,
    refresh: Pick<RefreshTokenRow, 'expires_at_ms' | 'rotates'>,
  ): Work<AccessClaims>;
  /** Another access token beside a refresh token that stays. */
  renew(fresh: Fresh, row: RefreshTokenRow): Work<AccessClaims>;
  audit(fresh: Fresh, holder: Holder, action: AuditAction, result?: string): Work<void>;
}

export const answerOf = (accessToken: string, refreshToken: string): IssuedTokens => ({
  accessToken,
  refreshToken,
  expiresInS: lives.accessTokenS,
});

export function createIssuer(parts: TokenParts): Issuer {
  const { clock, issuer, keys } = parts;
  const values = () => parts.configuration.current().values;

  /** `refreshJti`: what the access token belongs to, stored already. */
  function* accessToken(fresh: Fresh, holder: Holder, refreshJti: string): Work<AccessClaims> {
    const { vo, group_name: group, account_id: accountId, scope } = holder;
    const identity = yield* knownIdentity(parts, accountId);
    const userName = identity?.userName ?? accountId;
    const memberships = identity ? membershipsOf(values(), identity) : [];
    const { properties: asked } = parseOpenScope(scope, values().vos);
    const properties = entitledProperties(memberships, { vo, group, properties: asked }, userName);
    const exp = Math.floor(fresh.nowMs / 1000) + lives.accessTokenS;
    yield* insertAccessToken(fresh.accessJti, refreshJti, exp * 1000);
    return {
      jti: fresh.accessJti,
      sub: `${vo}:${accountId}`,
      iss: issuer,
      exp,
      vo,
      dirac_group: group,
      dirac_properties: [...properties],
      preferred_username: userName,
      dirac_policies: {},
    };
  }

  return {
    async begin(from) {
      const signer = await keys.signer();
      const nowMs = clock.nowMs();
      const refreshToken = randomSecret();
      return {
        fresh: { nowMs, accessJti: newId(nowMs), refreshJti: newId(nowMs), refreshToken, from },
        sign: (claims) => signAccessToken(claims, signer),
      };
    },

    *issue(fresh, holder, { expires_at_ms, rotates }) {
      const { vo, group_name: group, scope } = holder;
      const { properties } = parseOpenScope(scope, values().vos);
      yield* insertRefreshToken(
        {
          ...holder,
          jti: fresh.refreshJti,
          scope: scopeText(vo, group, properties),
          rotates,
          issued_at_ms: fresh.nowMs,
          expires_at_ms,
        },
        sha256(fresh.refreshToken),
      );
      return yield* accessToken(fresh, holder, fresh.refreshJti);
    },

    renew: (fresh, row) => accessToken(fresh, row, row.jti),

    audit: (
      fresh,
      { account_id: accountId, group_name: group, vo, client_id: client },
      action,
      result = 'OK',
    ) =>
      recordAudit({
        atMs: fresh.nowMs,
        action,
        actorAccountId: accountId,
        actorGroup: group,
        targetAccountId: accountId,
        subjectDn: null,
        result,
        vo,
        from: fresh.from,
        details: { client, jti: fresh.accessJti },
      }),
  };
}
