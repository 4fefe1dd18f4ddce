/** The documents by which clients find their way (rest-api.md §1.3). Open, and the same for everybody. */
import type { Core } from '@wm/wms-core/vocabulary';
import type { Clock } from '@wm/wms-core/clock';
import type { HandlersOf } from '../http/handler.ts';
import { deviceGrant } from './tokens.routes.ts';

type WellKnownRoutes =
  | 'GET /.well-known/openid-configuration'
  | 'GET /.well-known/jwks.json'
  | 'GET /.well-known/dirac-metadata'
  | 'GET /.well-known/security.txt';

export interface WellKnownDeps {
  readonly core: Pick<Core, 'tokens' | 'configuration'>;
  readonly clock: Clock;
  readonly publicOrigin: string;
}

const yearMs = 365 * 86_400_000;

export function wellKnownRoutes({ core, clock, publicOrigin }: WellKnownDeps): HandlersOf<WellKnownRoutes> {
  const values = () => core.configuration.current().values;

  function metadata() {
    const { vos, installation } = values();
    const support = {
      message: 'Please contact the administrators of your VO.',
      webpage: installation.links[0]?.url ?? null,
      email: installation.supportEmail ?? null,
    };
    const entries = Object.entries(vos).map(([vo, { groups, defaultGroup }]) => [
      vo,
      {
        groups: Object.fromEntries(
          Object.entries(groups).map(([group, { properties }]) => [group, { properties: [...properties] }]),
        ),
        support,
        default_group: defaultGroup ?? Object.keys(groups)[0] ?? '',
      },
    ]);
    return { virtual_organizations: Object.fromEntries(entries) };
  }

  return {
    'GET /.well-known/openid-configuration': async () => ({
      issuer: publicOrigin,
      token_endpoint: `${publicOrigin}/api/auth/token`,
      userinfo_endpoint: `${publicOrigin}/api/auth/userinfo`,
      authorization_endpoint: `${publicOrigin}/api/auth/authorize`,
      device_authorization_endpoint: `${publicOrigin}/api/auth/device`,
      revocation_endpoint: `${publicOrigin}/api/auth/revoke`,
      introspection_endpoint: `${publicOrigin}/api/auth/introspect`,
      jwks_uri: `${publicOrigin}/.well-known/jwks.json`,
      grant_types_supported: ['authorization_code', deviceGrant, 'refresh_token'],
      scopes_supported: [...core.tokens.scopes()],
      response_types_supported: ['code'],
      token_endpoint_auth_signing_alg_values_supported: ['Ed25519'],
      token_endpoint_auth_methods_supported: ['none'],
      code_challenge_methods_supported: ['S256'],
    }),
    'GET /.well-known/jwks.json': async () => ({ keys: [...(await core.tokens.publicKeys())] }),
    'GET /.well-known/dirac-metadata': async () => metadata(),
    'GET /.well-known/security.txt': async () => {
      const { supportEmail } = values().installation;
      const contact = supportEmail === undefined ? publicOrigin : `mailto:${supportEmail}`;
      // A year from the first of the month, so that it does not change with every answer.
      const now = new Date(clock.nowMs());
      const firstMs = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), 1);
      return `Contact: ${contact}\nExpires: ${new Date(firstMs + yearMs).toISOString()}\nPreferred-Languages: en\n`;
    },
  };
}
