/**
 * Who may see and change which jobs (wms.md §9.2 with the VO test it lacks): nothing crosses a VO. Asked by
 * every use-case on jobs; searches get the same rule as a condition.
 */
import type { Configuration } from '../configuration/schema.ts';
import { hasProperty, type UserPrincipal } from '../identity/principal.ts';
import type { JobAction } from '../use-cases.ts';

export interface Owned {
  readonly vo: string;
  readonly ownerGroup: string;
  readonly owner: string;
}

export type JobVisibility = Configuration['jobVisibility'];

/** The largest circle whose jobs a principal may see; it never leaves his VO. */
export function visibleCircle(principal: UserPrincipal, visibility: JobVisibility): JobVisibility {
  if (
    visibility === 'vo' ||
    hasProperty(principal, 'JobAdministrator') ||
    hasProperty(principal, 'JobMonitor')
  )
    return 'vo';
  return visibility === 'group' || hasProperty(principal, 'JobSharing') ? 'group' : 'own';
}

const isOwn = (principal: UserPrincipal, job: Owned): boolean => job.owner === principal.userName;
const isOfGroup = (principal: UserPrincipal, job: Owned): boolean => job.ownerGroup === principal.group;

export function maySeeJob(principal: UserPrincipal, visibility: JobVisibility, job: Owned): boolean {
  if (job.vo !== principal.vo) return false;
  const circle = visibleCircle(principal, visibility);
  return circle === 'vo' || isOwn(principal, job) || (circle === 'group' && isOfGroup(principal, job));
}

/** Kill, delete, reschedule, change the status. Seeing is not enough. */
export function mayManageJob(principal: UserPrincipal, job: Owned): boolean {
  if (job.vo !== principal.vo) return false;
  return (
    hasProperty(principal, 'JobAdministrator') ||
    isOwn(principal, job) ||
    (hasProperty(principal, 'JobSharing') && isOfGroup(principal, job))
  );
}

/** Reset forgets how often a job was tried, so it is for administrators (wms.md §9.2). */
export const mayAct = (principal: UserPrincipal, action: JobAction, job: Owned): boolean =>
  mayManageJob(principal, job) && (action !== 'reset' || hasProperty(principal, 'JobAdministrator'));

/** Why not; a sentence. */
export const refusalOf = (principal: UserPrincipal, job: Owned): string =>
  mayManageJob(principal, job)
    ? 'Only administrators of the VO may reset jobs.'
    : `The job belongs to ${job.owner}.`;
