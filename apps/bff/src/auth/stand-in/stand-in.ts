/**
 * What the rest of the server knows of the stand-in Check-in. The provider itself, with its libraries, is in
 * `stand-in-checkin.ts` and loaded in demo mode only.
 */
import type { Router } from 'express';

export interface DemoUser {
  readonly userName: string;
  readonly displayName: string;
  readonly email: string | null;
  readonly password: string;
  readonly groups: readonly string[];
  readonly entitlements: readonly string[];
}

export interface StandInCheckin {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** To be mounted at `standInPath`. */
  readonly router: Router;
}

export const standInPath = '/stand-in-checkin';

/** As which accounts are linked: the address changes with the port, the users do not. */
export const standInIssuer = 'urn:wm:stand-in-checkin';
