/** Why a `fetch` failed, and whether the service may have got it nevertheless. Asked by the types that speak HTTP. */
import { WmsError } from '../../kernel/wms-error.ts';

/** Codes of failures after which the request cannot have reached the service. */
const neverSent =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT|CERT_|ERR_TLS_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_)/;

export interface HttpFailure {
  readonly words: string;
  readonly wasSent: boolean;
}

export const httpFailure = (error: unknown, timeoutS: number): HttpFailure => {
  if (error instanceof Error && error.name === 'TimeoutError')
    return { words: `it said nothing within ${timeoutS} s`, wasSent: true };
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  const words = cause instanceof Error ? cause.message || code : String(cause);
  return { words, wasSent: !neverSent.test(code) };
};

/** Of what such a type throws: `details.wasSent` says no where it is certain. */
export const mayHaveActed = (error: unknown): boolean =>
  !(error instanceof WmsError) || error.details['wasSent'] !== false;
