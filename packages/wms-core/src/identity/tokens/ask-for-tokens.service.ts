/** A program asks to act for somebody: the device flow (RFC 8628) and the authorization code flow begin here. */
import type { Configuration } from '../../configuration/schema.ts';
import { findClient, type TokenClient } from './clients.ts';
import { oauthRefusal } from './oauth-refusal.ts';
import { parseOpenScope, parseScope } from './scope.ts';
import { newId, randomSecret, randomUserCode, sha256 } from './secrets.adapter.ts';
import { insertFlow } from './token-flow.store.ts';
import { lives, type TokenParts } from './token-parts.ts';
import type { AskForCode, TokenUseCases } from './token-use-cases.ts';
import { shownUserCode } from './user-code.ts';

function clientOf(configuration: Configuration, clientId: string, unknown: string): TokenClient {
  const client = findClient(configuration, clientId);
  if (client === undefined) throw oauthRefusal('invalid_client', unknown);
  return client;
}

/** Exactly as registered: prefixes and patterns let codes be sent elsewhere. */
function checkRedirect({ redirectUris }: TokenClient, redirectUri: string): void {
  if (!redirectUris.includes(redirectUri)) throw oauthRefusal('invalid_grant', 'Unrecognised redirect_uri');
}

function checkChallenge({ codeChallenge }: AskForCode): void {
  if (!/^[\w-]{43}$/.test(codeChallenge))
    throw oauthRefusal('invalid_grant', 'code_challenge: must be a SHA-256 in base64url, 43 characters');
}

export function createAskForTokens(parts: TokenParts): Pick<TokenUseCases, 'askForDevice' | 'askForCode'> {
  const { database, clock } = parts;
  const values = () => parts.configuration.current().values;
  return {
    async askForDevice({ clientId, scope, askedFrom }) {
      const { vos } = values();
      clientOf(values(), clientId, 'Unrecognised client ID');
      parseOpenScope(scope, vos);
      const nowMs = clock.nowMs();
      const [userCode, deviceCode] = [randomUserCode(), randomSecret()];
      const flow = {
        flow_id: newId(nowMs),
        kind: 'device' as const,
        client_id: clientId,
        scope,
        redirect_uri: null,
        code_challenge: null,
        client_state: null,
        asked_from: askedFrom,
        asked_at_ms: nowMs,
        expires_at_ms: nowMs + lives.deviceFlowS * 1000,
      };
      const hashes = { handleHash: sha256(userCode), codeHash: sha256(deviceCode) };
      await database.write(() => insertFlow(flow, hashes));
      return { userCode: shownUserCode(userCode), deviceCode, expiresInS: lives.deviceFlowS };
    },

    async askForCode(ask) {
      const { clientId, scope, redirectUri, codeChallenge, state, askedFrom } = ask;
      checkRedirect(clientOf(values(), clientId, 'Unrecognised client_id'), redirectUri);
      checkChallenge(ask);
      parseScope(scope, values().vos);
      const nowMs = clock.nowMs();
      const handle = randomSecret();
      const flow = {
        flow_id: newId(nowMs),
        kind: 'code' as const,
        client_id: clientId,
        scope,
        redirect_uri: redirectUri,
        code_challenge: codeChallenge,
        client_state: state,
        asked_from: askedFrom,
        asked_at_ms: nowMs,
        expires_at_ms: nowMs + lives.codeFlowS * 1000,
      };
      await database.write(() => insertFlow(flow, { handleHash: sha256(handle), codeHash: null }));
      return { handle };
    },
  };
}
