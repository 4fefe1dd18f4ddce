/** Who may be told what is wrong with the proxy of a job’s owner. Pure. */
import { hasProperty, type UserPrincipal } from '../identity/principal.ts';
import { mayManageJob, type Owned } from '../jobs/job-rights.ts';
import type { CredentialFault } from './world.ts';

/** Owners, and who has to do with their jobs, memberships or proxies by office. */
const mayKnowCredential = (principal: UserPrincipal, job: Owned): boolean =>
  mayManageJob(principal, job) ||
  hasProperty(principal, 'UserManager') ||
  hasProperty(principal, 'ProxyManagement');

/** Without the reason: for everybody who may see the job. */
export const bareFault = (isHeld: boolean): CredentialFault => ({
  isHeld,
  sentence: isHeld
    ? 'The proxy of the job’s owner does not serve.'
    : 'The proxy of the job’s owner may not serve when the job starts.',
  remedy: 'The owner is told what to do about it.',
  endsAtMs: null,
});

/** That somebody was suspended, or a certificate revoked, is not for every colleague who may see the job. */
export const credentialFor = (
  principal: UserPrincipal,
  job: Owned,
  fault: CredentialFault | null,
): CredentialFault | null =>
  fault === null || mayKnowCredential(principal, job) ? fault : bareFault(fault.isHeld);
