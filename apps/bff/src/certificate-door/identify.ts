/** Whose certificate came with a request at the certificate port. Asked by `auth/access.ts` and the log-in page. */
import type { Request } from 'express';
import {
  isWmsError,
  WmsError,
  type Account,
  type CertificateUseCases,
  type ShownCertificate,
} from '@wm/wms-core/vocabulary';
import { chainShownBy } from './shown-chain.ts';

/** Of a chain that is not good, by the first word of its code. */
const isVerdict = (error: unknown): error is WmsError =>
  isWmsError(error) && /^(certificate|proxy)\./.test(error.code);

/** Throws `access.unauthenticated` with the reason in its details: nobody is known by a bad certificate. */
export async function shownCertificate(
  certificates: Pick<CertificateUseCases, 'judge'>,
  request: Request,
): Promise<ShownCertificate> {
  const chain = chainShownBy(request);
  if (chain.length === 0)
    throw new WmsError(
      'access.unauthenticated',
      'This port knows people by their certificate, and none was shown. Show a certificate or proxy.',
      { reason: 'NO_CERT' },
    );
  try {
    return await certificates.judge(chain);
  } catch (error) {
    if (!isVerdict(error)) throw error;
    const { reason } = error.details;
    throw new WmsError('access.unauthenticated', error.message, { reason }, { cause: error });
  }
}

/**
 * Certificates travel by themselves in browsers, like cookies, so pages elsewhere could act with them. Programs send
 * none of these headers.
 */
function refuseBrowsers(request: Request): void {
  if (request.get('sec-fetch-site') === undefined && request.get('origin') === undefined) return;
  throw new WmsError('access.csrf', 'This port answers programs only; in a browser, log in to the portal.');
}

function refuseSecondCredential(request: Request): void {
  if (request.get('authorization') === undefined) return;
  throw new WmsError(
    'input.invalid',
    'This port knows callers by their certificate; send bearer tokens to the main address instead.',
    { field: 'header.authorization' },
  );
}

/** Throws `access.unauthenticated`, `access.csrf`, `certificate.unlinked`, `input.invalid`. */
export async function identifyByCertificate(
  certificates: Pick<CertificateUseCases, 'judge' | 'accountOf'>,
  request: Request,
): Promise<{ readonly account: Account; readonly shown: ShownCertificate }> {
  refuseBrowsers(request);
  refuseSecondCredential(request);
  const shown = await shownCertificate(certificates, request);
  return { account: await certificates.accountOf(shown), shown };
}

/** The group a request is for: that of its proxy, which no header widens. Throws `access.denied`. */
export function groupFor(shown: ShownCertificate, header: string | undefined): string | undefined {
  if (shown.group === undefined || header === undefined || header === shown.group)
    return shown.group ?? header;
  throw new WmsError(
    'access.denied',
    `The proxy is for the group ${shown.group}; it cannot act in “${header}”.`,
    { reason: 'GROUP_DENIED', group: header },
  );
}
