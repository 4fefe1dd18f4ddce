/**
 * One step of an operation: some jobs, each judged and acted on by itself, in one transaction with the place the
 * operation has come to. Killed at any point it goes on exactly where it was, and no job has its turn twice.
 */
import type { Database, Work } from '../../db/database.ts';
import type { ConfigurationSnapshot } from '../../configuration/schema.ts';
import type { UserPrincipal } from '../../identity/principal.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/logger.ts';
import { isStoreTrouble } from '../../kernel/wms-error.ts';
import type { OperationState } from '../../use-cases.ts';
import type { ActOnJob } from '../act-on-job.service.ts';
import type { UnmadeJobs } from '../bulk/unmade-jobs.service.ts';
import { selectedAmong, selectJobIds, type JobSelection } from '../job-search.store.ts';
import type { SearchCondition } from '../job-search.ts';
import { jobSelectionOf } from '../job-selection.ts';
import { ringOperation, starterOf, storeVerdicts, verdictOf } from './operation-records.service.ts';
import {
  addProgress,
  findOperation,
  finishOperation,
  rememberedJobs,
  takePlace,
  type NewVerdict,
  type OperationRow,
} from './operation.store.ts';
import type { GiveBack } from './give-back.service.ts';
import { readMemory } from './undo-job.ts';

/** The principal as he is now; undefined when he is not in that group any more. */
export type CurrentPrincipal = (principal: UserPrincipal) => Promise<UserPrincipal | undefined>;

export interface OperationSliceParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly configuration: { current(): ConfigurationSnapshot };
  readonly actOnJob: ActOnJob;
  readonly giveBack: GiveBack;
  readonly unmadeJobs: Pick<UnmadeJobs, 'first' | 'make'>;
  readonly currentPrincipal: CurrentPrincipal;
  /** Jobs of one transaction; as many as a step has time for when left out. */
  readonly sliceSize?: number | undefined;
}

/** One step; false when the operation needs no more. */
export type RunSlice = (operationId: number) => Promise<boolean>;

/** A job whose turn it is, and what is remembered of it when something is taken back. */
interface Turn {
  readonly jobId: number;
  readonly memory?: string;
}

/** Whose turn it is; nobody's while the jobs of a bulk must be made first. */
interface Next {
  readonly turns: readonly Turn[];
  readonly unmadeBulkId?: number | undefined;
}

/** A step should take so long: a server on SQLite answers nothing else meanwhile. */
const wantedStepMs = 20;
const fewestAtOnce = 10;
const mostAtOnce = 200;

