/** Publishes the revocation list of the installation's own authority, from what the database knows. */
import { createAgent, type Agent } from '../../kernel/agent.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { Database } from '../../db/database.ts';
import { pruneIssued, revokedNow } from './issued-certificate.store.ts';
import type { IssuingAuthority } from './issuing-authority.adapter.ts';

/** Rows of certificates that are over stay so long, for whoever asks of an old job. */
const keepOverMs = 180 * 86_400_000;

interface PublishDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly issuingAuthority: IssuingAuthority;
  readonly trust: { forget(): void };
}

/** Writes the list anew. */
export async function publishRevocations(deps: PublishDeps): Promise<void> {
  const nowMs = deps.clock.nowMs();
  const revoked = await deps.database.read(() => revokedNow(nowMs));
  await deps.issuingAuthority.publish(
    revoked.map(({ serial, revoked_at_ms }) => ({ serialHex: serial, atMs: revoked_at_ms })),
    nowMs,
  );
  deps.trust.forget();
}

/** Each process publishes for its own folder; what another one revoked is there after five minutes at most. */
export const createRevocationListAgent = (deps: PublishDeps & { readonly log: Logger }): Agent =>
  createAgent({
    name: 'issuing-authority',
    everyMs: 5 * 60_000,
    log: deps.log,
    async cycle() {
      await deps.database.write(() => pruneIssued(deps.clock.nowMs() - keepOverMs));
      await publishRevocations(deps);
    },
  });
