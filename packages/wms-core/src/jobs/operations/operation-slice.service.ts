/**
 * One step of an operation: some jobs, each judged and acted on by itself, in one transaction with the place the
 * operation has come to. Killed at any point it goes on exactly where it was, and no job has its turn twice.
 */
import type { Database, Work } from '../../db/database.ts';
import type { ConfigurationSnapshot } from '../../configuration/schema.ts';
import type { UserPrincipal } from '../../identity/principal.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/logger.ts';
import { isWmsError } from '../../kernel/wms-error.ts';
import type { OperationState } from '../../use-cases.ts';
import type { ActOnJob } from '../act-on-job.service.ts';
import { selectedAmong, selectJobIds, type JobSelection } from '../job-search.store.ts';
import type { SearchCondition } from '../job-search.ts';
import { jobSelectionOf } from '../job-selection.ts';
import { ringOperation, starterOf, storeVerdicts, verdictOf } from './operation-records.service.ts';
import {
  addProgress,
  findOperation,
  finishOperation,
  rememberedJobIds,
  takePlace,
  type NewVerdict,
  type OperationRow,
} from './operation.store.ts';
import type { GiveBack } from './give-back.service.ts';

/** The principal as he is now; undefined when he is not in that group any more. */
export type CurrentPrincipal = (principal: UserPrincipal) => Promise<UserPrincipal | undefined>;

export interface OperationSliceParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly configuration: { current(): ConfigurationSnapshot };
  readonly actOnJob: ActOnJob;
  readonly giveBack: GiveBack;
  readonly currentPrincipal: CurrentPrincipal;
  /** Jobs of one transaction; a smaller number lets others in between more often. */
  readonly sliceSize?: number | undefined;
}

/** One step; false when the operation needs no more. */
export type RunSlice = (operationId: number) => Promise<boolean>;

/** About 20 ms of the writer on SQLite. */
const usualSliceSize = 200;

export function createOperationSlice(parts: OperationSliceParts): RunSlice {
  const { database, clock, sliceSize = usualSliceSize } = parts;
  const log = parts.log.child({ part: 'job-operations' });

  const selectionOf = (operation: OperationRow, principal: UserPrincipal): JobSelection =>
    jobSelectionOf(
      principal,
      parts.configuration.current().values.jobVisibility,
      JSON.parse(operation.search ?? '[]') as readonly SearchCondition[],
    );

  function* nextJobIds(operation: OperationRow, principal: UserPrincipal): Work<readonly number[]> {
    const { undoes, afterJobId: after, upperJobId: upper } = operation;
    return undoes === null
      ? yield* selectJobIds(selectionOf(operation, principal), { after, upper }, sliceSize)
      : yield* rememberedJobIds(undoes, after, sliceSize);
  }

  /** What became of the search meanwhile: a job that started since it was seen as waiting is left alone. */
  function* stillMeant(
    operation: OperationRow,
    principal: UserPrincipal,
    jobIds: readonly number[],
  ): Work<readonly number[]> {
    if (operation.undoes !== null) return jobIds;
    const selected = yield* selectedAmong(selectionOf(operation, principal), jobIds);
    return jobIds.filter((jobId) => selected.has(jobId));
  }

  function* actOne(operation: OperationRow, principal: UserPrincipal, jobId: number): Work<NewVerdict> {
    const { action, undoes } = operation;
    if (undoes !== null)
      return { verdict: yield* parts.giveBack(principal, undoes, jobId), memory: null };
    if (action === 'undo') throw new Error(`operation ${operation.operationId} takes back nothing`);
    return verdictOf(yield* parts.actOnJob.act(principal, action, jobId));
  }

  /** False when another process was faster or the operation was cancelled: nothing is written then. */
  function* actOnAll(
    operation: OperationRow,
    principal: UserPrincipal,
    jobIds: readonly number[],
    judge: (jobId: number) => Work<NewVerdict> = (jobId) => actOne(operation, principal, jobId),
  ): Work<boolean> {
    const last = jobIds.at(-1) ?? operation.upperJobId;
    if (!(yield* takePlace(operation, last))) return false;
    const verdicts: NewVerdict[] = [];
    for (const jobId of yield* stillMeant(operation, principal, jobIds)) verdicts.push(yield* judge(jobId));
    yield* addProgress(operation.operationId, yield* storeVerdicts(operation.operationId, verdicts));
    yield* ringOperation(operation, clock.nowMs());
    return true;
  }

  /** A job that cannot be handled must not stop the others. */
  async function actOneByOne(
    operation: OperationRow,
    principal: UserPrincipal,
    jobIds: readonly number[],
  ): Promise<void> {
    let at = operation;
    for (const jobId of jobIds) {
      const here = at;
      try {
        await database.write(() => actOnAll(here, principal, [jobId]));
      } catch (error) {
        if (isPassing(error)) throw error;
        log.error({ operationId: at.operationId, jobId, err: error }, 'operation.job-failed');
        await database.write(() => actOnAll(here, principal, [jobId], brokenJob));
      }
      at = { ...at, afterJobId: jobId };
    }
  }

  async function end(
    operation: OperationRow,
    state: Exclude<OperationState, 'Running'>,
    reason: string | null,
  ) {
    const { undoWindowS } = parts.configuration.current().values.lifeCycle;
    await database.write(function* () {
      const atMs = clock.nowMs();
      const undoUntilMs = undoWindowS > 0 ? atMs + undoWindowS * 1000 : null;
      yield* finishOperation(operation.operationId, state, { atMs, undoUntilMs, reason });
      yield* ringOperation(operation, atMs);
    });
    log.info({ operationId: operation.operationId, state, reason }, 'operation.ended');
  }

  return async function runSlice(operationId) {
    const operation = await database.read(() => findOperation(operationId));
    if (operation?.state !== 'Running') return false;
    const starter = starterOf(operation);
    const principal = await parts.currentPrincipal(starter);
    if (!principal) {
      await end(operation, 'Failed', `${starter.userName} is not in the group ${starter.group} any more.`);
      return false;
    }
    const jobIds = await database.readHeavy(() => nextJobIds(operation, principal));
    if (jobIds.length === 0) {
      await end(operation, 'Done', null);
      return false;
    }
    try {
      return await database.write(() => actOnAll(operation, principal, jobIds));
    } catch (error) {
      if (isPassing(error)) throw error;
      await actOneByOne(operation, principal, jobIds);
      return true;
    }
  };
}

/** The database is away or the disk full: later is better. */
const isPassing = (error: unknown): boolean =>
  isWmsError(error) && (error.code === 'service.unavailable' || error.code === 'storage.full');

// oxlint-disable-next-line require-yield -- a work that reads nothing
function* brokenJob(jobId: number): Work<NewVerdict> {
  const message = 'The job could not be handled; an administrator finds the reason in the log.';
  return { verdict: { jobId, ok: false, code: 'internal', message }, memory: null };
}
