/**
 * Accounts and their token grants on a real database with a clock to move. `another` is a second process on the same
 * database. The providers are brought along: real ones, or those of a test.
 */
import { randomBytes } from 'node:crypto';
import { configurationSchema } from '../configuration/schema.ts';
import { createAccountService } from '../identity/account.service.ts';
import { keyEncryptionKey } from '../identity/key-envelope.adapter.ts';
import type { OutsideProviders } from '../identity/outside/token-grant.ts';
import { createTokenGrants, type TokenGrants } from '../identity/outside/token-grants.service.ts';
import type { GroupProperty } from '../identity/group-properties.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Database } from '../db/database.ts';
import { aUser } from './builders.ts';
import { createFakeClock } from './fake-clock.ts';
import { openTestDatabase } from './test-database.ts';

export const entitlementTo = (vo: string): string => `urn:mace:egi.eu:group:${vo}:role=member#aai.egi.eu`;

const group = (fqan: string, ...properties: readonly GroupProperty[]) => ({ fqans: [fqan], properties });

/** Two VOs; who is in which follows from entitlements alone. */
const grantConfiguration = configurationSchema.parse({
  vos: {
    escape: { groups: { escape_user: group('/escape', 'NormalUser') } },
    biomed: { groups: { biomed_user: group('/biomed', 'NormalUser') } },
  },
  sites: {},
});

export async function openGrantWorld(providers: OutsideProviders) {
  const database = await openTestDatabase();
  // Near real time: real providers sign with the time of the machine.
  const clock = createFakeClock(Date.now());
  const lines: string[] = [];
  const write = (facts: object, event: string): void => void lines.push(`${event} ${JSON.stringify(facts)}`);
  const log: Logger = { debug: write, info: write, warn: write, error: write, child: () => log };
  const parts = {
    clock,
    log,
    providers,
    configuration: { current: () => ({ version: 'test', loadedAtMs: 0, values: grantConfiguration }) },
    keyEncryptionKeys: [keyEncryptionKey('kek', randomBytes(32))],
  };
  const grantsOn = (own: Database): TokenGrants => createTokenGrants({ ...parts, database: own });
  return {
    database,
    clock,
    lines,
    parts,
    accounts: createAccountService({ ...parts, database }),
    grants: grantsOn(database),
    async another(): Promise<TokenGrants & AsyncDisposable> {
      const own = await database.openAnother();
      return { ...grantsOn(own), [Symbol.asyncDispose]: () => own.close() };
    },
    /** Who acts in the group `<vo>_user`, with more properties when named. */
    principal: (accountId: string, vo: string, ...properties: readonly GroupProperty[]) =>
      aUser({ accountId, vo, group: `${vo}_user`, properties }),
    [Symbol.asyncDispose]: () => database.close(),
  };
}
