/** Accounts and the authorization server on a real database with a clock to move, for tests of tokens. */
import { randomBytes } from 'node:crypto';
import { configurationSchema, type Configuration } from '../configuration/schema.ts';
import { createAccountService } from '../identity/account.service.ts';
import { keyEncryptionKey } from '../identity/key-envelope.adapter.ts';
import { sha256 } from '../identity/tokens/secrets.adapter.ts';
import { createTokens } from '../identity/tokens/tokens.service.ts';
import type { IssuedTokens } from '../identity/tokens/token-use-cases.ts';
import { silentLogger } from '../kernel/logger.ts';
import { createFakeClock } from './fake-clock.ts';
import { openTestDatabase } from './test-database.ts';

const standIn = 'urn:test:stand-in';
export const tokenIssuer = 'https://wms.example.org';
export const commandLine = 'myDIRACClientID';
export const portalClient = { clientId: 'portal', redirectUri: 'https://portal.example.org/#callback' };

/** `boss` has ProxyManagement in the VO lhcb, `eve` belongs to another VO. */
export const tokenConfiguration = (
  changes: { members?: readonly string[]; suspended?: readonly string[] } = {},
) =>
  configurationSchema.parse({
    vos: {
      lhcb: {
        defaultGroup: 'lhcb_user',
        groups: {
          lhcb_prod: { properties: ['NormalUser', 'JobSharing'], users: ['ada'] },
          lhcb_user: { properties: ['NormalUser'], users: changes.members ?? ['ada', 'ben'] },
          lhcb_admin: { properties: ['ProxyManagement', 'NormalUser'], users: ['boss'] },
        },
      },
      biomed: { groups: { biomed_user: { properties: ['NormalUser'], users: ['ada', 'eve'] } } },
    },
    users: { ada: { suspended: changes.suspended ?? [] }, ben: {}, boss: {}, eve: {} },
    identity: {
      tokens: { clients: { portal: { name: 'Another portal', redirectUris: [portalClient.redirectUri] } } },
    },
    sites: {},
  });

export async function openTokenWorld() {
  const database = await openTestDatabase();
  const clock = createFakeClock();
  let values: Configuration = tokenConfiguration();
  const parts = {
    database,
    clock,
    log: silentLogger,
    configuration: { current: () => ({ version: 'test', loadedAtMs: 0, values }) },
    standInIssuers: [standIn],
    issuer: tokenIssuer,
    keyEncryptionKeys: [keyEncryptionKey('kek', randomBytes(32))],
  };
  const accounts = createAccountService(parts);
  const { useCases: tokens, agent } = createTokens(parts);

  const accountOf = async (userName: string): Promise<string> => {
    const claims = { issuer: standIn, subject: userName, preferredUserName: userName, entitlements: [] };
    return (await accounts.logIn(claims)).accountId;
  };
  const deviceCodes = (scope = 'vo:lhcb') =>
    tokens.askForDevice({ clientId: commandLine, scope, askedFrom: '192.0.2.1' });
  const poll = (deviceCode: string, clientId = commandLine): Promise<IssuedTokens> =>
    tokens.exchange({ kind: 'device', clientId, deviceCode });

  return {
    database,
    clock,
    tokens,
    agent,
    parts,
    accountOf,
    deviceCodes,
    poll,
    refresh: (refreshToken: string, clientId = commandLine): Promise<IssuedTokens> =>
      tokens.exchange({ kind: 'refresh', clientId, refreshToken }),
    configure: (next: Configuration): void => void (values = next),
    /** All of the device flow. */
    async logIn(userName: string, group: string, scope?: string): Promise<IssuedTokens> {
      const { userCode, deviceCode } = await deviceCodes(scope ?? `group:${group} vo:${voOf(group)}`);
      await tokens.decide(userCode, await accountOf(userName), { approve: true, group });
      return poll(deviceCode);
    },
    principalOf: async ({ accessToken }: IssuedTokens) => (await tokens.authenticate(accessToken)).principal,
    /** Begins the code flow and approves it; `code` is what the client gets. */
    async code(userName: string, group: string, scope = 'vo:lhcb') {
      const codeVerifier = 'v'.repeat(64);
      const { handle } = await tokens.askForCode({
        ...portalClient,
        scope,
        codeChallenge: sha256(codeVerifier),
        state: 'their state&',
        askedFrom: '192.0.2.1',
      });
      const decided = await tokens.decide(handle, await accountOf(userName), { approve: true, group });
      const redirectTo = decided.redirectTo ?? '';
      const code = new URLSearchParams(redirectTo.slice(redirectTo.indexOf('?'))).get('code') ?? '';
      return { redirectTo, grant: { kind: 'code' as const, ...portalClient, code, codeVerifier } };
    },
    [Symbol.asyncDispose]: () => database.close(),
  };
}

const voOf = (group: string): string => group.slice(0, group.indexOf('_'));
