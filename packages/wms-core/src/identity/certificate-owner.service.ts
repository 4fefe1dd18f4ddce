/**
 * Whose a certificate becomes. It goes to the account that proved to hold its key, unless it is another's already or
 * reserved for somebody else (credentials.md §1.3). Asked when a proxy is uploaded and when a certificate is linked.
 */
import type { Work } from '../db/database.ts';
import { WmsError } from '../kernel/wms-error.ts';
import { knownIdentity, type AccountServiceDeps } from './account.service.ts';
import { findCertificateOwner, linkCertificate, type CertificateLink } from './account.store.ts';
import { isMachineName, reservedFor } from './stored-proxy-rules.ts';
import { forgetUnlinked } from './unlinked-certificates.store.ts';

/** Throws `certificate.wrong-owner`, `certificate.untrusted` for one of a machine. Keeps a link of the account that is there already. */
export function* takeCertificate(
  deps: AccountServiceDeps,
  accountId: string,
  certificate: CertificateLink,
  source: 'upload' | 'log-in' | 'issued',
): Work<void> {
  const identity = yield* knownIdentity(deps, accountId);
  const owner = yield* findCertificateOwner(certificate.subjectKey, certificate.issuerKey);
  const reserved = reservedFor(
    certificate,
    deps.configuration.current().values.users,
    deps.configuredCertificates ?? [],
  );
  const isOwn =
    owner === undefined
      ? reserved.length === 0 || reserved.some((name) => identity?.configuredUsers.includes(name))
      : owner === accountId;
  if (!isOwn)
    throw new WmsError(
      'certificate.wrong-owner',
      `The certificate "${certificate.subjectDn}" belongs to another account. Choose your own, or ask the administrators if it is yours.`,
      { subjectDn: certificate.subjectDn },
    );
  if (reserved.length === 0 && isMachineName(certificate.subjectDn))
    throw new WmsError(
      'certificate.untrusted',
      `The certificate "${certificate.subjectDn}" is that of a machine, not of a person. Choose your personal one.`,
      { reason: 'NOT_A_USER', subjectDn: certificate.subjectDn },
    );
  yield* forgetUnlinked(accountId, certificate);
  yield* linkCertificate(accountId, certificate, source, deps.clock.nowMs());
}
