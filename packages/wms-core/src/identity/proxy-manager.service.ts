/**
 * The proxy store: delegation requests, stored proxies, their status (credentials.md §5.3, §6).
 */
import type { TrustStore } from '@wm/credentials';
import type { ConfigurationSnapshot } from '../configuration/schema.ts';
import type { Database } from '../db/database.ts';
import type { UserPrincipal } from './principal.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import type { ProxyUseCases } from '../use-cases.ts';
import type { KeyEncryptionKey } from './key-envelope.adapter.ts';

export interface ProxyManagerDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly configuration: { current(): ConfigurationSnapshot };
  /** Newest first: it writes, the others only open. At least one. */
  readonly keyEncryptionKeys: readonly KeyEncryptionKey[];
  readonly trust: { current(): Promise<TrustStore> };
}

export interface ProxyManager extends ProxyUseCases {
  /** Throws `proxy.missing|expired|short` unless a stored proxy lasts long enough to submit a job. */
  requireProxy(principal: UserPrincipal): Promise<void>;
}

export declare function createProxyManager(deps: ProxyManagerDeps): ProxyManager;
