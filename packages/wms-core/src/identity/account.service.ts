/**
 * Accounts: who a log-in is and which groups it is in (credentials.md §1.3, §2.4). Asked by the session and
 * token authenticators at log-in and at every request.
 *
 * How a log-in becomes a user of the configuration: at a stand-in issuer the preferred user name *is* the
 * configured user; at a real issuer only an identifier listed at that user counts (`users.X.identifiers`:
 * voperson_id or sub). Nobody becomes a configured user by e-mail, by name or by choosing the same name.
 */
import { monotonicFactory } from 'ulid';
import { recordAudit } from '../audit/audit.store.ts';
import type { ConfigurationSnapshot } from '../configuration/schema.ts';
import type { Database, Work } from '../db/database.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import { WmsError } from '../kernel/wms-error.ts';
import type { Account, AccountUseCases, IdentityClaims } from '../use-cases.ts';
import {
  certificateDnsOf,
  findAccount,
  findAccountByUserName,
  findAccountIdByLogIn,
  insertAccount,
  linkCertificate,
  linkLogIn,
  logInsOf,
  replaceFqans,
  updateAccount,
  type AccountRow,
  type CertificateLink,
} from './account.store.ts';
import { assuranceOf } from './assurance.ts';
import {
  assuranceBy,
  bestTold,
  logInFactsOf,
  noteLogIn,
  toldFqansOf,
  writeAssurance,
} from './log-ins/log-in-facts.store.ts';
import { logInGroups } from './log-in-groups.ts';
import { syncedFqansOf } from './member-sync/member-sync.store.ts';
import { membershipsOf, type KnownIdentity } from './memberships.ts';
import { configuredUsersByLogIn } from './registry/configured-users.ts';
import { grantedGroupsOf, suspensionsOf } from './registry/registry.store.ts';
import type { CallOrigin } from './principal.ts';
import { linkVouched } from './vouched-certificates.store.ts';
import { personOf } from './log-ins/person-of.ts';
import { userNameCandidate, userNameVariants } from './user-name.ts';

/** A certificate that belongs to a configured user from the start, such as those of a demo installation. */
export interface ConfiguredCertificate extends CertificateLink {
  readonly userName: string;
}

export interface AccountServiceDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly configuration: { current(): ConfigurationSnapshot };
  /** Issuers whose preferred user names are configured users; empty in production. */
  readonly standInIssuers?: readonly string[];
  readonly configuredCertificates?: readonly ConfiguredCertificate[];
}

/** Entitlements older than this count no more (credentials.md §2.4). */
export const fqanLifetimeMs = 24 * 3_600_000;

type Deps = AccountServiceDeps;
const values = (deps: Deps) => deps.configuration.current().values;

/** Configured users whose identifier list names one of the log-ins of the account. */
function* configuredUsersOf(deps: Deps, account: AccountRow): Work<readonly string[]> {
  const { users } = values(deps);
  const standIns = deps.standInIssuers ?? [];
  const logIns = yield* logInsOf(account.account_id);
  return configuredUsersByLogIn(
    users,
    account,
    logIns.filter((logIn) => !standIns.includes(logIn.issuer)).map((logIn) => logIn.subject),
  );
}

/**
 * What is known of an account for the question "which groups?"; undefined for an unknown account. `logInIssuer`: of the
 * log-in by which he acts, where one is known.
 */
export function* knownIdentity(
  deps: Deps,
  accountId: string,
  logInIssuer?: string,
): Work<KnownIdentity | undefined> {
  const account = yield* findAccount(accountId);
  return account && (yield* identityOf(deps, account, logInIssuer));
}

/** The same of an account that is at hand. */
export function* identityOf(deps: Deps, account: AccountRow, logInIssuer?: string): Work<KnownIdentity> {
  const accountId = account.account_id;
  const fqanAssurance = bestTold(yield* toldFqansOf(accountId, deps.clock.nowMs() - fqanLifetimeMs));
  return {
    userName: account.user_name,
    assurance: account.assurance,
    actsWith: logInIssuer === undefined ? undefined : yield* assuranceBy(accountId, logInIssuer),
    configuredUsers: yield* configuredUsersOf(deps, account),
    fqans: new Set(fqanAssurance.keys()),
    fqanAssurance,
    syncedFqans: yield* syncedFqansOf(accountId),
    grantedGroups: new Set(yield* grantedGroupsOf(accountId)),
    suspendedIn: new Set((yield* suspensionsOf(accountId)).map(({ vo }) => vo)),
  };
}

