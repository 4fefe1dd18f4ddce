/**
 * The closed list of what can be wrong with a credential (credentials.md §4.3, §13) and the one error that
 * carries it. The core maps reasons to its error codes, the wizard to a place on the page; neither ever looks
 * at a library's error text.
 */
export const credentialReasons = [
  // certificates and chains
  'NO_CERT',
  'MALFORMED',
  'UNKNOWN_CRITICAL',
  'WEAK_KEY',
  'PCI_NOT_CRITICAL',
  'NO_EEC',
  'CHAIN_TOO_LONG',
  'BROKEN_CHAIN',
  'PROXY_NAME',
  'BAD_SIGNATURE',
  'KEY_USAGE',
  'PROXY_ALTNAME',
  'PROXY_CA',
  'PATHLEN',
  'INDEPENDENT',
  'UNKNOWN_POLICY',
  'LIMITED_ESCALATION',
  'NOT_YET_VALID',
  'EXPIRED',
  'EEC_IS_CA',
  'LEGACY_PROXY',
  'UNTRUSTED_CA',
  'SIGNING_POLICY',
  'NOT_A_CA',
  'NO_CRL',
  'BAD_CRL',
  'STALE_CRL',
  'REVOKED',
  'GROUP_CONFLICT',
  // attribute certificates of VOMS, and the talk with its servers
  'AC_HOLDER',
  'AC_NOT_YET',
  'AC_EXPIRED',
  'AC_NO_CERT',
  'AC_NO_LSC',
  'AC_LSC',
  'AC_SIGNATURE',
  'AC_FQAN',
  'VOMS_REQUEST',
  'VOMS_ANSWER',
  // certificate requests
  'CSR_MALFORMED',
  'CSR_SIGNATURE',
  'CSR_KEY',
  'LIFETIME',
  // .p12 files
  'P12_MISSING',
  'P12_SIZE',
  'P12_IS_PEM',
  'P12_MALFORMED',
  'P12_PASSPHRASE',
  'P12_ALGORITHM',
  'P12_ITERATIONS',
  'P12_NO_KEY',
  'P12_NO_CERT',
  'P12_MANY_KEYS',
  'P12_MISMATCH',
] as const;

export type CredentialReason = (typeof credentialReasons)[number];

/** `message` is a sentence for a person: what, why, what to do. */
export class CredentialError extends Error {
  readonly reason: CredentialReason;

  constructor(reason: CredentialReason, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.name = 'CredentialError';
    this.reason = reason;
  }
}

export const isCredentialError = (error: unknown): error is CredentialError =>
  error instanceof CredentialError;
