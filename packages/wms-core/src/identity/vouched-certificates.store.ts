/**
 * Certificates that an identity provider vouches for (claim `cert_entitlement`, credentials.md §1.3): linked at the log-in
 * without a proof by key, so never one that is another's, reserved for somebody else, that of a machine, or one that the
 * person un-linked himself.
 */
import { keyOfSlashForm } from '@wm/credentials';
import { recordAudit } from '../audit/audit.store.ts';
import type { Configuration } from '../configuration/schema.ts';
import type { Work } from '../db/database.ts';
import type { IdentityClaims } from '../use-cases.ts';
import { findCertificateOwner, linkCertificate, type CertificateLink } from './account.store.ts';
import type { CallOrigin } from './principal.ts';
import { isMachineName, reservedFor } from './stored-proxy-rules.ts';
import { wasUnlinked } from './unlinked-certificates.store.ts';

/** The pair as certificates have it; undefined for a text that is not surely one name. */
function linkOf({
  subjectDn,
  issuerDn,
}: NonNullable<IdentityClaims['certificates']>[number]): CertificateLink | undefined {
  const [subjectKey, issuerKey] = [keyOfSlashForm(subjectDn), keyOfSlashForm(issuerDn)];
  if (subjectKey === undefined || issuerKey === undefined || isMachineName(subjectDn)) return undefined;
  return { subjectKey, issuerKey, subjectDn, issuerDn };
}

export interface VouchedFor {
  readonly accountId: string;
  /** Users of the configuration that the account is. */
  readonly configuredUsers: readonly string[];
  readonly claims: Pick<IdentityClaims, 'issuer' | 'certificates'>;
  readonly from: CallOrigin | undefined;
}

/** Asked at the log-in, in its transaction. */
export function* linkVouched(
  users: Configuration['users'],
  configured: Parameters<typeof reservedFor>[2],
  { accountId, configuredUsers, claims, from }: VouchedFor,
  atMs: number,
): Work<void> {
  for (const claimed of claims.certificates ?? []) {
    const link = linkOf(claimed);
    if (!link || (yield* findCertificateOwner(link.subjectKey, link.issuerKey)) !== undefined) continue;
    if (yield* wasUnlinked(accountId, link)) continue;
    const reserved = reservedFor(link, users, configured);
    if (reserved.length > 0 && !reserved.some((name) => configuredUsers.includes(name))) continue;
    yield* linkCertificate(accountId, link, 'provider', atMs);
    yield* recordAudit({
      atMs,
      action: 'link certificate',
      actorAccountId: accountId,
      actorGroup: '',
      targetAccountId: accountId,
      subjectDn: link.subjectDn,
      result: 'OK',
      from,
      details: { source: 'provider', issuer: claims.issuer },
    });
  }
}
