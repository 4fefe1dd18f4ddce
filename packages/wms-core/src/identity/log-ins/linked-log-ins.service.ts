/**
 * Several log-ins for one account (credentials.md §1.3): an identity that somebody proved at its provider becomes a way
 * into the account he was in already, and can be taken away again. Never by e-mail or by name, never one that is
 * another's, and never the last one.
 */
import { createHash } from 'node:crypto';
import type { AuditAction } from '../../audit/audit-actions.ts';
import { recordAudit } from '../../audit/audit.store.ts';
import { afterCommit, type Work } from '../../db/database.ts';
import { WmsError } from '../../kernel/wms-error.ts';
import { mailOwner, type OwnerMailParts } from '../../mail/owner-mail.service.ts';
import type { IdentityClaims } from '../../use-cases.ts';
import { knownIdentity, takeLogIn, takeVouched, type AccountServiceDeps } from '../account.service.ts';
import { findAccount, findAccountIdByLogIn, logInsOf } from '../account.store.ts';
import { demandFreshLogIn } from '../fresh-log-in.ts';
import { logInGroups } from '../log-in-groups.ts';
import { suspendedVos } from '../memberships.ts';
import { withdrawLogInNotice } from '../outside/log-in-notice.service.ts';
import { beginRevocation, grantsOf } from '../outside/token-grant.store.ts';
import type { CallOrigin } from '../principal.ts';
import { forgetLogIn, logInFactsOf, type LogInFactsRow } from './log-in-facts.store.ts';
import { linkedMail, refusedMail, unlinkedMail, wantedMail } from './log-in-mails.ts';
import type { LinkedLogIn, LinkOutlook, LogInUseCases, NewlyLinked } from './log-in-use-cases.ts';
import { personOf } from './person-of.ts';
import { isUnused } from './unused-account.store.ts';

export interface LinkedLogInsDeps extends AccountServiceDeps, OwnerMailParts {
  /** Somebody is in other groups than before; called when that is durable. */
  readonly onGroupsChanged?: () => void;
}

type Deps = LinkedLogInsDeps;

/** Of this account's log-in at the issuer; that of another account is another one. */
const idOf = ({ account_id, issuer }: Pick<LogInFactsRow, 'account_id' | 'issuer'>): string =>
  createHash('sha256').update(`${account_id} ${issuer}`).digest('base64url').slice(0, 22);

const describe = (row: LogInFactsRow): LinkedLogIn => ({
  logInId: idOf(row),
  issuer: row.issuer,
  person: row.person,
  assurance: row.assurance,
  linkedAtMs: row.linked_at_ms,
  lastLogInAtMs: row.last_log_in_at_ms,
});

interface Event {
  readonly action: AuditAction;
  readonly accountId: string;
  readonly target?: string;
  readonly result?: string;
  readonly from: CallOrigin;
  readonly details: Readonly<Record<string, string>>;
}

const audit = (deps: Deps, { action, accountId, target, result, from, details }: Event): Work<void> =>
  recordAudit({
    atMs: deps.clock.nowMs(),
    action,
    actorAccountId: accountId,
    // None of these acts in a group.
    actorGroup: '',
    targetAccountId: target ?? accountId,
    subjectDn: null,
    result: result ?? 'OK',
    from,
    details,
  });

/** An identity has up to two names at its provider, which may have come to two accounts. */
function* ownersOf({ issuer, subject, voPersonId }: IdentityClaims): Work<ReadonlySet<string>> {
  const owners = [
    yield* findAccountIdByLogIn(issuer, 'sub', subject),
    voPersonId === undefined ? undefined : yield* findAccountIdByLogIn(issuer, 'voperson_id', voPersonId),
  ];
  return new Set(owners.filter((owner) => owner !== undefined));
}

type Outlook = LinkOutlook & { readonly owner?: string };

/** Of an identity that leads to another account, or to several. */
function* outlookOfOthers(
  deps: Deps,
  owners: ReadonlySet<string>,
  other: string,
  issuer: string,
): Work<Outlook> {
  const account = yield* findAccount(other);
  const told = { userName: account?.user_name ?? '', owner: other };
  const identity = yield* knownIdentity(deps, other);
  const isFree = account && owners.size === 1 && identity?.configuredUsers.length === 0;
  return { kind: isFree && (yield* isUnused(account, issuer)) ? 'unused' : 'taken', ...told };
}

function* outlookFor(deps: Deps, accountId: string, claims: IdentityClaims): Work<Outlook> {
  const { issuer } = claims;
  const owners = yield* ownersOf(claims);
  const other = [...owners].find((owner) => owner !== accountId);
  const second = (yield* logInFactsOf(accountId)).find((row) => row.issuer === issuer);
  if (other === undefined && owners.size > 0) return { kind: 'own' };
  const outlook: Outlook =
    other === undefined ? { kind: 'free' } : yield* outlookOfOthers(deps, owners, other, issuer);
  if (outlook.kind === 'taken' || second === undefined) return outlook;
  return { kind: 'second', person: second.person };
}

