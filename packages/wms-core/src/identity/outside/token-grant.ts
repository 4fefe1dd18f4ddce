/**
 * Token grants: refresh tokens that identity providers gave to people at log-in, kept for the time they are away. Types
 * of what the faces may ask, and of what is asked of the providers.
 */
import type { CallOrigin, UserPrincipal } from '../principal.ts';
import type { IdentityClaims } from '../../use-cases.ts';

/** What a token endpoint gave. */
export interface OutsideTokens {
  readonly accessToken: string;
  readonly accessExpiresAtMs: number;
  /** Undefined = the former one stays good. */
  readonly refreshToken: string | undefined;
  /** End of the refresh token; null when the provider does not tell. */
  readonly refreshExpiresAtMs: number | null;
  readonly scopes: string;
  /** Of the ID token that came along; empty without one. */
  readonly idClaims: TokenClaims;
}

export type TokenClaims = Readonly<Record<string, unknown>>;

/** What is kept of a log-in. */
export interface GivenGrant extends OutsideTokens {
  readonly providerId: string;
  readonly refreshToken: string;
}

/** An identity provider, asked for somebody who is away. All throw `service.unavailable` when it gives no answer to use. */
export interface OutsideProvider {
  /** Throws `access.unauthenticated` when the provider takes the token no more (`invalid_grant`). */
  refresh(refreshToken: string): Promise<OutsideTokens>;
  /** Who somebody is and in which groups, as at log-in; undefined: this one is believed nothing of that. */
  identityOf(
    tokens: Pick<OutsideTokens, 'accessToken' | 'idClaims'>,
    subject: string,
  ): Promise<IdentityClaims | undefined>;
  /** RFC 7009; one that is unknown there counts as revoked. */
  revoke(refreshToken: string): Promise<void>;
}

export interface OutsideProviders {
  /** Throws `not-found` for one that is not, or no more, configured. */
  get(providerId: string): OutsideProvider;
}

export const grantStatuses = ['live', 'needs-log-in', 'revoking'] as const;
export type GrantStatus = (typeof grantStatuses)[number];

export interface TokenGrant {
  readonly grantId: string;
  readonly userName: string;
  readonly providerId: string;
  readonly scopes: string;
  readonly status: GrantStatus;
  readonly accessExpiresAtMs: number;
  /** Null when the provider does not tell. */
  readonly refreshExpiresAtMs: number | null;
  readonly refreshedAtMs: number;
}

export interface TokenGrantUseCases {
  /** At log-in; takes the place of the grant there was. */
  keep(
    accountId: string,
    subject: Pick<IdentityClaims, 'issuer' | 'subject'>,
    given: GivenGrant,
    from?: CallOrigin,
  ): Promise<void>;
  /** Own ones; with ProxyManagement those of members of the VO. */
  list(principal: UserPrincipal): Promise<readonly TokenGrant[]>;
  /**
   * Claims of the last access token without its id; of others only those that name no other VO. Empty for an opaque
   * one. Throws `not-found`.
   */
  claims(principal: UserPrincipal, grantId: string): Promise<TokenClaims>;
  /**
   * Revokes it at the provider and forgets it; `pending` when the provider could not be reached: it is tried again.
   * Throws `not-found`.
   */
  remove(principal: UserPrincipal, grantId: string): Promise<'removed' | 'pending'>;
}
