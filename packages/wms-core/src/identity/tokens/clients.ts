/** Programs that may ask for tokens. All are public: they keep no secret, PKCE and the person's look protect them. */
import type { Configuration } from '../../configuration/schema.ts';

export interface TokenClient {
  readonly clientId: string;
  readonly name: string;
  readonly redirectUris: readonly string[];
}

/** What DiracX's clients call themselves. */
export const builtInClientId = 'myDIRACClientID';

/** The built-in client is always there; the configuration may name it too, to allow it redirects. */
export function findClient(configuration: Configuration, clientId: string): TokenClient | undefined {
  const { clients } = configuration.identity.tokens;
  const configured = Object.hasOwn(clients, clientId) ? clients[clientId] : undefined;
  if (configured === undefined && clientId !== builtInClientId) return undefined;
  const name = configured?.name || (clientId === builtInClientId ? 'Command line' : clientId);
  return { clientId, name, redirectUris: configured?.redirectUris ?? [] };
}