function* propose(
  deps: Deps,
  accountId: string,
  claims: IdentityClaims,
  from: CallOrigin,
): Work<LinkOutlook> {
  const { owner, ...outlook } = yield* outlookFor(deps, accountId, claims);
  if (owner === undefined || outlook.kind !== 'taken') return outlook;
  const { issuer } = claims;
  yield* audit(deps, {
    action: 'refuse log-in link',
    accountId,
    target: owner,
    result: 'conflict',
    from,
    details: { issuer },
  });
  const told = { issuer, person: personOf(claims), atMs: deps.clock.nowMs() };
  yield* mailOwner(deps, accountId, refusedMail({ ...told, accountId }));
  const by = (yield* findAccount(accountId))?.user_name ?? accountId;
  yield* mailOwner(deps, owner, wantedMail({ ...told, accountId: owner }, by));
  return outlook;
}

/** Nothing is left behind in the account that the log-in leaves. */
function* leaveAccount(deps: Deps, accountId: string, issuer: string, atMs: number): Work<void> {
  for (const grant of yield* grantsOf(accountId))
    if (grant.issuer === issuer && grant.status !== 'revoking') yield* beginRevocation(grant.grant_id, atMs);
  yield* withdrawLogInNotice(accountId, issuer, atMs);
  yield* forgetLogIn(accountId, issuer);
  yield* afterCommit(() => deps.onGroupsChanged?.());
}

function* link(deps: Deps, accountId: string, claims: IdentityClaims, from: CallOrigin): Work<NewlyLinked> {
  const { owner, ...outlook } = yield* outlookFor(deps, accountId, claims);
  const account = yield* findAccount(accountId);
  if (!['free', 'unused'].includes(outlook.kind) || !account)
    throw new WmsError('conflict', 'This log-in cannot be linked to your account any more.', {
      reason: outlook.kind,
    });
  const atMs = deps.clock.nowMs();
  const { issuer, subject } = claims;
  if (owner !== undefined) {
    yield* leaveAccount(deps, owner, issuer, atMs);
    yield* audit(deps, { action: 'unlink log-in', accountId, target: owner, from, details: { issuer } });
  }
  const { fqans } = logInGroups(deps.configuration.current().values.identity, claims);
  yield* takeLogIn(deps, accountId, claims, fqans, atMs);
  yield* takeVouched(deps, account, claims, from, atMs);
  yield* audit(deps, { action: 'link log-in', accountId, from, details: { issuer, subject } });
  yield* mailOwner(deps, accountId, linkedMail({ accountId, issuer, person: personOf(claims), atMs }));
  yield* afterCommit(() => deps.onGroupsChanged?.());
  const linked = (yield* logInFactsOf(accountId)).find((row) => row.issuer === issuer);
  if (!linked) throw new WmsError('internal', 'A log-in that was just linked is not there.');
  return { logIn: describe(linked), closedAccountId: owner };
}

const refuse = (message: string, reason: string): WmsError => new WmsError('conflict', message, { reason });

function* demandOtherWay(deps: Deps, accountId: string, issuer: string, from: CallOrigin): Work<void> {
  const others = (yield* logInsOf(accountId)).filter((row) => row.issuer !== issuer);
  if (others.length === 0)
    throw refuse('This is the last log-in of your account; link another one first.', 'LAST');
  if (from.logInIssuer === issuer)
    throw refuse(
      'You are logged in by it at this moment. Log in by another one, which shows that it works, then un-link this one.',
      'IN_USE',
    );
  // The identity would come back as somebody new, whom the suspension does not know.
  const identity = yield* knownIdentity(deps, accountId);
  if (identity && suspendedVos(deps.configuration.current().values, identity).size > 0)
    throw refuse(
      'Your account is suspended in a VO; its log-ins stay as they are until that is lifted.',
      'SUSPENDED',
    );
}

function* unlink(deps: Deps, accountId: string, logInId: string, from: CallOrigin): Work<string> {
  const row = (yield* logInFactsOf(accountId)).find((each) => idOf(each) === logInId);
  if (!row) throw new WmsError('not-found', 'Your account has no such log-in.');
  const { issuer, person } = row;
  yield* demandOtherWay(deps, accountId, issuer, from);
  const atMs = deps.clock.nowMs();
  yield* leaveAccount(deps, accountId, issuer, atMs);
  yield* audit(deps, { action: 'unlink log-in', accountId, from, details: { issuer } });
  yield* mailOwner(deps, accountId, unlinkedMail({ accountId, issuer, person, atMs }));
  return issuer;
}

export function createLinkedLogIns(deps: Deps): LogInUseCases {
  const { database, log } = deps;
  const demandFresh = (from: CallOrigin): void =>
    demandFreshLogIn({ from }, deps.clock.nowMs(), 'This changes who can open your account');
  return {
    demandFresh,
    list: (accountId) =>
      database.read(function* () {
        return (yield* logInFactsOf(accountId)).map(describe);
      }),
    async propose(accountId, claims, from) {
      const outlook = await database.write(() => propose(deps, accountId, claims, from));
      log.info({ accountId, issuer: claims.issuer, outlook: outlook.kind }, 'log-in.proposed');
      return outlook;
    },
    async link(accountId, claims, from) {
      const linked = await database.write(() => link(deps, accountId, claims, from));
      log.info({ accountId, issuer: claims.issuer }, 'log-in.linked');
      return linked;
    },
    async unlink(accountId, logInId, from) {
      demandFresh(from);
      const issuer = await database.write(() => unlink(deps, accountId, logInId, from));
      log.info({ accountId, issuer }, 'log-in.unlinked');
      return issuer;
    },
  };
}
