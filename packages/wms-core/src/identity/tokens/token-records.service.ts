/** Tokens that were handed out: seen, ended and looked into by their owners and by ProxyManagement of their VO. */
import { recordAudit } from '../../audit/audit.store.ts';
import type { Work } from '../../db/database.ts';
import { WmsError, isWmsError } from '../../kernel/wms-error.ts';
import { findAccount } from '../account.store.ts';
import { demandFreshLogIn } from '../fresh-log-in.ts';
import { hasProperty, type UserPrincipal } from '../principal.ts';
import { knownAccessToken, verifyWith } from './bearer.service.ts';
import { findClient } from './clients.ts';
import { oauthRefusal } from './oauth-refusal.ts';
import {
  findRefreshToken,
  findRefreshTokenById,
  livingTokensOf,
  livingTokensOfVo,
  refreshTokensOf,
  refreshTokensOfVo,
  revokeRefreshToken,
  type LivingTokenRow,
  type RefreshTokenRow,
} from './refresh-token.store.ts';
import { sha256 } from './secrets.adapter.ts';
import type { TokenParts } from './token-parts.ts';
import type { Introspection, LivingToken, TokenUseCases } from './token-use-cases.ts';

type RecordUseCases = Pick<
  TokenUseCases,
  'refreshTokens' | 'livingTokens' | 'removeRefreshToken' | 'revoke' | 'introspect'
>;

type Actor = Pick<UserPrincipal, 'accountId' | 'group' | 'from'>;

const isOwn = (principal: UserPrincipal, row: RefreshTokenRow): boolean =>
  row.vo === principal.vo && row.account_id === principal.accountId;

const maySee = (principal: UserPrincipal, row: RefreshTokenRow): boolean =>
  isOwn(principal, row) || (row.vo === principal.vo && hasProperty(principal, 'ProxyManagement'));

const shownToken = (
  { issuer, configuration }: Pick<TokenParts, 'issuer' | 'configuration'>,
  row: LivingTokenRow,
): LivingToken => ({
  jti: row.jti,
  userName: row.user_name,
  clientName: findClient(configuration.current().values, row.client_id)?.name ?? row.client_id,
  scope: row.scope,
  refreshExpiresAtMs: row.expires_at_ms,
  accessExpiresAtMs: row.access_expires_at_ms,
  claims: {
    iss: issuer,
    sub: `${row.vo}:${row.account_id}`,
    vo: row.vo,
    dirac_group: row.group_name,
    preferred_username: row.user_name,
    ...(row.access_expires_at_ms === null ? {} : { exp: Math.floor(row.access_expires_at_ms / 1000) }),
  },
});

export function createTokenRecords(parts: TokenParts): RecordUseCases {
  const { database, clock } = parts;
  const verify = verifyWith(parts);

  function* end(row: RefreshTokenRow, actor: Actor): Work<void> {
    const atMs = clock.nowMs();
    if (!(yield* revokeRefreshToken(row.jti, 'revoked', atMs))) return;
    yield* recordAudit({
      atMs,
      action: 'revoke token',
      actorAccountId: actor.accountId,
      actorGroup: actor.group,
      targetAccountId: row.account_id,
      subjectDn: null,
      result: 'OK',
      vo: row.vo,
      from: actor.from,
      details: { client: row.client_id, jti: row.jti },
    });
  }

  /** Undefined for everything that is not an access token of ours. */
  async function accessClaims(token: string) {
    try {
      return await verify(token);
    } catch (error) {
      if (isWmsError(error)) return undefined;
      throw error;
    }
  }

  function* describe(
    row: RefreshTokenRow,
    kind: 'access' | 'refresh',
    jti: string,
    expiresAtMs: number,
  ): Work<Introspection> {
    const account = yield* findAccount(row.account_id);
    return {
      active: true,
      kind,
      jti,
      subject: `${row.vo}:${row.account_id}`,
      userName: account?.user_name ?? '',
      clientId: row.client_id,
      scope: row.scope,
      expiresAtMs,
    };
  }

  return {
    async refreshTokens(principal) {
      const { accountId, vo } = principal;
      const isManager = hasProperty(principal, 'ProxyManagement');
      const found = await database.readHeavy(() =>
        isManager ? refreshTokensOfVo(vo) : refreshTokensOf(accountId, vo),
      );
      return found.map((row) => ({
        jti: row.jti,
        isRevoked: row.revoked_at_ms !== null,
        scope: row.scope,
        subject: `${row.vo}:${row.account_id}`,
      }));
    },

    async livingTokens(principal) {
      const { accountId, vo } = principal;
      const nowMs = clock.nowMs();
      const found = await database.readHeavy(() =>
        hasProperty(principal, 'ProxyManagement')
          ? livingTokensOfVo(vo, nowMs)
          : livingTokensOf(accountId, vo, nowMs),
      );
      return found.map((row) => shownToken(parts, row));
    },

    async removeRefreshToken(principal, jti) {
      await database.write(function* () {
        const row = yield* findRefreshTokenById(jti);
        // Tokens of other VOs do not exist here.
        if (row?.vo !== principal.vo)
          throw new WmsError('not-found', 'There is no refresh token of this id.');
        if (!maySee(principal, row))
          throw new WmsError('access.denied', 'This refresh token is not yours.', { jti });
        if (row.account_id !== principal.accountId) demandFreshLogIn(principal, clock.nowMs());
        yield* end(row, principal);
      });
    },

    async revoke(clientId, token, from) {
      if (findClient(parts.configuration.current().values, clientId) === undefined)
        throw oauthRefusal('invalid_client', 'Unrecognised client_id', 'access.unauthenticated');
      const tokenHash = sha256(token);
      await database.write(function* () {
        const row = yield* findRefreshToken(tokenHash);
        if (row?.client_id !== clientId) return;
        yield* end(row, { accountId: row.account_id, group: row.group_name, from });
      });
    },

    async introspect(principal, token) {
      const claims = await accessClaims(token);
      return database.read(function* () {
        const row = claims ? yield* knownAccessToken(claims) : yield* findRefreshToken(sha256(token));
        if (!row || !maySee(principal, row)) return { active: false };
        if (claims) return yield* describe(row, 'access', claims.jti, claims.exp * 1000);
        const isOver = row.revoked_at_ms !== null || clock.nowMs() >= row.expires_at_ms;
        return isOver ? { active: false } : yield* describe(row, 'refresh', row.jti, row.expires_at_ms);
      });
    },
  };
}
