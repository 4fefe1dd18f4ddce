/**
 * What page and worker say to each other. The worker is the only place that ever holds the opened key; page
 * and server get names, dates and a signed proxy.
 */
import type { CredentialReason } from '@wm/credentials';

/** What the person sees before anything is sent. Instants are UTC epoch milliseconds. */
export interface OpenedCertificate {
  readonly subjectDn: string;
  readonly issuerDn: string;
  readonly notAfterMs: number;
  /** Subjects of further certificates in the file that were not chosen. */
  readonly others: readonly string[];
}

export type Question =
  | { readonly kind: 'open'; readonly file: ArrayBuffer; readonly passphrase: string; readonly nowMs: number }
  | { readonly kind: 'sign'; readonly csrPem: string; readonly nowMs: number; readonly notAfterMs: number };

export type Answer =
  | { readonly kind: 'opened'; readonly certificate: OpenedCertificate }
  /** Proxy, certificate, intermediates as PEM. */
  | { readonly kind: 'signed'; readonly chainPem: string }
  | { readonly kind: 'failed'; readonly reason: CredentialReason | 'BUG'; readonly message: string };
