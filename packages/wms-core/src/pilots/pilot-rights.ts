/** Who sees which pilots: one answer for search, summary and output. Pure. */
import { hasProperty, type UserPrincipal } from '../identity/principal.ts';
import { WmsError } from '../kernel/wms-error.ts';

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

/** Also said of pilots of other VOs: whether they exist is nobody's business. */
export const noSuchPilot = (stamp: string): WmsError =>
  new WmsError('not-found', `There is no pilot ${stamp}.`, { stamp });
