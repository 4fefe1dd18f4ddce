/**
 * The port behind "Get a proxy": who gives a proxy to somebody without a certificate. Its providers are the rows of
 * `issuing/index.ts`; what they answer is judged like an upload by `issue-proxy.service.ts`, whoever they are.
 */
import type { Work } from '../../db/database.ts';
import type { StorableProxy } from '../stored-proxy-rules.ts';

/** How a stored proxy came, as it is written beside it. */
export type ProxySource = 'upload' | 'own-authority' | 'master-portal';

export interface ProxyAccount {
  readonly accountId: string;
  readonly userName: string;
}

export interface GivenProxy {
  /** Certificates alone, leaf first. */
  readonly chainPem: string;
  /** Of the public key that belongs to `key`. */
  readonly keyDigest: string;
  /** PKCS#8; the taker overwrites it. */
  readonly key: Uint8Array;
}

export interface ProxyProvider {
  readonly source: Exclude<ProxySource, 'upload'>;
  /** As people call it. */
  readonly name: string;
  /** What is asked for, seconds. */
  readonly lifetimeS: number;
  /** So many proxies above the person's certificate at most. */
  readonly maxProxies: number;
  /** It gives this account nothing before its owner has logged in there. */
  needsLogIn(accountId: string): Promise<boolean>;
  /**
   * Throws `proxy.missing` with the reason NEEDS_LOG_IN, `access.denied`, `proxy.invalid`, `service.unavailable`; each
   * is a sentence to the account's owner.
   */
  getProxy(account: ProxyAccount, seconds: number): Promise<GivenProxy>;
  /** Written together with the proxy. */
  record?(accountId: string, proxy: StorableProxy, atMs: number): Work<void>;
}

/** Follows the configuration; undefined = no proxy without a certificate. */
export interface CurrentProxyProvider {
  current(): ProxyProvider | undefined;
}
