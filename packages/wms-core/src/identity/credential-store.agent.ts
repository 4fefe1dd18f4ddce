/**
 * Keeps the stores of proxies and token grants: seals what an older key-encryption key sealed with the newest one, so
 * that a key can be changed while everything runs, and forgets the keys of proxies that are over (credentials.md §6.2).
 * Tokens that are over go with `outside/token-grant.agent.ts`.
 */
import type { Database, Work } from '../db/database.ts';
import { createAgent, type Agent } from '../kernel/agent.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import { rewrapKey, type Binding, type KeyEncryptionKey, type SealedKey } from './key-envelope.adapter.ts';
import {
  bindingOfGrant,
  grantsSealedOtherwise,
  resealGrant,
  sealedTokenOf,
  type GrantRow,
} from './outside/token-grant.store.ts';
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
const rowsPerStep = 100;
/** That a proxy ended can be told for so long. */
const keepOverMs = 30 * 86_400_000;

/** Rows of one table that hold something sealed. */
interface SealedRows<R> {
  sealedOtherwise(newestId: string, nowMs: number, limit: number): Work<readonly R[]>;
  sealed(row: R): SealedKey;
  binding(row: R): Binding;
  reseal(row: R, sealed: SealedKey): Work<void>;
}

const proxies: SealedRows<ProxyRow> = {
  sealedOtherwise: proxiesSealedOtherwise,
  sealed: sealedKeyOf,
  binding: (row) => ({
    table: 'proxies',
    id: row.proxy_id,
    accountId: row.account_id,
    subjectDn: row.subject_dn,
  }),
  reseal: (row, sealed) => resealProxy(row.proxy_id, sealed, row.key_encryption_key_id),
};

const tokenGrants: SealedRows<GrantRow> = {
  sealedOtherwise: (newestId, _nowMs, limit) => grantsSealedOtherwise(newestId, limit),
  sealed: sealedTokenOf,
  binding: bindingOfGrant,
  reseal: resealGrant,
};

export function createCredentialStoreAgent({ database, clock, log, keyEncryptionKeys }: Deps): Agent {
  const [newest] = keyEncryptionKeys;
  const atHand = new Set(keyEncryptionKeys.map(({ id }) => id));

  /** Those whose key is not at hand stay as they are, and are told of. */
  async function rewrapAll<R extends { readonly key_encryption_key_id: string }>(
    table: SealedRows<R>,
    newestId: string,
  ): Promise<{ rewrapped: number; lost: number }> {
    function* reseal(found: readonly R[]): Work<void> {
      for (const row of found)
        yield* table.reseal(row, rewrapKey(keyEncryptionKeys, table.sealed(row), table.binding(row)));
    }
    for (let done = 0; ;) {
      const found = await database.read(() => table.sealedOtherwise(newestId, clock.nowMs(), rowsPerStep));
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
    const ofProxies = await rewrapAll(proxies, newest.id);
    const ofGrants = await rewrapAll(tokenGrants, newest.id);
    const counts = {
      rewrapped: ofProxies.rewrapped + ofGrants.rewrapped,
      lost: ofProxies.lost + ofGrants.lost,
    };
    if (counts.lost > 0) log.error({ ...counts, atHand: [...atHand] }, 'credentials.key-missing');
    else if (counts.rewrapped + wiped > 0) log.info({ ...counts, wiped }, 'credentials.kept');
  }

  return createAgent({ name: 'credential-store', everyMs, cycle, log });
}
