/**
 * A Master Portal as a provider of proxies: it gives them to whoever logged in there and let this installation have a
 * refresh token, which the Token Manager keeps (`identity/outside/`). A token that it refuses is refreshed once.
 */
import type { TrustStore } from '@wm/credentials';
import type { Configuration } from '../../configuration/schema.ts';
import type { Database } from '../../db/database.ts';
import { isWmsError, WmsError } from '../../kernel/wms-error.ts';
import type { TokenGrants } from '../outside/token-grants.service.ts';
import { grantsOf, type GrantRow } from '../outside/token-grant.store.ts';
import { createGetProxy } from './master-portal.adapter.ts';
import type { GivenProxy, ProxyProvider } from './proxy-provider.ts';

export interface MasterPortalParts {
  readonly database: Database;
  readonly trust: { current(): Promise<TrustStore> };
  readonly grants: Pick<TokenGrants, 'accessToken'>;
  readonly patienceMs?: number;
}

export type MasterPortalSettings = NonNullable<Configuration['identity']['proxyProvider']>;

/** The person's certificate, the proxy that is kept there, the one its MyProxy makes, and that for us. */
const maxProxies = 4;

const needsLogIn = (name: string, cause?: unknown): WmsError =>
  new WmsError(
    'proxy.missing',
    `Log in at ${name} first: it gives proxies only to whoever did.`,
    { reason: 'NEEDS_LOG_IN' },
    { cause },
  );

export function createMasterPortalProvider(
  { database, trust, grants, patienceMs }: MasterPortalParts,
  settings: MasterPortalSettings,
): ProxyProvider {
  const { id, issuer, name } = settings;
  const getProxy = createGetProxy({
    ...settings,
    trust,
    ...(patienceMs === undefined ? {} : { patienceMs }),
    getProxyUrl: settings.getProxyUrl ?? `${issuer.replace(/\/$/, '')}/getproxy`,
  });

  /** Of this very issuer: what another one gave is not shown to it. */
  async function grantOf(accountId: string): Promise<GrantRow | undefined> {
    const all = await database.read(() => grantsOf(accountId));
    return all.find(
      (grant) => grant.provider_id === id && grant.issuer === issuer && grant.status === 'live',
    );
  }

  async function tokenOf({ grant_id }: GrantRow, refused?: string): Promise<string> {
    try {
      return await grants.accessToken(grant_id, refused);
    } catch (error) {
      if (isWmsError(error) && ['access.unauthenticated', 'not-found'].includes(error.code))
        throw needsLogIn(name, error);
      throw error;
    }
  }

  async function ask(grant: GrantRow, seconds: number): Promise<GivenProxy> {
    const token = await tokenOf(grant);
    const given = await getProxy(token, seconds);
    if (given !== undefined) return given;
    const again = await getProxy(await tokenOf(grant, token), seconds);
    if (again === undefined) throw needsLogIn(name);
    return again;
  }

  return {
    source: 'master-portal',
    name,
    lifetimeS: settings.lifetimeH * 3600,
    maxProxies,
    needsLogIn: async (accountId) => (await grantOf(accountId)) === undefined,
    async getProxy({ accountId }, seconds) {
      const grant = await grantOf(accountId);
      if (grant === undefined) throw needsLogIn(name);
      return ask(grant, seconds);
    },
  };
}
