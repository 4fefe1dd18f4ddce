/** Who may read and who may write the sandboxes of an owner (wms.md §8, §9.2). Never across VOs. */
import { hasProperty } from '../identity/principal.ts';
import type { UserPrincipal } from '../identity/principal.ts';
import type { SandboxOwner } from './sandbox-url.ts';

export const isOwner = (principal: UserPrincipal, { vo, owner }: SandboxOwner): boolean =>
  hasProperty(principal, 'NormalUser') && principal.vo === vo && principal.userName === owner;

export const mayReadSandbox = (principal: UserPrincipal, of: SandboxOwner): boolean =>
  isOwner(principal, of) ||
  (principal.vo === of.vo &&
    (hasProperty(principal, 'JobAdministrator') ||
      hasProperty(principal, 'JobMonitor') ||
      (hasProperty(principal, 'JobSharing') && principal.group === of.ownerGroup)));

/** A job may only be given sandboxes of its owner, or of his group when that shares its jobs. */
export const mayAssignSandbox = (jobOwner: SandboxOwner, of: SandboxOwner, groupShares: boolean): boolean =>
  jobOwner.vo === of.vo &&
  (jobOwner.owner === of.owner || (groupShares && jobOwner.ownerGroup === of.ownerGroup));
