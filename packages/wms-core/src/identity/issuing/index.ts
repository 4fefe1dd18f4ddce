/** The kinds of providers of proxies; of those that are set up the first one gives them. */
import type { ConfigurationSnapshot } from '../../configuration/schema.ts';
import type { IssuingAuthority } from './issuing-authority.adapter.ts';
import { createMasterPortalProvider, type MasterPortalParts } from './master-portal.service.ts';
import { createOwnAuthorityProvider, type OwnAuthorityParts } from './own-authority.service.ts';
import type { CurrentProxyProvider, ProxyProvider } from './proxy-provider.ts';

interface Parts extends MasterPortalParts, Omit<OwnAuthorityParts, 'lifetimeS'> {
  readonly configuration: { current(): ConfigurationSnapshot };
  readonly issuingAuthority?: IssuingAuthority | undefined;
}

type Identity = ConfigurationSnapshot['values']['identity'];

/** Undefined where it is not set up. */
type Kind = (parts: Parts, identity: Identity) => ProxyProvider | undefined;

const kinds: readonly Kind[] = [
  (parts, { proxyProvider }) => proxyProvider && createMasterPortalProvider(parts, proxyProvider),
  (parts, { issuedLifetimeH }) =>
    parts.issuingAuthority &&
    createOwnAuthorityProvider({ ...parts, lifetimeS: issuedLifetimeH * 3600 }, parts.issuingAuthority),
];

export function createProxyProviders(parts: Parts): CurrentProxyProvider {
  let made: { readonly version: string; readonly provider: ProxyProvider | undefined } | undefined;
  return {
    current() {
      const { version, values } = parts.configuration.current();
      if (made?.version !== version)
        made = {
          version,
          provider: kinds
            .map((open) => open(parts, values.identity))
            .find((provider) => provider !== undefined),
        };
      return made.provider;
    },
  };
}