export function createOperationSlice(parts: OperationSliceParts): RunSlice {
  const { database, clock } = parts;
  let atOnce = 50;
  const sliceSize = (): number => parts.sliceSize ?? atOnce;

  function learnFrom(tookMs: number): void {
    if (tookMs > wantedStepMs * 1.5) atOnce = Math.max(fewestAtOnce, Math.floor(atOnce / 2));
    else if (tookMs < wantedStepMs) atOnce = Math.min(mostAtOnce, atOnce + 10);
  }
  const log = parts.log.child({ part: 'job-operations' });

  const selectionOf = (operation: OperationRow, principal: UserPrincipal): JobSelection =>
    jobSelectionOf(
      principal,
      parts.configuration.current().values.jobVisibility,
      JSON.parse(operation.search ?? '[]') as readonly SearchCondition[],
    );

  function* nextJobs(operation: OperationRow, principal: UserPrincipal): Work<Next> {
    const { action, undoes, afterJobId: after, upperJobId: upper } = operation;
    if (undoes !== null) return { turns: yield* rememberedJobs(undoes, after, sliceSize()) };
    if (action === 'undo') throw new Error(`operation ${operation.operationId} takes back nothing`);
    const selection = selectionOf(operation, principal);
    // Before the jobs: what is made meanwhile has its turn at the next step.
    const unmade = yield* parts.unmadeJobs.first({ principal, action, selection }, { after, upper });
    const range = { after, upper: Math.min(upper, (unmade?.jobId ?? Infinity) - 1) };
    const jobIds = yield* selectJobIds(selection, range, sliceSize());
    return { turns: jobIds.map((jobId) => ({ jobId })), unmadeBulkId: unmade?.bulkId };
  }

  /** False when it cannot be done now: the operation waits for whoever mends it, and others have their turn. */
  async function makeJobs({ operationId }: OperationRow, bulkId: number): Promise<boolean> {
    try {
      await parts.unmadeJobs.make(bulkId);
      return true;
    } catch (error) {
      if (isStoreTrouble(error)) throw error;
      log.error({ operationId, bulkId, err: error }, 'operation.bulk-not-made');
      return false;
    }
  }

  /** What became of the search meanwhile: a job that started since it was seen as waiting is left alone. */
  function* stillMeant(
    operation: OperationRow,
    principal: UserPrincipal,
    turns: readonly Turn[],
  ): Work<readonly Turn[]> {
    if (operation.undoes !== null) return turns;
    const jobIds = turns.map(({ jobId }) => jobId);
    const selected = yield* selectedAmong(selectionOf(operation, principal), jobIds);
    return turns.filter(({ jobId }) => selected.has(jobId));
  }

  function* actOne(
    { action, operationId }: OperationRow,
    principal: UserPrincipal,
    { jobId, memory }: Turn,
  ): Work<NewVerdict> {
    if (memory !== undefined)
      return { verdict: yield* parts.giveBack(principal, jobId, readMemory(memory)), memory: null };
    if (action === 'undo') throw new Error(`operation ${operationId} takes back nothing`);
    return verdictOf(yield* parts.actOnJob.act(principal, action, jobId));
  }

  /** False when another process was faster or the operation was cancelled: nothing is written then. */
  function* actOnAll(
    operation: OperationRow,
    principal: UserPrincipal,
    turns: readonly Turn[],
    judge: (turn: Turn) => Work<NewVerdict> = (turn) => actOne(operation, principal, turn),
  ): Work<boolean> {
    const last = turns.at(-1)?.jobId ?? operation.upperJobId;
    if (!(yield* takePlace(operation, last))) return false;
    const verdicts: NewVerdict[] = [];
    for (const turn of yield* stillMeant(operation, principal, turns)) verdicts.push(yield* judge(turn));
    yield* addProgress(operation.operationId, yield* storeVerdicts(operation.operationId, verdicts));
    yield* ringOperation(operation, clock.nowMs());
    return true;
  }

  /** A job that cannot be handled must not stop the others. */
  async function actOneByOne(
    operation: OperationRow,
    principal: UserPrincipal,
    turns: readonly Turn[],
  ): Promise<void> {
    let at = operation;
    for (const turn of turns) {
      const here = at;
      const { jobId } = turn;
      try {
        await database.write(() => actOnAll(here, principal, [turn]));
      } catch (error) {
        if (isStoreTrouble(error)) throw error;
        log.error({ operationId: at.operationId, jobId, err: error }, 'operation.job-failed');
        await database.write(() => actOnAll(here, principal, [turn], brokenJob));
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
    const { turns, unmadeBulkId } = await database.readHeavy(() => nextJobs(operation, principal));
    if (turns.length === 0 && unmadeBulkId !== undefined) return makeJobs(operation, unmadeBulkId);
    if (turns.length === 0) {
      await end(operation, 'Done', null);
      return false;
    }
    try {
      const startedAtMs = performance.now();
      const isMore = await database.write(() => actOnAll(operation, principal, turns));
      learnFrom(performance.now() - startedAtMs);
      return isMore;
    } catch (error) {
      if (isStoreTrouble(error)) throw error;
      await actOneByOne(operation, principal, turns);
      return true;
    }
  };
}

// oxlint-disable-next-line require-yield -- a work that reads nothing
function* brokenJob({ jobId }: Turn): Work<NewVerdict> {
  const message = 'The job could not be handled; an administrator finds the reason in the log.';
  return { verdict: { jobId, ok: false, code: 'internal', message }, memory: null };
}
