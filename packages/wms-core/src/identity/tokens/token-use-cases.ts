/** What the faces may ask about logging in without a browser session: flows, tokens, keys. Types only. */
import type { GroupProperty } from '../group-properties.ts';
import type { CallOrigin, UserPrincipal } from '../principal.ts';
import type { GroupMembership } from '../../use-cases.ts';

export interface DeviceCodes {
  /** With its dash, as people read it. */
  readonly userCode: string;
  readonly deviceCode: string;
  readonly expiresInS: number;
}

/** Where the person who is asked is to be sent: the page finds the request by this handle. */
export interface CodeFlow {
  readonly handle: string;
}

export interface AskForDevice {
  readonly clientId: string;
  readonly scope: string;
  /** Address of the program that asks, shown to the person who decides. */
  readonly askedFrom: string;
}

export interface AskForCode extends AskForDevice {
  readonly redirectUri: string;
  readonly codeChallenge: string;
  readonly state: string;
}

/** What a person must know to decide whether a program may act for him. */
export interface AuthorizationRequest {
  readonly kind: 'device' | 'code';
  readonly clientId: string;
  readonly clientName: string;
  readonly askedFrom: string;
  readonly askedAtMs: number;
  readonly expiresAtMs: number;
  /** Where a code will be sent; null for a device. */
  readonly redirectUri: string | null;
  /** Groups of the person that the scope allows, the proposed one first. Empty = he is in none of them. */
  readonly choices: readonly GroupMembership[];
  /** Asked for beyond those of the group. */
  readonly extraProperties: readonly GroupProperty[];
}

export type Decision = { readonly approve: true; readonly group: string } | { readonly approve: false };

export type Grant =
  | { readonly kind: 'device'; readonly clientId: string; readonly deviceCode: string }
  | {
      readonly kind: 'code';
      readonly clientId: string;
      readonly code: string;
      readonly redirectUri: string;
      readonly codeVerifier: string;
    }
  | { readonly kind: 'refresh'; readonly clientId: string; readonly refreshToken: string };

export interface IssuedTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresInS: number;
}

/** A classic DIRAC server asks for one of its users. */
export interface LegacyAsk {
  /** As in the header, with its prefix. */
  readonly key: string;
  readonly userName: string;
  readonly scope: string;
  readonly lifetimeMinutes: number;
}

/** Whose a bearer token is, with the rights he has now. */
export interface TokenHolder {
  readonly principal: UserPrincipal;
  readonly jti: string;
  readonly clientId: string;
  readonly expiresAtMs: number;
}

export interface RefreshTokenRecord {
  readonly jti: string;
  readonly isRevoked: boolean;
  readonly scope: string;
  readonly subject: string;
}

/** Somebody's log-in elsewhere, as Token Manager shows it. */
export interface LivingToken {
  readonly jti: string;
  readonly userName: string;
  readonly clientName: string;
  readonly scope: string;
  readonly refreshExpiresAtMs: number;
  /** Of the access token handed out last; null once that is over. */
  readonly accessExpiresAtMs: number | null;
  /** Of that access token, without its id. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/** RFC 7662. */
export type Introspection =
  | { readonly active: false }
  | {
      readonly active: true;
      readonly kind: 'access' | 'refresh';
      readonly jti: string;
      readonly subject: string;
      readonly userName: string;
      readonly clientId: string;
      readonly scope: string;
      readonly expiresAtMs: number;
    };

/** A public JSON Web Key. */
export type PublicKey = Readonly<Record<string, unknown>> & { readonly kid: string };

export interface TokenUseCases {
  /** Scope words of this installation. */
  scopes(): readonly string[];
  /** Throws `input.invalid` for an unknown client or a scope that cannot be. */
  askForDevice(ask: AskForDevice): Promise<DeviceCodes>;
  askForCode(ask: AskForCode): Promise<CodeFlow>;
  /** By user code (as typed) or handle. Throws `not-found`, `code.expired`, `conflict` (decided already). */
  requestOf(handle: string, accountId: string, logInIssuer?: string): Promise<AuthorizationRequest>;
  /** Whether somebody may still decide; throws like `requestOf`. */
  checkPending(handle: string): Promise<void>;
  /** Answers with the address to send the browser to, for a code. Throws like `requestOf`, and `access.denied`. */
  decide(
    handle: string,
    accountId: string,
    decision: Decision,
    from?: CallOrigin,
  ): Promise<{ readonly redirectTo: string | null }>;
  /** Errors carry the OAuth word in `details.oauth`. Membership is checked now. */
  exchange(grant: Grant, from?: CallOrigin): Promise<IssuedTokens>;
  /** Throws `service.unavailable` when no key is configured, `access.unauthenticated`, `input.invalid`. */
  exchangeLegacy(ask: LegacyAsk, from?: CallOrigin): Promise<IssuedTokens>;
  /** Throws `access.unauthenticated`; `access.denied` when the holder is no member any more. */
  authenticate(accessToken: string): Promise<TokenHolder>;
  /** Own ones that are not revoked; with ProxyManagement all of the VO. */
  refreshTokens(principal: UserPrincipal): Promise<readonly RefreshTokenRecord[]>;
  /** Own ones of the VO that are still good; with ProxyManagement all of them. */
  livingTokens(principal: UserPrincipal): Promise<readonly LivingToken[]>;
  /** Throws `not-found`, `access.denied`. Idempotent. */
  removeRefreshToken(principal: UserPrincipal, jti: string): Promise<void>;
  /** RFC 7009: who holds a refresh token may end it. Unknown tokens are no fault. */
  revoke(clientId: string, token: string, from?: CallOrigin): Promise<void>;
  /** Own tokens, with ProxyManagement those of the VO; others are inactive. */
  introspect(principal: UserPrincipal, token: string): Promise<Introspection>;
  publicKeys(): Promise<readonly PublicKey[]>;
}
