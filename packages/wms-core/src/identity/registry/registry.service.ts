/**
 * The registry as managers of a VO use it (credentials.md §2): decide requests, see members and why they are, suspend
 * and resume, try out what a log-in would get. Everything in the VO of the caller only.
 */
import { recordAudit } from '../../audit/audit.store.ts';
import type { AuditAction } from '../../audit/audit-actions.ts';
import type { Work } from '../../db/database.ts';
import { WmsError } from '../../kernel/wms-error.ts';
import { mailOwner } from '../../mail/owner-mail.service.ts';
import type { MembershipRequest, RegistryUseCases } from '../../use-cases.ts';
import { findAccount } from '../account.store.ts';
import { demandFreshLogIn } from '../fresh-log-in.ts';
import type { GroupProperty } from '../group-properties.ts';
import { revokeIssued } from '../issuing/issued-certificate.store.ts';
import { hasProperty, type UserPrincipal } from '../principal.ts';
import { endedMail, resumedMail, suspendedMail } from './registry-mails.ts';
import { previewLogIn } from './login-preview.ts';
import {
  createMembershipRequests,
  described,
  describedAll,
  type RegistryDeps as Deps,
} from './membership-requests.service.ts';
import { findSync } from '../member-sync/member-sync.store.ts';
import { membersOf } from './vo-members.service.ts';
import {
  decideRequest,
  endMembership,
  findRequestOfVo,
  grantMembership,
  requestsOfVo,
  resume,
  suspend,
  type RequestRow,
} from './registry.store.ts';

const maxShown = 500;
const maxReason = 500;

/** What everybody may be given; other rights only by those who hold them. */
const ordinary: readonly GroupProperty[] = ['NormalUser'];

function demandManager(principal: UserPrincipal): void {
  if (!hasProperty(principal, 'UserManager'))
    throw new WmsError('access.denied', `The group ${principal.group} lacks the property UserManager.`, {
      group: principal.group,
      anyOf: ['UserManager'],
    });
}

function checkReason(reason: string): string {
  const text = reason.trim();
  if (text === '' || text.length > maxReason)
    throw new WmsError('input.invalid', `Give a reason of 1 to ${maxReason} characters; the user reads it.`, {
      field: 'reason',
    });
  return text;
}

const auditOf = (
  deps: Deps,
  principal: UserPrincipal,
  action: AuditAction,
  targetAccountId: string,
  details: Readonly<Record<string, string | number>>,
): Work<void> =>
  recordAudit({
    atMs: deps.clock.nowMs(),
    action,
    actorAccountId: principal.accountId,
    actorGroup: principal.group,
    targetAccountId,
    subjectDn: null,
    result: 'OK',
    vo: principal.vo,
    from: principal.from,
    details,
  });

function* openRequest(principal: UserPrincipal, requestId: number): Work<RequestRow> {
  const row = yield* findRequestOfVo(requestId, principal.vo);
  if (!row) throw new WmsError('not-found', `There is no such request for ${principal.vo}.`);
  if (row.decision !== null)
    throw new WmsError('conflict', `This request is ${row.decision} already; read the list again.`);
  return row;
}

/** Rights beyond those of the caller that members of the group have. */
const rightsBeyond = (
  properties: readonly GroupProperty[],
  principal: UserPrincipal,
): readonly GroupProperty[] =>
  properties.filter((property) => !ordinary.includes(property) && !principal.properties.includes(property));

const groupsOf = (deps: Deps, principal: UserPrincipal) =>
  deps.configuration.current().values.vos[principal.vo]?.groups ?? {};

/** Nobody gives away rights that he does not have. */
function checkGrantable(deps: Deps, principal: UserPrincipal, group: string): void {
  const groups = groupsOf(deps, principal);
  const settings = Object.hasOwn(groups, group) ? groups[group] : undefined;
  if (!settings)
    throw new WmsError('input.invalid', `${principal.vo} has no group “${group}”.`, { field: 'group' });
  const beyond = rightsBeyond(settings.properties, principal);
  if (beyond.length > 0)
    throw new WmsError(
      'access.denied',
      `The group ${group} gives ${beyond.join(', ')}, which your group ${principal.group} does not have.`,
      { group, beyond },
    );
}

const grantableGroups = (deps: Deps, principal: UserPrincipal): readonly string[] =>
  Object.entries(groupsOf(deps, principal))
    .filter(([, { properties }]) => rightsBeyond(properties, principal).length === 0)
    .map(([group]) => group);

function* grant(
  deps: Deps,
  principal: UserPrincipal,
  requestId: number,
  group: string,
): Work<MembershipRequest> {
  const row = yield* openRequest(principal, requestId);
  const atMs = deps.clock.nowMs();
  yield* decideRequest(requestId, 'granted', principal.accountId, group, atMs);
  yield* grantMembership({
    account_id: row.account_id,
    vo: principal.vo,
    group_name: group,
    granted_by: principal.accountId,
    granted_at_ms: atMs,
  });
  yield* auditOf(deps, principal, 'grant membership', row.account_id, { group });
  return yield* described({
    ...row,
    decision: 'granted',
    decided_at_ms: atMs,
    decided_by: principal.accountId,
    reason: group,
  });
}

