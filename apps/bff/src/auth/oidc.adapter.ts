/**
 * Log-in at an OpenID provider such as Check-in: authorization code with PKCE, state, nonce and a UserInfo
 * call (credentials.md §3.2), what is asked of it later with a refresh token (§9.2), and log-out from both sides. Keeps
 * no token: the core keeps refresh tokens where `offline_access` is configured, and of a log-in the ID token names the
 * session at its end.
 */
import { createRemoteJWKSet, type JWTVerifyGetKey } from 'jose';
import * as oidc from 'openid-client';
import {
  WmsError,
  type GivenGrant,
  type IdentityClaims,
  type OutsideProvider,
} from '@wm/wms-core/vocabulary';
import type { OidcSettings } from '../settings.ts';
import { readLogOutToken, type LogOutToken } from './log-out-token.adapter.ts';
import { readTokens } from './outside-tokens.ts';
import type { PendingLogin, ProviderSession } from './session.ts';

export interface CompletedLogIn {
  readonly claims: IdentityClaims;
  /** Undefined when the provider gave no refresh token, or none is wanted. */
  readonly grant: GivenGrant | undefined;
  readonly atProvider: Omit<ProviderSession, 'sealedIdToken'> & { readonly idToken: string };
}

export interface IdentityProvider extends OutsideProvider {
  /** Issuer under which its log-ins are linked to accounts. */
  readonly linkedAs: string;
  /**
   * Where to send the browser. With `linkTo` the provider asks who it is even when it knows the browser. Throws
   * `service.unavailable` when the issuer does not answer.
   */
  begin(
    returnTo: string,
    nowMs: number,
    linkTo?: string,
  ): Promise<{ readonly url: string; readonly pending: PendingLogin }>;
  /** `callback`: path and query the browser came back with. Throws `access.unauthenticated`. */
  complete(callback: string, pending: PendingLogin): Promise<CompletedLogIn>;
  /**
   * Where to send the browser to end its session there too; undefined when that is not offered. Throws
   * `service.unavailable`.
   */
  endSessionUrl(idToken: string | undefined): Promise<string | undefined>;
  /** Throws `input.invalid` for what is not the provider's word, `service.unavailable`. */
  readLogOutToken(token: string, nowMs: number): Promise<LogOutToken>;
}

export interface IdentityProviderOptions extends OidcSettings {
  readonly id: string;
  readonly kind: ProviderKind;
  readonly publicOrigin: string;
  /** For a stand-in on loopback, which has no https. */
  readonly allowHttp: boolean;
  /** Ask who is logging in even when the provider still knows the browser. */
  readonly alwaysAsk: boolean;
  /** Ask for a refresh token and keep what is given. */
  readonly offlineAccess: boolean;
  /** In the place of the scopes of its kind. */
  readonly scopes?: readonly string[];
  /** How it is told the client secret; default in a header. Master Portals of old want it in the form. */
  readonly secretIn?: 'header' | 'form';
  /** That of the machine when not given. */
  readonly nowMs?: () => number;
  /** Whether certificates that it says are somebody's become his (`cert_entitlement`). */
  readonly vouchesForCertificates?: boolean;
  /** How long the provider may take for one answer; default 10. */
  readonly timeoutS?: number;
  /** Issuer under which accounts are linked; the stand-in's own one changes with the port. */
  readonly linkedAs: string;
}

/** What is asked for; a provider leaves out what it does not know. */
const scopes = {
  checkin: 'openid profile email voperson_id eduperson_entitlement eduperson_assurance',
  wlcg: 'openid profile email wlcg.groups eduperson_assurance',
} as const;

export type ProviderKind = keyof typeof scopes;

const scopesOf = (options: IdentityProviderOptions): readonly string[] =>
  options.scopes ?? [
    scopes[options.kind],
    ...(options.offlineAccess ? ['offline_access'] : []),
    ...(options.vouchesForCertificates === true ? ['cert_entitlement'] : []),
  ];

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' && value.length <= 1024 ? value : undefined;

const maxCertificates = 20;

