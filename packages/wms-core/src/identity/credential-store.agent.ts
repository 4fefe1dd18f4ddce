/**
 * Keeps the proxy store: seals what an older key-encryption key sealed with the newest one, so that a key can be
 * changed while everything runs, and forgets the keys of proxies that are over (credentials.md §6.2).
 */
import type { Database, Work } from '../db/database.ts';
import { createAgent, type Agent } from '../kernel/agent.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import { rewrapKey, type KeyEncryptionKey } from './key-envelope.adapter.ts';
import {
  proxiesSealedOtherwise,
  removeExpiredBefore,
  resealProxy,
  sealedKeyOf,
  wipeExpiredKeys,
  type ProxyRow,
} from './proxy.store.ts';

interface Deps {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly keyEncryptionKeys: readonly KeyEncryptionKey[];
}

const everyMs = 3_600_000;
const proxiesPerStep = 100;
/** That a proxy ended can be told for so long. */
const keepOverMs = 30 * 86_400_000;

function rewrapped(keys: readonly KeyEncryptionKey[], row: ProxyRow) {
  return rewrapKey(keys, sealedKeyOf(row), {
    table: 'proxies',
    id: row.proxy_id,
    accountId: row.account_id,
    subjectDn: row.subject_dn,
  });
}

export function createCredentialStoreAgent({ database, clock, log, keyEncryptionKeys }: Deps): Agent {
  const [newest] = keyEncryptionKeys;
  const atHand = new Set(keyEncryptionKeys.map(({ id }) => id));

  function* reseal(found: readonly ProxyRow[]): Work<void> {
    for (const row of found)
      yield* resealProxy(row.proxy_id, rewrapped(keyEncryptionKeys, row), row.key_encryption_key_id);
  }

  /** Those whose key is not at hand stay as they are, and are told of. */
  async function rewrapAll(newestId: string): Promise<{ rewrapped: number; lost: number }> {
    for (let done = 0; ;) {
      const found = await database.read(() =>
        proxiesSealedOtherwise(newestId, clock.nowMs(), proxiesPerStep),
      );
      const openable = found.filter((row) => atHand.has(row.key_encryption_key_id));
      if (openable.length === 0) return { rewrapped: done, lost: found.length };
      await database.write(() => reseal(openable));
      done += openable.length;
    }
  }

  async function cycle(): Promise<void> {
    if (newest === undefined) return;
    const wiped = await database.write(() => wipeExpiredKeys(clock.nowMs(), newest.id));
    await database.write(() => removeExpiredBefore(clock.nowMs() - keepOverMs));
    const counts = await rewrapAll(newest.id);
    if (counts.lost > 0) log.error({ ...counts, atHand: [...atHand] }, 'credentials.key-missing');
    else if (counts.rewrapped + wiped > 0) log.info({ ...counts, wiped }, 'credentials.kept');
  }

  return createAgent({ name: 'credential-store', everyMs, cycle, log });
}