function* refuse(
  deps: Deps,
  principal: UserPrincipal,
  requestId: number,
  reason: string,
): Work<MembershipRequest> {
  const row = yield* openRequest(principal, requestId);
  const atMs = deps.clock.nowMs();
  yield* decideRequest(requestId, 'refused', principal.accountId, reason, atMs);
  yield* auditOf(deps, principal, 'refuse membership', row.account_id, { reason });
  return yield* described({
    ...row,
    decision: 'refused',
    decided_at_ms: atMs,
    decided_by: principal.accountId,
    reason,
  });
}

/** Managers of a VO have no business with accounts that have nothing to do with it. */
function* checkIsOfVo(deps: Deps, principal: UserPrincipal, accountId: string): Work<void> {
  const isKnown = (yield* findAccount(accountId)) !== undefined;
  const members = isKnown ? yield* membersOf(deps, principal.vo) : [];
  if (!members.some((member) => member.accountId === accountId))
    throw new WmsError('not-found', `There is no such member of ${principal.vo}.`);
}

export function createRegistry(deps: Deps): RegistryUseCases {
  const { database, clock } = deps;
  /** For what changes other people's accounts. */
  const demandPresentManager = (principal: UserPrincipal): void => {
    demandManager(principal);
    demandFreshLogIn(principal, clock.nowMs());
  };
  const told = ({ vo }: UserPrincipal, accountId: string) => ({ accountId, vo, atMs: clock.nowMs() });
  return {
    ...createMembershipRequests(deps),
    async requests(principal) {
      demandManager(principal);
      return database.read(function* () {
        return yield* describedAll(yield* requestsOfVo(principal.vo, maxShown));
      });
    },
    async grantableGroups(principal) {
      demandManager(principal);
      return grantableGroups(deps, principal);
    },
    async grant(principal, requestId, group) {
      demandPresentManager(principal);
      checkGrantable(deps, principal, group);
      return database.write(() => grant(deps, principal, requestId, group));
    },
    async refuse(principal, requestId, reason) {
      demandPresentManager(principal);
      const text = checkReason(reason);
      return database.write(() => refuse(deps, principal, requestId, text));
    },
    async members(principal) {
      demandManager(principal);
      return database.readHeavy(() => membersOf(deps, principal.vo));
    },
    async synchronisation(principal) {
      demandManager(principal);
      const row = await database.read(() => findSync(principal.vo));
      return (
        row && {
          source: row.source,
          members: row.members,
          synchronisedAtMs: row.synced_at_ms,
          failure: row.failure,
        }
      );
    },
    async endMembership(principal, accountId, group) {
      demandPresentManager(principal);
      await database.write(function* () {
        if (!(yield* endMembership(accountId, principal.vo, group)))
          throw new WmsError(
            'not-found',
            `No membership of ${group} was granted here; others end at the identity provider, at the membership service of the VO or in the configuration.`,
          );
        yield* auditOf(deps, principal, 'end membership', accountId, { group });
        yield* mailOwner(deps, accountId, endedMail(told(principal, accountId), group));
      });
    },
    async suspend(principal, accountId, reason) {
      demandPresentManager(principal);
      const text = checkReason(reason);
      if (accountId === principal.accountId)
        throw new WmsError('input.invalid', 'You cannot suspend yourself; ask another manager.', {
          field: 'accountId',
        });
      await database.write(function* () {
        yield* checkIsOfVo(deps, principal, accountId);
        const atMs = clock.nowMs();
        yield* suspend({
          account_id: accountId,
          vo: principal.vo,
          reason: text,
          suspended_by: principal.accountId,
          suspended_at_ms: atMs,
        });
        yield* revokeIssued(accountId, atMs);
        yield* auditOf(deps, principal, 'suspend account', accountId, { reason: text });
        yield* mailOwner(deps, accountId, suspendedMail(told(principal, accountId), text));
      });
      deps.onSuspended?.();
    },
    async resume(principal, accountId) {
      demandPresentManager(principal);
      await database.write(function* () {
        if (!(yield* resume(accountId, principal.vo)))
          throw new WmsError('not-found', 'No manager of this VO suspended that account.');
        yield* auditOf(deps, principal, 'resume account', accountId, {});
        yield* mailOwner(deps, accountId, resumedMail(told(principal, accountId)));
      });
    },
    async preview(principal, userName, entitlements) {
      demandManager(principal);
      return previewLogIn(deps.configuration.current().values, principal.vo, { userName, entitlements });
    },
  };
}