/** The claim as Check-in has it: `[{ cert_subject_dn, cert_iss, … }]`. */
function certificatesOf(claimed: unknown): NonNullable<IdentityClaims['certificates']> {
  const list: readonly unknown[] = Array.isArray(claimed) ? claimed : [];
  return list
    .flatMap((one) => {
      if (typeof one !== 'object' || one === null) return [];
      const { cert_subject_dn, cert_iss } = one as Readonly<Record<string, unknown>>;
      const [subjectDn, issuerDn] = [textOf(cert_subject_dn), textOf(cert_iss)];
      return subjectDn !== undefined && issuerDn !== undefined ? [{ subjectDn, issuerDn }] : [];
    })
    .slice(0, maxCertificates);
}

/** Junk from a provider is left out rather than believed. */
export function claimsOf(
  issuer: string,
  subject: string,
  given: Readonly<Record<string, unknown>>,
  vouchesForCertificates = false,
): IdentityClaims {
  const listOf = (claim: string): string[] => {
    const listed = given[claim];
    const values: readonly unknown[] = Array.isArray(listed) ? listed : [listed];
    return values
      .map(textOf)
      .filter((one) => one !== undefined)
      .slice(0, 1000);
  };
  return {
    issuer,
    subject,
    voPersonId: textOf(given['voperson_id']),
    name: textOf(given['name']),
    preferredUserName: textOf(given['preferred_username']),
    email: given['email_verified'] === false ? undefined : textOf(given['email']),
    entitlements: listOf('eduperson_entitlement'),
    groups: listOf('wlcg.groups'),
    assurance: listOf('eduperson_assurance'),
    ...(vouchesForCertificates ? { certificates: certificatesOf(given['cert_entitlement']) } : {}),
  };
}

/** What went wrong, for a person. Never the provider's whole answer: it may hold a code or a token. */
function refusal(error: unknown): WmsError {
  if (error instanceof oidc.AuthorizationResponseError)
    return new WmsError(
      'access.unauthenticated',
      error.error === 'access_denied'
        ? 'The log-in was cancelled at the identity provider.'
        : `The identity provider refused the log-in (${error.error}).`,
    );
  const cause = { cause: error };
  if (error instanceof oidc.ClientError || error instanceof oidc.ResponseBodyError)
    return new WmsError(
      'access.unauthenticated',
      'The answer of the identity provider does not belong to this log-in. Please log in again.',
      {},
      cause,
    );
  return new WmsError('service.unavailable', 'The identity provider does not answer.', {}, cause);
}

const unusable = (cause: unknown): WmsError =>
  new WmsError('service.unavailable', 'The identity provider gave no answer to use.', {}, { cause });

const refreshRefusal = (error: unknown): WmsError =>
  error instanceof oidc.ResponseBodyError && error.error === 'invalid_grant'
    ? new WmsError('access.unauthenticated', 'The identity provider takes the refresh token no more.')
    : unusable(error);

