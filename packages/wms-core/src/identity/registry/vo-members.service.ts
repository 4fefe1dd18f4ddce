/**
 * Who is a member of a VO and why, over all accounts: a handful of queries whatever their number, then the same pure
 * rules as at every request. Entitlements count here however old they are; when somebody logged in last is told.
 */
import { rows, type Work } from '../../db/database.ts';
import type { MembershipSource, VoMember } from '../../use-cases.ts';
import type { AssuranceLevel } from '../assurance.ts';
import { allToldFqans, bestTold } from '../log-ins/log-in-facts.store.ts';
import { allSyncedFqans } from '../member-sync/member-sync.store.ts';
import { reasonedMemberships, type KnownIdentity } from '../memberships.ts';
import { configuredUsersByLogIn, type AccountFacts } from './configured-users.ts';
import type { RegistryDeps as Deps } from './membership-requests.service.ts';
import { allGranted, allSuspensions, type SuspensionRow } from './registry.store.ts';

type Grouped<T> = ReadonlyMap<string, readonly T[]>;

function byAccount<T extends { readonly account_id: string }>(found: readonly T[]): Grouped<T> {
  const grouped = new Map<string, T[]>();
  for (const row of found) {
    const list = grouped.get(row.account_id);
    if (list === undefined) grouped.set(row.account_id, [row]);
    else list.push(row);
  }
  return grouped;
}

interface AccountRow extends AccountFacts {
  readonly account_id: string;
  readonly display_name: string;
  readonly email: string | null;
  readonly last_log_in_at_ms: number;
  readonly assurance: AssuranceLevel;
}

interface LogIn {
  readonly account_id: string;
  readonly issuer: string;
  readonly subject: string;
}

function suspensionOf(
  isConfigured: boolean,
  row: SuspensionRow | undefined,
  nameOf: (accountId: string) => string,
): VoMember['suspension'] {
  if (row) return { reason: row.reason, by: nameOf(row.suspended_by), atMs: row.suspended_at_ms };
  return isConfigured ? { reason: 'Listed in the configuration', by: 'configuration', atMs: null } : null;
}

const sourcesOf = (reasons: readonly { readonly kind: MembershipSource }[]): readonly MembershipSource[] => [
  ...new Set(reasons.map(({ kind }) => kind)),
];

/** By user name. Suspended ones stay in the list, with the groups they would be in. */
export function* membersOf(deps: Deps, vo: string): Work<readonly VoMember[]> {
  const configuration = deps.configuration.current().values;
  const accounts = yield* rows<AccountRow>(
    `select account_id, user_name, is_configured, display_name, email, last_log_in_at_ms, assurance
     from accounts order by user_name`,
  );
  const logIns = byAccount(yield* rows<LogIn>('select account_id, issuer, subject from account_log_ins'));
  const told = byAccount(yield* allToldFqans());
  const granted = byAccount(yield* allGranted());
  const synced = byAccount(yield* allSyncedFqans());
  const suspended = byAccount(yield* allSuspensions());
  const names = new Map(accounts.map(({ account_id, user_name }) => [account_id, user_name]));
  return accounts.flatMap((account): readonly VoMember[] => {
    const { account_id: accountId } = account;
    const fqanAssurance = bestTold(told.get(accountId) ?? []);
    const identity: KnownIdentity = {
      userName: account.user_name,
      assurance: account.assurance,
      configuredUsers: configuredUsersByLogIn(
        configuration.users,
        account,
        (logIns.get(accountId) ?? [])
          .filter(({ issuer }) => !deps.standInIssuers?.includes(issuer))
          .map(({ subject }) => subject),
      ),
      fqans: new Set(fqanAssurance.keys()),
      fqanAssurance,
      syncedFqans: new Map([
        [vo, new Set((synced.get(accountId) ?? []).filter((row) => row.vo === vo).map(({ fqan }) => fqan))],
      ]),
      grantedGroups: new Set((granted.get(accountId) ?? []).map(({ group_name }) => group_name)),
    };
    const isSuspendedThere = [identity.userName, ...identity.configuredUsers].some((name) =>
      Object.hasOwn(configuration.users, name) ? configuration.users[name]?.suspended.includes(vo) : false,
    );
    const groups = reasonedMemberships(withoutSuspensions(configuration), identity).filter(
      (membership) => membership.vo === vo,
    );
    if (groups.length === 0) return [];
    return [
      {
        accountId,
        userName: account.user_name,
        displayName: account.display_name,
        email: account.email,
        lastLogInAtMs: account.last_log_in_at_ms,
        groups: groups.map(({ group, reasons }) => ({ group, sources: sourcesOf(reasons) })),
        suspension: suspensionOf(
          isSuspendedThere,
          suspended.get(accountId)?.find((row) => row.vo === vo),
          (id) => names.get(id) ?? id,
        ),
      },
    ];
  });
}

type Configuration = ReturnType<Deps['configuration']['current']>['values'];

const withoutSuspensions = (configuration: Configuration): Configuration => ({
  ...configuration,
  users: Object.fromEntries(
    Object.entries(configuration.users).map(([name, user]) => [name, { ...user, suspended: [] }]),
  ),
});
