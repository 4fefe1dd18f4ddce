/**
 * An error becomes an answer: RFC 9457 problem+json for our own faces. Status and title of every code are one
 * table, so a new code compiles only when it is known here. `/api` has its own form, see `diracx-error.ts`.
 */
import type { Problem } from '@wm/api-contract';
import { isWmsError, WmsError, type ErrorCode } from '@wm/wms-core/vocabulary';

export interface CodeMeaning {
  readonly status: number;
  readonly title: string;
}

export const problems: Record<ErrorCode, CodeMeaning> = {
  'access.denied': { status: 403, title: 'Not allowed' },
  'access.unauthenticated': { status: 401, title: 'Not logged in' },
  'access.stale-log-in': { status: 401, title: 'A fresh log-in is needed' },
  'access.csrf': { status: 403, title: 'Request did not come from the portal' },
  'access.rate-limited': { status: 429, title: 'Too many requests' },
  'account.unregistered': { status: 403, title: 'Not a member of any group' },
  'certificate.expired': { status: 422, title: 'Certificate has expired' },
  'certificate.not-yet-valid': { status: 422, title: 'Certificate is not valid yet' },
  'certificate.revoked': { status: 422, title: 'Certificate is revoked' },
  'certificate.untrusted': { status: 422, title: 'Certificate is not trusted' },
  'certificate.wrong-owner': { status: 403, title: 'Certificate of another person' },
  'certificate.malformed': { status: 422, title: 'Not a certificate' },
  'certificate.unlinked': { status: 403, title: 'Certificate of nobody known here' },
  'code.expired': { status: 410, title: 'Code is over' },
  'configuration.invalid': { status: 422, title: 'Configuration has faults' },
  conflict: { status: 409, title: 'Changed meanwhile' },
  'input.invalid': { status: 422, title: 'Input has faults' },
  'input.too-large': { status: 413, title: 'Input is too large' },
  internal: { status: 500, title: 'Internal error' },
  'jdl.syntax': { status: 422, title: 'JDL cannot be read' },
  'jdl.invalid': { status: 422, title: 'JDL has faults' },
  'jdl.too-large': { status: 413, title: 'JDL is too large' },
  'jobs.too-many': { status: 422, title: 'Too many jobs in one call' },
  'job.not-found': { status: 404, title: 'No such job' },
  'job.transition-refused': { status: 409, title: 'Not possible in the status of the job' },
  'job.stale-attempt': { status: 409, title: 'That attempt is over' },
  'not-found': { status: 404, title: 'Not found' },
  'pilot.unknown': { status: 401, title: 'Unknown pilot' },
  'pilot.ended': { status: 410, title: 'Pilot has ended' },
  'proxy.missing': { status: 409, title: 'No proxy' },
  'proxy.expired': { status: 409, title: 'Proxy has expired' },
  'proxy.short': { status: 409, title: 'Proxy ends too soon' },
  'proxy.invalid': { status: 422, title: 'Not a usable proxy' },
  'proxy.request-expired': { status: 410, title: 'Proxy request is over' },
  'sandbox.not-found': { status: 404, title: 'No such sandbox' },
  'sandbox.too-large': { status: 413, title: 'Sandbox is too large' },
  'sandbox.checksum': { status: 422, title: 'Sandbox is not what was announced' },
  'sandbox.unsafe': { status: 422, title: 'Sandbox is not safe to unpack' },
  'sandbox.assigned': { status: 409, title: 'Sandbox is assigned already' },
  'service.unavailable': { status: 503, title: 'Not available now' },
  'storage.full': { status: 507, title: 'No space left' },
};

/** What Express and its body parsers throw: `status` and `type` on a plain error. */
interface HttpLikeError {
  readonly status?: unknown;
  readonly type?: unknown;
  readonly limit?: unknown;
  readonly message?: unknown;
}

/** Any thrown thing → `WmsError`; `undefined` when it is a bug. */
export function expectedError(error: unknown): WmsError | undefined {
  if (isWmsError(error)) return error.code === 'internal' ? undefined : error;
  if (typeof error !== 'object' || error === null) return undefined;
  const { status, type, limit } = error as HttpLikeError;
  if (type === 'entity.too.large')
    return new WmsError('input.too-large', `The request body may have at most ${String(limit)} bytes.`, {
      limit,
    });
  if (type === 'entity.parse.failed')
    return new WmsError('input.invalid', 'The request body is not JSON.', { field: 'body' });
  if (typeof status === 'number' && status >= 400 && status < 500)
    return new WmsError(
      'input.invalid',
      'The request cannot be read: its address, encoding or length is wrong.',
    );
  return undefined;
}

export function problemOf(error: WmsError | undefined, requestId: string): Problem {
  const code: ErrorCode = error?.code ?? 'internal';
  const { status: usual, title } = problems[code];
  // Few errors have another status than their code: see where they are thrown.
  const { status: given, ...details } = error?.details ?? {};
  const status = typeof given === 'number' ? given : usual;
  const hasDetails = Object.keys(details).length > 0;
  return {
    type: `urn:wm:error:${code}`,
    title,
    status,
    detail: error?.message ?? `Something went wrong in the server. Please report request ${requestId}.`,
    code,
    requestId,
    ...(hasDetails ? { details } : {}),
  };
}
