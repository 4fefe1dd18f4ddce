/** Who sees which pilots: one answer for search, summary and output. Pure. */
import { hasProperty, type UserPrincipal } from '../identity/principal.ts';

/** Operators see the pilots of the installation, everybody else those of his VO. */
export const seesAllPilots = (principal: UserPrincipal): boolean =>
  hasProperty(principal, 'Operator') || hasProperty(principal, 'ServiceAdministrator');

export const maySeePilot = (principal: UserPrincipal, pilot: { readonly vo: string }): boolean =>
  seesAllPilots(principal) || pilot.vo === principal.vo;

/** By his office, whatever jobs it ran. */
export const mayReadPilotOutput = (principal: UserPrincipal, pilot: { readonly vo: string }): boolean =>
  seesAllPilots(principal) ||
  (principal.vo === pilot.vo &&
    (hasProperty(principal, 'JobAdministrator') || hasProperty(principal, 'GenericPilot')));
