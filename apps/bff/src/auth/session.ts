/**
 * What a session holds and how its cookie looks (credentials.md §3.6). The cookie carries an opaque 256-bit id
 * and nothing else; contents live in `session-store.ts`.
 */
import { createHash, randomBytes } from 'node:crypto';
import session, { type Store } from 'express-session';
import type { RequestHandler } from 'express';
import type { CertificateSerial, LinkOutlook } from '@wm/wms-core/vocabulary';

/** A log-in that was begun and has not come back from the identity provider yet. One use, 10 minutes. */
export interface PendingLogin {
  readonly state: string;
  readonly nonce: string;
  readonly codeVerifier: string;
  readonly returnTo: string;
  /** Where it was begun. */
  readonly providerId: string;
  readonly beganAtMs: number;
  /** At the provider of proxies, for this account, which is logged in already. */
  readonly proxiesFor?: string | undefined;
  /** The account whose second log-in it is to become; undefined = to log in. */
  readonly linkTo?: string | undefined;
}

/** An identity that was proved at its provider and waits for the person to say that it is his. One use, 10 minutes. */
export interface PendingLink {
  readonly linkId: string;
  readonly accountId: string;
  readonly providerId: string;
  readonly outlook: LinkOutlook;
  /** What came back from the provider, tokens too; see `id-token-seal.ts`. */
  readonly sealed: string;
  readonly provedAtMs: number;
}

/** A certificate is being fetched from the certificate port. One use, 10 minutes. */
export interface PendingCertificate {
  readonly nonce: string;
  /** The account it is to be linked to; undefined = to log in with. */
  readonly linkTo: string | undefined;
  readonly returnTo: string;
  readonly beganAtMs: number;
}

/** The session at an identity provider that one of ours was opened with. */
export interface ProviderSession {
  readonly providerId: string;
  readonly issuer: string;
  /** Under which the log-in is linked to its account; missing in sessions of before. */
  readonly linkedAs?: string | undefined;
  readonly subject: string;
  /** The provider's name for it, where it names its sessions. */
  readonly sid: string | undefined;
  /** See `id-token-seal.ts`. */
  readonly sealedIdToken: string;
}

export interface SignedIn {
  readonly accountId: string;
  readonly loginWay: 'checkin' | 'certificate';
  /** Of log-ins at an identity provider. */
  readonly provider?: ProviderSession | undefined;
  /** Of log-ins with a certificate. */
  readonly certificate?: CertificateSerial | undefined;
  /** Default group of requests that name none; null when the account is in no group. */
  readonly activeGroup: string | null;
  readonly csrfToken: string;
  readonly sinceMs: number;
  /** Where it began, for the list of sessions. */
  readonly address: string;
  readonly agent: string;
}

declare module 'express-session' {
  interface SessionData {
    pendingLogin?: PendingLogin;
    pendingLink?: PendingLink;
    pendingCertificate?: PendingCertificate;
    signedIn?: SignedIn;
  }
}

export const pendingLoginMs = 600_000;

export const randomId = (): string => randomBytes(32).toString('base64url');

/** Only the hash of an id is stored, so that a copied database opens no session. */
export const hashOfSessionId = (sessionId: string): string =>
  createHash('sha256').update(sessionId).digest('base64url');

export interface SessionCookieOptions {
  readonly secret: string;
  readonly https: boolean;
}

export const cookieName = (https: boolean): string => (https ? '__Host-wm' : 'wm');

export function sessionMiddleware(store: Store, options: SessionCookieOptions): RequestHandler {
  return session({
    name: cookieName(options.https),
    secret: [options.secret],
    genid: randomId,
    store,
    resave: false,
    saveUninitialized: false,
    // The cookie ends with the browser; how long a session lives is decided by the store alone.
    cookie: { httpOnly: true, sameSite: 'lax', path: '/', secure: options.https },
  });
}
