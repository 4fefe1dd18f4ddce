/**
 * Ends sessions whose certificate was revoked after the log-in (credentials.md §10): at their next request, and within a
 * minute of the reading of the revocation lists for those that make none, such as live pages.
 */
import { WmsError, type CertificateSerial, type Core } from '@wm/wms-core/vocabulary';
import type { Logger } from '@wm/wms-core/logger';
import { sessionsOfCertificate } from './opened-by.store.ts';
import type { SessionStore } from './session-store.ts';
import type { SignedIn } from './session.ts';

export interface RevokedSessionsParts {
  readonly core: Pick<Core, 'audit' | 'certificates'>;
  readonly sessions: Pick<SessionStore, 'endFound' | 'certificatesInUse'>;
  readonly log: Logger;
}

export interface RevokedSessions {
  /** Throws `access.unauthenticated` when the session's certificate was revoked; it is over then. */
  refuse(signedIn: SignedIn): Promise<void>;
  sweep(): Promise<void>;
  start(): void;
  stop(): void;
}

const sweepEveryMs = 60_000;

export function createRevokedSessions({ core, sessions, log }: RevokedSessionsParts): RevokedSessions {
  let timer: NodeJS.Timeout | undefined;

  async function end(certificate: CertificateSerial): Promise<void> {
    const accountIds = await sessions.endFound(() => sessionsOfCertificate(certificate));
    for (const accountId of new Set(accountIds))
      await core.audit.recordSession({
        action: 'revoke session',
        accountId,
        result: 'certificate.revoked',
        from: undefined,
        details: {
          serial: certificate.serialHex,
          ended: accountIds.filter((each) => each === accountId).length,
        },
      });
    if (accountIds.length > 0) log.warn({ ended: accountIds.length }, 'session.certificate-revoked');
  }

  async function sweep(): Promise<void> {
    for (const certificate of await sessions.certificatesInUse())
      if (await core.certificates.isRevoked(certificate)) await end(certificate);
  }

  return {
    async refuse({ certificate }) {
      if (certificate === undefined || !(await core.certificates.isRevoked(certificate))) return;
      await end(certificate);
      throw new WmsError(
        'access.unauthenticated',
        'The certificate that you logged in with was revoked, so the session has ended.',
        { reason: 'REVOKED' },
      );
    },
    sweep,
    start() {
      timer = setInterval(() => {
        sweep().catch((error: unknown) => log.error({ err: error }, 'session.sweep-failed'));
      }, sweepEveryMs).unref();
    },
    stop: () => clearInterval(timer),
  };
}
