/**
 * Asking to be a member (credentials.md §1.3): somebody who is logged in and in no group, or not in this one, asks
 * the managers of a VO in the portal, and they decide there.
 */
import { recordAudit } from '../../audit/audit.store.ts';
import type { Work } from '../../db/database.ts';
import { WmsError } from '../../kernel/wms-error.ts';
import type { OwnerMailParts } from '../../mail/owner-mail.service.ts';
import type { MembershipRequest, OpenVo, OwnSuspension, RegistryUseCases } from '../../use-cases.ts';
import { knownIdentity, type AccountServiceDeps } from '../account.service.ts';
import { findAccount } from '../account.store.ts';
import { membershipsOf, suspendedVos } from '../memberships.ts';
import type { CallOrigin } from '../principal.ts';
import {
  decideRequest,
  insertRequest,
  requestsOfAccount,
  suspensionsOf,
  type RequestRow,
} from './registry.store.ts';

export interface RegistryDeps extends AccountServiceDeps, OwnerMailParts {
  /** Called when a suspension is durable: what was issued to the account is revoked. */
  readonly onSuspended?: (() => void) | undefined;
}

type Deps = RegistryDeps;

const maxOwnShown = 50;
const maxMotivation = 2000;
/** Asking again and again is no way to persuade; refused ones may be repeated after a day. */
const repeatAfterMs = 86_400_000;
const maxOpen = 5;

const values = (deps: Deps) => deps.configuration.current().values;

/** The request with the names of people. */
export function* described(row: RequestRow): Work<MembershipRequest> {
  const account = yield* findAccount(row.account_id);
  const decider = row.decided_by === null ? undefined : yield* findAccount(row.decided_by);
  return {
    requestId: row.request_id,
    vo: row.vo,
    accountId: row.account_id,
    userName: account?.user_name ?? '',
    displayName: account?.display_name ?? '',
    email: account?.email ?? null,
    motivation: row.motivation,
    requestedAtMs: row.requested_at_ms,
    decision: row.decision,
    decidedAtMs: row.decided_at_ms,
    decidedBy: decider?.user_name ?? null,
    reason: row.reason,
  };
}

export function* describedAll(found: readonly RequestRow[]): Work<readonly MembershipRequest[]> {
  const requests: MembershipRequest[] = [];
  for (const row of found) requests.push(yield* described(row));
  return requests;
}

function* openVos(deps: Deps, accountId: string): Work<readonly OpenVo[]> {
  const identity = yield* knownIdentity(deps, accountId);
  if (!identity) return [];
  const suspended = suspendedVos(values(deps), identity);
  const memberships = membershipsOf(values(deps), identity);
  return Object.entries(values(deps).vos).flatMap(([vo, { acceptsRequests, defaultGroup, description }]) =>
    acceptsRequests && defaultGroup !== undefined && !suspended.has(vo)
      ? [
          {
            vo,
            description,
            group: defaultGroup,
            isMember: memberships.some((member) => member.group === defaultGroup),
          },
        ]
      : [],
  );
}

function* ownSuspensions(deps: Deps, accountId: string): Work<readonly OwnSuspension[]> {
  const identity = yield* knownIdentity(deps, accountId);
  if (!identity) return [];
  const byManagers = new Map((yield* suspensionsOf(accountId)).map((row) => [row.vo, row]));
  const found: OwnSuspension[] = [];
  for (const vo of suspendedVos(values(deps), identity)) {
    const row = byManagers.get(vo);
    const manager = row && (yield* findAccount(row.suspended_by));
    found.push({ vo, reason: row?.reason ?? '', by: manager?.display_name ?? null });
  }
  return found;
}

function checkRepetition(own: readonly RequestRow[], vo: string, nowMs: number): void {
  const open = own.filter(({ decision }) => decision === null);
  if (open.some((request) => request.vo === vo))
    throw new WmsError('conflict', `You asked ${vo} already; its managers have not decided yet.`);
  if (open.length >= maxOpen)
    throw new WmsError('conflict', `${open.length} requests of yours are open; withdraw one first.`);
  const refused = own.find((request) => request.vo === vo && request.decision === 'refused');
  if (refused && (refused.decided_at_ms ?? 0) > nowMs - repeatAfterMs)
    throw new WmsError('conflict', `${vo} refused within the last day: ${refused.reason}`);
}

function* request(
  deps: Deps,
  accountId: string,
  vo: string,
  motivation: string,
  from: CallOrigin | undefined,
): Work<MembershipRequest> {
  const open = (yield* openVos(deps, accountId)).find((each) => each.vo === vo);
  if (!open) throw new WmsError('not-found', `The VO “${vo}” takes no requests here.`, { field: 'vo' });
  if (open.isMember) throw new WmsError('conflict', `You are a member of ${vo} already.`);
  const nowMs = deps.clock.nowMs();
  checkRepetition(yield* requestsOfAccount(accountId, maxOwnShown), vo, nowMs);
  const row = yield* insertRequest({ account_id: accountId, vo, motivation, requested_at_ms: nowMs });
  if (!row) throw new WmsError('internal', 'The request could not be written.');
  yield* recordAudit({
    atMs: nowMs,
    action: 'request membership',
    actorAccountId: accountId,
    actorGroup: '',
    targetAccountId: accountId,
    subjectDn: null,
    result: 'OK',
    vo,
    from,
  });
  return yield* described(row);
}

function* withdraw(
  deps: Deps,
  accountId: string,
  requestId: number,
  from: CallOrigin | undefined,
): Work<void> {
  const own = (yield* requestsOfAccount(accountId, maxOwnShown)).find((row) => row.request_id === requestId);
  if (!own) throw new WmsError('not-found', 'There is no such request of yours.');
  const nowMs = deps.clock.nowMs();
  if (!(yield* decideRequest(requestId, 'withdrawn', accountId, '', nowMs)))
    throw new WmsError('conflict', 'This request is decided already.');
  yield* recordAudit({
    atMs: nowMs,
    action: 'withdraw membership request',
    actorAccountId: accountId,
    actorGroup: '',
    targetAccountId: accountId,
    subjectDn: null,
    result: 'OK',
    vo: own.vo,
    from,
  });
}

export function createMembershipRequests(
  deps: Deps,
): Pick<RegistryUseCases, 'openVos' | 'ownRequests' | 'ownSuspensions' | 'request' | 'withdraw'> {
  const { database } = deps;
  return {
    openVos: (accountId) => database.read(() => openVos(deps, accountId)),
    ownRequests: (accountId) =>
      database.read(function* () {
        return yield* describedAll(yield* requestsOfAccount(accountId, maxOwnShown));
      }),
    ownSuspensions: (accountId) => database.read(() => ownSuspensions(deps, accountId)),
    async request(accountId, vo, motivation, from) {
      const text = motivation.trim();
      if (text === '' || text.length > maxMotivation)
        throw new WmsError(
          'input.invalid',
          `Say in 1 to ${maxMotivation} characters who you are and what you want to run.`,
          { field: 'motivation' },
        );
      return database.write(() => request(deps, accountId, vo, text, from));
    },
    withdraw: (accountId, requestId, from) =>
      database.write(() => withdraw(deps, accountId, requestId, from)),
  };
}
