/** What the parts of operations share: who started one, how it looks to him, its verdicts, its bell. */
import { recordEvent } from '../../events/event.store.ts';
import type { Work } from '../../db/database.ts';
import type { GroupProperty } from '../../identity/group-properties.ts';
import type { UserPrincipal } from '../../identity/principal.ts';
import type { JobOperation } from '../../use-cases.ts';
import type { ActedJob } from '../act-on-job.service.ts';
import { insertVerdict, type NewVerdict, type OperationRow, type Progress } from './operation.store.ts';
import { memoryOf, writeMemory } from './undo-job.ts';

/** The principal as he was when he started it; what he may do now is asked anew. */
export const starterOf = (operation: OperationRow): UserPrincipal => ({
  kind: 'user',
  accountId: operation.accountId,
  userName: operation.userName,
  vo: operation.vo,
  group: operation.userGroup,
  properties: JSON.parse(operation.properties) as readonly GroupProperty[],
});

export const ownedBy = (principal: UserPrincipal) => ({
  accountId: principal.accountId,
  userName: principal.userName,
  vo: principal.vo,
  userGroup: principal.group,
  properties: JSON.stringify(principal.properties),
});

/** A mere preview counts as running: it is shown to nobody. */
export function viewOf(operation: OperationRow, nowMs: number): JobOperation {
  const { state, undoUntilMs, undoneBy } = operation;
  const isOpen = undoneBy === null && undoUntilMs !== null && undoUntilMs > nowMs;
  return {
    operationId: operation.operationId,
    action: operation.action,
    state: state === 'Previewed' ? 'Running' : state,
    total: operation.total,
    done: operation.done,
    refused: operation.refused,
    undoable: operation.undoable,
    undoUntilMs: isOpen ? undoUntilMs : null,
    undoneBy,
    undoes: operation.undoes,
    createdAtMs: operation.createdAtMs,
    finishedAtMs: operation.finishedAtMs,
    reason: operation.reason,
  };
}

export function verdictOf({ verdict, before, after }: ActedJob): NewVerdict {
  const memory = before && after && memoryOf(before, after);
  return { verdict, memory: memory === undefined ? null : writeMemory(memory) };
}

/** Stores the verdicts and returns what they add to the operation. */
export function* storeVerdicts(operationId: number, verdicts: readonly NewVerdict[]): Work<Progress> {
  for (const each of verdicts) yield* insertVerdict(operationId, each);
  const done = verdicts.filter(({ verdict }) => verdict.ok).length;
  const undoable = verdicts.filter(({ memory }) => memory !== null).length;
  return { done, refused: verdicts.length - done, undoable };
}

export function* ringOperation(
  { operationId, vo, userName, userGroup }: OperationRow,
  atMs: number,
): Work<void> {
  yield* recordEvent({
    noun: 'operation',
    id: String(operationId),
    vo,
    owner: userName,
    ownerGroup: userGroup,
    atMs,
  });
}
