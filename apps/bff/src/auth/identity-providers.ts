/**
 * The ways to log in with an OpenID provider: the one of the settings first, then those of the configuration, which
 * may change while the server runs. Asked by the log-in routes and the welcome page.
 */
import { readFileSync, statSync } from 'node:fs';
import { WmsError, type Core, type OutsideProvider } from '@wm/wms-core/vocabulary';
import {
  createIdentityProvider,
  type IdentityProvider,
  type IdentityProviderOptions,
} from './oidc.adapter.ts';

type Identity = ReturnType<Core['configuration']['current']>['values']['identity'];
type Entry = Identity['providers'][number];
type ProxyEntry = NonNullable<Identity['proxyProvider']>;

export interface ListedProvider {
  readonly id: string;
  readonly label: string;
  readonly linkedAs: string;
}

export interface IdentityProviders {
  /** In the order of the page. */
  list(): readonly ListedProvider[];
  /** Throws `not-found` for an id that is not (or no more) there. */
  get(id: string): IdentityProvider;
  /** Where the logged-in may log in to have proxies; no way to log in here. */
  ofProxies(): IdentityProvider | undefined;
  /** Any that may have given a refresh token. Throws `not-found`. */
  outside(id: string): OutsideProvider;
  /** As people call it; one that is configured no more is called by its id. */
  nameOf(id: string): string;
}

export const mainProviderId = 'main';

export interface IdentityProvidersOptions {
  readonly main: IdentityProvider;
  readonly mainLabel: string;
  /** Asked at every log-in. */
  readonly entries: () => readonly Entry[];
  readonly proxyEntry: () => ProxyEntry | undefined;
  readonly publicOrigin: string;
  readonly allowHttp: boolean;
}

/** Throws `service.unavailable`: it is the operator's fault, and the log says which. */
function readSecret(path: string): string {
  try {
    if ((statSync(path).mode & 0o077) !== 0) throw new Error(`${path} can be read by others; chmod 600`);
    return readFileSync(path, 'utf8').trim();
  } catch (cause) {
    throw new WmsError(
      'service.unavailable',
      'This way to log in is not set up: its client secret cannot be read.',
      {},
      { cause },
    );
  }
}

export function createIdentityProviders(options: IdentityProvidersOptions): IdentityProviders {
  const { publicOrigin, allowHttp } = options;
  /** By their settings, so that a changed one is made anew and asks for the provider's metadata again. */
  const made = new Map<string, { readonly settings: string; readonly provider: IdentityProvider }>();

  function providerOf(
    entry: Entry | ProxyEntry,
    own: Pick<IdentityProviderOptions, 'kind' | 'offlineAccess' | 'scopes' | 'secretIn'>,
  ): IdentityProvider {
    const { id, issuer, clientId } = entry;
    const settings = JSON.stringify(entry);
    const known = made.get(id);
    if (known?.settings === settings) return known.provider;
    const provider = createIdentityProvider({
      ...own,
      id,
      issuer,
      clientId,
      clientSecret: readSecret(entry.clientSecretFile),
      publicOrigin,
      allowHttp,
      alwaysAsk: false,
      linkedAs: issuer,
    });
    made.set(id, { settings, provider });
    return provider;
  }

  function ofProxies(): IdentityProvider | undefined {
    const entry = options.proxyEntry();
    if (entry === undefined) return undefined;
    const { scopes } = entry;
    const provider = providerOf(entry, { kind: 'checkin', offlineAccess: true, scopes, secretIn: 'form' });
    // Whoever somebody is there, he is in no group by it.
    return { ...provider, identityOf: async () => undefined };
  }

  function get(id: string): IdentityProvider {
    if (id === mainProviderId) return options.main;
    const entry = options.entries().find((each) => each.id === id);
    if (entry === undefined)
      throw new WmsError('not-found', `There is no way to log in called “${id.slice(0, 32)}” here.`, {
        field: 'provider',
      });
    const { kind, offlineAccess } = entry;
    return providerOf(entry, { kind, offlineAccess });
  }

  const list = (): readonly ListedProvider[] => [
    { id: mainProviderId, label: options.mainLabel, linkedAs: options.main.linkedAs },
    ...options.entries().map(({ id, name, issuer }) => ({ id, label: name, linkedAs: issuer })),
  ];

  return {
    list,
    get,
    ofProxies,
    outside: (id) => (options.proxyEntry()?.id === id ? (ofProxies() ?? get(id)) : get(id)),
    nameOf(id) {
      const entry = options.proxyEntry();
      if (entry?.id === id) return entry.name;
      return list().find((each) => each.id === id)?.label ?? id;
    },
  };
}
