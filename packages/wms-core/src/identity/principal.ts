/**
 * Who is calling, in the one form all use-cases understand. Made by the authenticators of the faces
 * (session cookie, pilot token, later bearer token and certificate); use-cases check rights against it.
 */
import type { GroupProperty } from './group-properties.ts';

/** From where and by what means something was asked, for the audit log. */
export interface CallOrigin {
  readonly way: 'session' | 'token' | 'certificate' | 'provider';
  readonly address: string;
  readonly requestId: string;
  /** Of sessions: when the person logged in. */
  readonly loggedInAtMs?: number | undefined;
  /** Of sessions: the log-in that opened it, by the issuer under which it is linked; none for a certificate. */
  readonly logInIssuer?: string | undefined;
}

export interface UserPrincipal {
  readonly kind: 'user';
  readonly accountId: string;
  /** Short name as shown and stored as job `Owner`, e.g. `mkolar`. */
  readonly userName: string;
  readonly vo: string;
  readonly group: string;
  readonly properties: readonly GroupProperty[];
  readonly from?: CallOrigin | undefined;
}

/** A running pilot: may see only the jobs it matched (ADR 0008, DESIGN D12). */
export interface PilotPrincipal {
  readonly kind: 'pilot';
  readonly stamp: string;
  readonly vo: string;
  readonly site: string;
  readonly computingElement: string;
  readonly batchQueue: string;
}

export type Principal = UserPrincipal | PilotPrincipal;

export const hasProperty = (principal: UserPrincipal, property: GroupProperty): boolean =>
  principal.properties.includes(property);