export function createIdentityProvider(options: IdentityProviderOptions): IdentityProvider {
  const { issuer, clientId, clientSecret, publicOrigin, nowMs = Date.now } = options;
  const redirectUri = `${publicOrigin}/bff/callback`;
  const clientAuthentication = options.secretIn === 'form' ? oidc.ClientSecretPost : oidc.ClientSecretBasic;
  let discovered: Promise<oidc.Configuration> | undefined;
  let keys: JWTVerifyGetKey | undefined;

  function keysOf(client: oidc.Configuration): JWTVerifyGetKey {
    if (keys !== undefined) return keys;
    const address = new URL(client.serverMetadata().jwks_uri ?? '', issuer);
    if (address.protocol !== 'https:' && !options.allowHttp)
      throw new WmsError('service.unavailable', 'The keys of the identity provider are not behind https.');
    keys = createRemoteJWKSet(address);
    return keys;
  }

  // Discovery waits for the first log-in, so that the server starts while the provider is away, and is asked
  // again after a failure.
  function configuration(): Promise<oidc.Configuration> {
    discovered ??= oidc
      .discovery(new URL(issuer), clientId, undefined, clientAuthentication(clientSecret), {
        timeout: options.timeoutS ?? 10,
        execute: options.allowHttp ? [oidc.allowInsecureRequests] : [],
      })
      .catch((cause: unknown) => {
        discovered = undefined;
        throw new WmsError(
          'service.unavailable',
          'The identity provider does not answer; please try again in a few minutes.',
          {},
          { cause },
        );
      });
    return discovered;
  }

  /** UserInfo must speak of the subject; what it leaves out may stand in the ID token. */
  async function ask(
    client: oidc.Configuration,
    { accessToken, idClaims }: Parameters<OutsideProvider['identityOf']>[0],
    subject: string,
  ): Promise<IdentityClaims> {
    const userInfo = await oidc.fetchUserInfo(client, accessToken, subject);
    const given = { ...idClaims, ...userInfo };
    return claimsOf(options.linkedAs, subject, given, options.vouchesForCertificates);
  }

  return {
    linkedAs: options.linkedAs,

    async begin(returnTo, beganAtMs, linkTo) {
      const client = await configuration();
      const pending: PendingLogin = {
        state: oidc.randomState(),
        nonce: oidc.randomNonce(),
        codeVerifier: oidc.randomPKCECodeVerifier(),
        returnTo,
        providerId: options.id,
        beganAtMs,
        linkTo,
      };
      const url = oidc.buildAuthorizationUrl(client, {
        redirect_uri: redirectUri,
        scope: scopesOf(options).join(' '),
        state: pending.state,
        nonce: pending.nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(pending.codeVerifier),
        code_challenge_method: 'S256',
        ...(options.alwaysAsk || linkTo !== undefined ? { prompt: 'login' } : {}),
      });
      return { url: url.href, pending };
    },

    async complete(callback, pending) {
      const client = await configuration();
      try {
        // The configured origin, not the Host header: the library derives redirect_uri from this address.
        const tokens = await oidc.authorizationCodeGrant(client, new URL(callback, publicOrigin), {
          pkceCodeVerifier: pending.codeVerifier,
          expectedState: pending.state,
          expectedNonce: pending.nonce,
          idTokenExpected: true,
        });
        const subject = tokens.claims()?.sub ?? '';
        const read = readTokens(tokens, tokens.claims(), nowMs());
        const claims = await ask(client, read, subject);
        const { refreshToken } = read;
        const isKept = options.offlineAccess && refreshToken !== undefined;
        return {
          claims,
          grant: isKept ? { ...read, refreshToken, providerId: options.id } : undefined,
          atProvider: {
            providerId: options.id,
            issuer: client.serverMetadata().issuer,
            linkedAs: options.linkedAs,
            subject,
            sid: textOf(tokens.claims()?.['sid']),
            idToken: tokens.id_token ?? '',
          },
        };
      } catch (error) {
        throw refusal(error);
      }
    },

    async endSessionUrl(idToken) {
      const client = await configuration();
      if (client.serverMetadata().end_session_endpoint === undefined) return undefined;
      return oidc.buildEndSessionUrl(client, {
        post_logout_redirect_uri: `${publicOrigin}/`,
        ...(idToken === undefined ? {} : { id_token_hint: idToken }),
      }).href;
    },

    async readLogOutToken(token, nowMs) {
      const client = await configuration();
      const rules = { issuer: client.serverMetadata().issuer, clientId, keys: keysOf(client) };
      return readLogOutToken(token, rules, nowMs);
    },

    async refresh(refreshToken) {
      const client = await configuration();
      try {
        const tokens = await oidc.refreshTokenGrant(client, refreshToken);
        return readTokens(tokens, tokens.claims(), nowMs());
      } catch (error) {
        throw refreshRefusal(error);
      }
    },

    async identityOf(tokens, subject) {
      const client = await configuration();
      try {
        return await ask(client, tokens, subject);
      } catch (error) {
        throw unusable(error);
      }
    },

    async revoke(refreshToken) {
      const client = await configuration();
      if (client.serverMetadata().revocation_endpoint === undefined) return;
      try {
        await oidc.tokenRevocation(client, refreshToken, { token_type_hint: 'refresh_token' });
      } catch (error) {
        throw unusable(error);
      }
    },
  };
}
