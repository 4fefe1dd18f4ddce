/**
 * The closed list of things that can go wrong in front of a user. Every face (REST, portal, CLI) owns a
 * `Record<ErrorCode, …>` that turns a code into its own form, so a new code compiles only when all know it.
 * ADR 0006.
 */
export const errorCodes = [
  'access.denied', // authenticated, but VO, group or properties do not allow it
  'access.unauthenticated', // no valid session, token or signature
  'access.stale-log-in', // what is asked for needs a log-in of the last minutes; logging in again helps
  'access.csrf', // state-changing call without the session's CSRF token or from a foreign origin
  'access.rate-limited',
  'account.unregistered', // logged in, but member of no configured group
  'certificate.expired',
  'certificate.not-yet-valid',
  'certificate.revoked',
  'certificate.untrusted',
  'certificate.wrong-owner', // the DN is linked to another account
  'certificate.malformed',
  'certificate.unlinked', // good, but of no account here
  'code.expired', // a user code or the request behind a log-in page is over
  'configuration.invalid',
  'conflict', // somebody else changed the thing meanwhile (layout revision, second assignment)
  'input.invalid', // a field of a request is missing or out of range; details.field names it
  'input.too-large',
  'internal', // a bug: logged with its stack, shown as a request id
  'jdl.syntax', // details: line, column
  'jdl.invalid', // well-formed, but an attribute breaks a rule; details: attribute, line, column
  'jdl.too-large',
  'jobs.too-many', // more jobs in one call than allowed
  'job.not-found', // also for jobs the caller may not see
  'job.transition-refused', // the state table forbids it
  'job.stale-attempt', // a report from an attempt that is over
  'not-found',
  'pilot.unknown', // stamp not known, or secret wrong
  'pilot.ended', // the pilot is final; it must stop
  'proxy.missing',
  'proxy.expired',
  'proxy.short', // less than the needed time is left
  'proxy.invalid', // chain broken, wrong policy, key not the requested one
  'proxy.request-expired',
  'sandbox.not-found',
  'sandbox.too-large',
  'sandbox.checksum', // the bytes are not what was announced
  'sandbox.unsafe', // archive with links, climbing paths, too many entries
  'sandbox.assigned', // already assigned to this job
  'service.unavailable', // stopping, database away
  'storage.full', // no space left to write
] as const;

export type ErrorCode = (typeof errorCodes)[number];
