/** Token Manager's rows: token grants of identity providers and refresh tokens of our own authorization server. */
import { WmsError, type Core, type LivingToken, type TokenGrant } from '@wm/wms-core/vocabulary';
import type { IdentityProviders } from '../auth/identity-providers.ts';
import type { HandlersOf } from '../http/handler.ts';
import { iso, isoOrNull } from './iso.ts';

type TokenManagerRoutes =
  'GET /bff/tokens' | 'GET /bff/tokens/:kind/:tokenId/claims' | 'DELETE /bff/tokens/:kind/:tokenId';

export interface TokenManagerDeps {
  readonly core: Pick<Core, 'tokens' | 'tokenGrants' | 'configuration'>;
  readonly identityProviders: Pick<IdentityProviders, 'nameOf'>;
}

export function tokenManagerRoutes({
  core,
  identityProviders,
}: TokenManagerDeps): HandlersOf<TokenManagerRoutes> {
  const installation = (): string => core.configuration.current().values.installation.name;

  const outside = (grant: TokenGrant) => ({
    kind: 'outside' as const,
    tokenId: grant.grantId,
    userName: grant.userName,
    provider: identityProviders.nameOf(grant.providerId),
    usedBy: installation(),
    scopes: grant.scopes,
    status: grant.status,
    accessExpiresAt: iso(grant.accessExpiresAtMs),
    refreshExpiresAt: isoOrNull(grant.refreshExpiresAtMs),
  });

  const issued = (token: LivingToken) => ({
    kind: 'issued' as const,
    tokenId: token.jti,
    userName: token.userName,
    provider: installation(),
    usedBy: token.clientName,
    scopes: token.scope,
    status: 'live' as const,
    accessExpiresAt: isoOrNull(token.accessExpiresAtMs),
    refreshExpiresAt: iso(token.refreshExpiresAtMs),
  });

  return {
    'GET /bff/tokens': async ({ principal }) => {
      const [grants, tokens] = await Promise.all([
        core.tokenGrants.list(principal),
        core.tokens.livingTokens(principal),
      ]);
      return { tokens: [...grants.map(outside), ...tokens.map(issued)] };
    },
    'GET /bff/tokens/:kind/:tokenId/claims': async ({ principal, params: { kind, tokenId } }) => {
      if (kind === 'outside') return { claims: { ...(await core.tokenGrants.claims(principal, tokenId)) } };
      const token = (await core.tokens.livingTokens(principal)).find(({ jti }) => jti === tokenId);
      if (token === undefined) throw new WmsError('not-found', 'There is no such token.');
      return { claims: { ...token.claims } };
    },
    'DELETE /bff/tokens/:kind/:tokenId': async ({ principal, params: { kind, tokenId } }) => {
      if (kind === 'outside') return { outcome: await core.tokenGrants.remove(principal, tokenId) };
      await core.tokens.removeRefreshToken(principal, tokenId);
      return { outcome: 'removed' };
    },
  };
}