export function* toAccount(row: AccountRow): Work<Account> {
  return {
    accountId: row.account_id,
    userName: row.user_name,
    displayName: row.display_name,
    email: row.email,
    distinguishedNames: yield* certificateDnsOf(row.account_id),
  };
}

/** The configured user a log-in proves to be, if any. */
function configuredUserOf(deps: Deps, claims: IdentityClaims): string | undefined {
  const { users } = values(deps);
  if (deps.standInIssuers?.includes(claims.issuer)) {
    const name = claims.preferredUserName ?? '';
    return Object.hasOwn(users, name) ? name : undefined;
  }
  return Object.entries(users).find(([, user]) =>
    user.identifiers.some((identifier) => identifier === claims.voPersonId || identifier === claims.subject),
  )?.[0];
}

// A derived name must not be that of a configured user: that account would be taken for him by readers.
function* freeUserName(deps: Deps, claims: IdentityClaims): Work<string> {
  const { users } = values(deps);
  for (const name of userNameVariants(userNameCandidate(claims)))
    if (!Object.hasOwn(users, name) && !(yield* findAccountByUserName(name))) return name;
  throw new WmsError('internal', 'No user name is free.');
}

function* makeAccount(deps: Deps, claims: IdentityClaims, accountId: string, atMs: number): Work<AccountRow> {
  const configured = configuredUserOf(deps, claims);
  const taken = configured === undefined ? undefined : yield* findAccountByUserName(configured);
  // Made when he came with his certificate: the configuration says of both that they are his.
  if (taken?.is_configured === 1 && (yield* logInsOf(taken.account_id)).length === 0) return taken;
  const isConfigured = configured !== undefined && !taken;
  const account: AccountRow = {
    account_id: accountId,
    user_name: isConfigured ? configured : yield* freeUserName(deps, claims),
    is_configured: isConfigured ? 1 : 0,
    display_name: claims.name ?? '',
    email: claims.email ?? null,
    assurance: 'none',
  };
  yield* insertAccount(account, atMs);
  return account;
}

/**
 * The account of a configured user who comes with a certificate the configuration says is his; made when there is
 * none. Undefined when somebody else has his name.
 */
export function* accountOfConfigured(
  deps: Deps,
  userName: string,
  newAccountId: string,
): Work<AccountRow | undefined> {
  const { users } = values(deps);
  const known = yield* findAccountByUserName(userName);
  if (known || !Object.hasOwn(users, userName)) return known?.is_configured === 1 ? known : undefined;
  const account: AccountRow = {
    account_id: newAccountId,
    user_name: userName,
    is_configured: 1,
    display_name: users[userName]?.displayName || userName,
    email: null,
    assurance: 'none',
  };
  yield* insertAccount(account, deps.clock.nowMs());
  return account;
}

function* findByClaims(claims: IdentityClaims): Work<AccountRow | undefined> {
  const accountId =
    (claims.voPersonId === undefined
      ? undefined
      : yield* findAccountIdByLogIn(claims.issuer, 'voperson_id', claims.voPersonId)) ??
    (yield* findAccountIdByLogIn(claims.issuer, 'sub', claims.subject));
  return accountId === undefined ? undefined : yield* findAccount(accountId);
}

/** What a provider says now of somebody's groups and how well it knows him; at log-in and when it is asked anew. */
export function* recordGroups(
  accountId: string,
  claims: Pick<IdentityClaims, 'issuer' | 'assurance'>,
  fqans: readonly string[],
  atMs: number,
): Work<void> {
  yield* writeAssurance(accountId, claims.issuer, assuranceOf(claims.assurance ?? []));
  yield* replaceFqans(accountId, claims.issuer, fqans, atMs);
}

