/** What is wrong with a credential → the error code of the house. Asked where a chain enters the core. */
import { isCredentialError, type CredentialReason } from '@wm/credentials';
import type { ErrorCode } from '../kernel/error-codes.ts';
import { WmsError } from '../kernel/wms-error.ts';

/** A proxy that breaks a rule is `proxy.invalid`; these reasons say more. */
const codes: Partial<Record<CredentialReason, ErrorCode>> = {
  NO_CERT: 'certificate.malformed',
  MALFORMED: 'certificate.malformed',
  UNKNOWN_CRITICAL: 'certificate.malformed',
  WEAK_KEY: 'certificate.untrusted',
  EEC_IS_CA: 'certificate.untrusted',
  NOT_YET_VALID: 'certificate.not-yet-valid',
  EXPIRED: 'certificate.expired',
  UNTRUSTED_CA: 'certificate.untrusted',
  SIGNING_POLICY: 'certificate.untrusted',
  NOT_A_CA: 'certificate.untrusted',
  NO_CRL: 'certificate.untrusted',
  BAD_CRL: 'certificate.untrusted',
  STALE_CRL: 'certificate.untrusted',
  REVOKED: 'certificate.revoked',
};

/** The error for a face when `error` is a credential's; anything else comes back as it is. */
export function toWmsError(error: unknown): unknown {
  if (!isCredentialError(error)) return error;
  const { reason } = error;
  return new WmsError(codes[reason] ?? 'proxy.invalid', error.message, { reason }, { cause: error });
}
