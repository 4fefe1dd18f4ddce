/** Who may know that something changed: the same circles as for reading it (DESIGN D14). */
import { hasProperty, type UserPrincipal } from '../identity/principal.ts';
import { maySeeJob, type JobVisibility } from '../jobs/job-rights.ts';
import type { CoreEvent } from '../use-cases.ts';

export function mayKnow(principal: UserPrincipal, visibility: JobVisibility, event: CoreEvent): boolean {
  switch (event.noun) {
    case 'job':
      return maySeeJob(principal, visibility, {
        vo: event.vo ?? '',
        owner: event.owner ?? '',
        ownerGroup: event.ownerGroup ?? '',
      });
    case 'pilot':
      return event.vo === principal.vo || isOfInstallation(principal);
    case 'proxy':
      return (
        event.id === principal.accountId ||
        (hasProperty(principal, 'ProxyManagement') && event.vo === principal.vo)
      );
    case 'operation':
      return (
        event.vo === principal.vo &&
        (event.owner === principal.userName || hasProperty(principal, 'JobAdministrator'))
      );
    case 'notice':
      return event.id === principal.accountId;
    case 'configuration':
      return true;
  }
}

const isOfInstallation = (principal: UserPrincipal): boolean =>
  hasProperty(principal, 'Operator') || hasProperty(principal, 'ServiceAdministrator');