/** Where an account has several log-ins, the oldest names the person: its name and address do not go to and fro. */
function* nameAccount(
  deps: Deps,
  account: AccountRow,
  claims: IdentityClaims,
  atMs: number,
): Work<AccountRow> {
  const [oldest] = yield* logInFactsOf(account.account_id);
  const isNaming = oldest === undefined || oldest.issuer === claims.issuer;
  const { users } = values(deps);
  const configured = Object.hasOwn(users, account.user_name) ? users[account.user_name] : undefined;
  const told = isNaming ? claims.name : undefined;
  const displayName =
    told || (isNaming && configured?.displayName) || account.display_name || account.user_name;
  const email = (isNaming ? claims.email : undefined) ?? account.email;
  yield* updateAccount(account.account_id, displayName, email, atMs);
  return { ...account, display_name: displayName, email };
}

/** The identity becomes a log-in of the account, with all that its provider tells. */
export function* takeLogIn(
  deps: Deps,
  accountId: string,
  claims: IdentityClaims,
  fqans: readonly string[],
  atMs: number,
): Work<void> {
  const link = { issuer: claims.issuer, account_id: accountId };
  yield* linkLogIn({ ...link, claim: 'sub', subject: claims.subject }, atMs);
  if (claims.voPersonId !== undefined)
    yield* linkLogIn({ ...link, claim: 'voperson_id', subject: claims.voPersonId }, atMs);
  yield* noteLogIn(accountId, claims.issuer, personOf(claims), atMs);
  yield* recordGroups(accountId, claims, fqans, atMs);
}

function* recordLogIn(
  deps: Deps,
  claims: IdentityClaims,
  newAccountId: string,
  fqans: readonly string[],
  from: CallOrigin | undefined,
): Work<Account> {
  const atMs = deps.clock.nowMs();
  const found = (yield* findByClaims(claims)) ?? (yield* makeAccount(deps, claims, newAccountId, atMs));
  const account = yield* nameAccount(deps, found, claims, atMs);
  const accountId = account.account_id;
  yield* takeLogIn(deps, accountId, claims, fqans, atMs);
  if (account.is_configured === 1)
    for (const certificate of deps.configuredCertificates ?? [])
      if (certificate.userName === account.user_name)
        yield* linkCertificate(accountId, certificate, 'configuration', atMs);
  yield* takeVouched(deps, account, claims, from, atMs);
  return yield* toAccount(account);
}

/** Certificates that the provider says are his. */
export function* takeVouched(
  deps: Deps,
  account: AccountRow,
  claims: IdentityClaims,
  from: CallOrigin | undefined,
  atMs: number,
): Work<void> {
  const configuredUsers = yield* configuredUsersOf(deps, account);
  const { account_id: accountId } = account;
  yield* linkVouched(
    values(deps).users,
    deps.configuredCertificates ?? [],
    { accountId, configuredUsers, claims, from },
    atMs,
  );
}

function checkClaims(claims: IdentityClaims): void {
  for (const [field, value] of [
    ['issuer', claims.issuer],
    ['sub', claims.subject],
  ] as const)
    if (value === '' || value.length > 512)
      throw new WmsError('input.invalid', `The log-in has no usable claim "${field}".`, { field });
}

export function createAccountService(deps: AccountServiceDeps): AccountUseCases {
  const newAccountId = monotonicFactory();
  return {
    async logIn(claims, from) {
      checkClaims(claims);
      const { fqans, dropped } = logInGroups(values(deps).identity, claims);
      const accountId = newAccountId(deps.clock.nowMs());
      const account = await deps.database.write(function* () {
        const found = yield* recordLogIn(deps, claims, accountId, fqans, from);
        yield* recordAudit({
          atMs: deps.clock.nowMs(),
          action: 'log in',
          actorAccountId: found.accountId,
          actorGroup: '',
          targetAccountId: found.accountId,
          subjectDn: null,
          result: 'OK',
          from,
          details: { issuer: claims.issuer },
        });
        return found;
      });
      deps.log.info(
        {
          accountId: account.accountId,
          issuer: claims.issuer,
          fqans: fqans.length,
          droppedEntitlements: dropped,
        },
        'account.logged-in',
      );
      return account;
    },
    account: (accountId) =>
      deps.database.read(function* () {
        const row = yield* findAccount(accountId);
        return row ? yield* toAccount(row) : undefined;
      }),
    memberships: (accountId, logInIssuer) =>
      deps.database.read(function* () {
        const identity = yield* knownIdentity(deps, accountId, logInIssuer);
        return identity ? membershipsOf(values(deps), identity) : [];
      }),
  };
}
