/**
 * Actions on many jobs as their user meets them: a preview that changes nothing, an operation in the background
 * with progress and a verdict for each job, its end by hand, and the way back for a while (ADR 0017).
 */
import { randomUUID } from 'node:crypto';
import { afterCommit, type Database, type Work } from '../../db/database.ts';
import { selectedColumns } from '../../db/search-sql.ts';
import type { ConfigurationSnapshot } from '../../configuration/schema.ts';
import { hasProperty, type UserPrincipal } from '../../identity/principal.ts';
import type { Clock } from '../../kernel/clock.ts';
import { WmsError } from '../../kernel/wms-error.ts';
import type { JobAction, JobOperation, JobOperationUseCases, JobVerdict } from '../../use-cases.ts';
import type { ActOnJob } from '../act-on-job.service.ts';
import type { UnmadeJobs } from '../bulk/unmade-jobs.service.ts';
import { mostActions } from '../job-manager.service.ts';
import { highestJobId, jobCatalogue, summariseJobs } from '../job-search.store.ts';
import { jobSelectionOf } from '../job-selection.ts';
import type { JobStatus } from '../job-status.ts';
import { forecastOf } from './operation-preview.ts';
import { ownedBy, ringOperation, storeVerdicts, verdictOf, viewOf } from './operation-records.service.ts';
import {
  addProgress,
  findOperation,
  findOperationByToken,
  finishOperation,
  insertOperation,
  listVerdicts,
  markUndone,
  operationsOf,
  startPreviewed,
  type NewVerdict,
  type OperationRow,
} from './operation.store.ts';

export interface JobOperationsParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly configuration: { current(): ConfigurationSnapshot };
  readonly actOnJob: ActOnJob;
  readonly unmadeJobs: Pick<UnmadeJobs, 'count'>;
  /** An operation is there to be run. */
  readonly wake: () => void;
}

const previewLivesMs = 600_000;
const mostListed = 50;
const mostVerdicts = 1000;
/** Named jobs of one transaction. */
const atOnce = 200;

const counted = selectedColumns(jobCatalogue, ['Status', 'Owner', 'OwnerGroup']);

export function createJobOperations(parts: JobOperationsParts): JobOperationUseCases {
  const { database, clock } = parts;
  const values = () => parts.configuration.current().values;
  const notFound = () => new WmsError('not-found', 'There is no such operation.');

  /** Own ones, and those of the VO for its administrators. */
  function* known(principal: UserPrincipal, operationId: number): Work<OperationRow> {
    const operation = yield* findOperation(operationId);
    const isVisible =
      operation?.vo === principal.vo &&
      operation.state !== 'Previewed' &&
      (operation.accountId === principal.accountId || hasProperty(principal, 'JobAdministrator'));
    if (!isVisible) throw notFound();
    return operation;
  }

  function* view(operationId: number): Work<JobOperation> {
    const operation = yield* findOperation(operationId);
    if (!operation) throw notFound();
    return viewOf(operation, clock.nowMs());
  }

  function* wake(): Work<void> {
    yield* afterCommit(() => parts.wake());
  }

  const undoUntil = (nowMs: number): number => nowMs + values().lifeCycle.undoWindowS * 1000;

  /** Acts on some named jobs; an operation is made as soon as there is something to give back. */
  function* actOnNamed(
    principal: UserPrincipal,
    action: JobAction,
    jobIds: readonly number[],
    at: { readonly total: number; readonly operation: OperationRow | undefined },
  ): Work<{ readonly verdicts: readonly JobVerdict[]; readonly operation: OperationRow | undefined }> {
    const verdicts: NewVerdict[] = [];
    for (const jobId of jobIds) verdicts.push(verdictOf(yield* parts.actOnJob.act(principal, action, jobId)));
    const nowMs = clock.nowMs();
    const hasMemory = values().lifeCycle.undoWindowS > 0 && verdicts.some(({ memory }) => memory !== null);
    let { operation } = at;
    if (hasMemory)
      operation ??= yield* insertOperation({
        ...ownedBy(principal),
        token: randomUUID(),
        action,
        state: 'Done',
        search: null,
        upperJobId: 0,
        total: at.total,
        undoes: null,
        atMs: nowMs,
        finishedAtMs: nowMs,
        undoUntilMs: undoUntil(nowMs),
      });
    if (operation) {
      const { operationId } = operation;
      yield* addProgress(operationId, yield* storeVerdicts(operationId, verdicts));
      yield* ringOperation(operation, nowMs);
    }
    return { verdicts: verdicts.map(({ verdict }) => verdict), operation };
  }

  function* startOne(principal: UserPrincipal, token: string): Work<JobOperation> {
    const operation = yield* findOperationByToken(token);
    const isOwn =
      operation?.accountId === principal.accountId &&
      operation.vo === principal.vo &&
      operation.userGroup === principal.group;
    if (!isOwn) throw new WmsError('not-found', 'There is no such preview; look again and confirm.');
    if (operation.state !== 'Previewed') return viewOf(operation, clock.nowMs());
    if (clock.nowMs() - operation.createdAtMs > previewLivesMs)
      throw new WmsError('not-found', 'The preview is too old; look again and confirm.');
    yield* startPreviewed(operation.operationId);
    yield* ringOperation(operation, clock.nowMs());
    yield* wake();
    return yield* view(operation.operationId);
  }

  function* cancelOne(principal: UserPrincipal, operationId: number): Work<JobOperation> {
    const operation = yield* known(principal, operationId);
    const atMs = clock.nowMs();
    const undoUntilMs = values().lifeCycle.undoWindowS > 0 ? undoUntil(atMs) : null;
    yield* finishOperation(operationId, 'Cancelled', { atMs, undoUntilMs, reason: null });
    yield* ringOperation(operation, atMs);
    return yield* view(operationId);
  }

  /** True when it ran. */
  function* stopRunning(principal: UserPrincipal, operationId: number): Work<boolean> {
    const { state } = yield* known(principal, operationId);
    if (state !== 'Running') return false;
    yield* cancelOne(principal, operationId);
    return true;
  }

  function* undoOne(principal: UserPrincipal, operationId: number, isStopped: boolean): Work<JobOperation> {
    const operation = yield* known(principal, operationId);
    const nowMs = clock.nowMs();
    if (operation.undoneBy !== null) throw new WmsError('conflict', 'This was taken back already.');
    if (operation.undoUntilMs === null)
      throw new WmsError(
        'conflict',
        isStopped
          ? 'It was stopped; nothing of what it did can be taken back.'
          : 'Nothing of this operation can be taken back.',
      );
    if (operation.undoUntilMs < nowMs) throw new WmsError('conflict', 'It is too late to take this back.');
    const undo = yield* insertOperation({
      ...ownedBy(principal),
      token: randomUUID(),
      action: 'undo',
      state: 'Running',
      search: null,
      upperJobId: operation.upperJobId,
      total: operation.undoable,
      undoes: operationId,
      atMs: nowMs,
      finishedAtMs: null,
      undoUntilMs: null,
    });
    yield* markUndone(operationId, undo.operationId);
    yield* ringOperation(operation, nowMs);
    yield* ringOperation(undo, nowMs);
    yield* wake();
    return viewOf(undo, nowMs);
  }

  return {
    async act(principal, action, jobIds) {
      if (jobIds.length > mostActions)
        throw new WmsError('jobs.too-many', `At most ${mostActions} jobs can be named in one call.`);
      const named = [...new Set(jobIds)];
      const verdicts: JobVerdict[] = [];
      let operation: OperationRow | undefined;
      for (let from = 0; from < named.length; from += atOnce) {
        const slice = named.slice(from, from + atOnce);
        const at = { total: named.length, operation };
        const acted = await database.write(() => actOnNamed(principal, action, slice, at));
        verdicts.push(...acted.verdicts);
        operation = acted.operation;
      }
      const { operationId } = operation ?? {};
      return {
        verdicts,
        operation: operationId === undefined ? undefined : await database.read(() => view(operationId)),
      };
    },

    async preview(principal, action, search) {
      const selection = jobSelectionOf(principal, values().jobVisibility, search);
      const { highest, unmade, found } = await database.readHeavy(function* () {
        return {
          // First: what is made meanwhile counts twice rather than not at all.
          unmade: yield* parts.unmadeJobs.count({ principal, action, selection }),
          highest: yield* highestJobId(),
          found: yield* summariseJobs(selection, counted),
        };
      });
      const forecast = forecastOf(
        principal,
        action,
        found.map((row) => ({
          status: row['Status'] as JobStatus,
          owner: String(row['Owner']),
          ownerGroup: String(row['OwnerGroup']),
          jobs: Number(row['count']),
        })),
      );
      const atMs = clock.nowMs();
      const token = randomUUID();
      await database.write(() =>
        insertOperation({
          ...ownedBy(principal),
          token,
          action,
          state: 'Previewed',
          search: JSON.stringify(search),
          upperJobId: Math.max(highest, unmade.upperJobId),
          total: forecast.total + unmade.jobs,
          undoes: null,
          atMs,
          finishedAtMs: null,
          undoUntilMs: null,
        }),
      );
      return { ...forecast, unmade: unmade.jobs, token, action, expiresAtMs: atMs + previewLivesMs };
    },

    start: (principal, token) => database.write(() => startOne(principal, token)),

    async list({ accountId, vo }) {
      const found = await database.read(() => operationsOf(accountId, vo, mostListed));
      return found.map((operation) => viewOf(operation, clock.nowMs()));
    },

    get: (principal, operationId) =>
      database.read(function* () {
        return viewOf(yield* known(principal, operationId), clock.nowMs());
      }),

    verdicts: (principal, operationId, { ok, afterJobId, limit }) =>
      database.readHeavy(function* () {
        yield* known(principal, operationId);
        return yield* listVerdicts(operationId, { ok, afterJobId, limit: Math.min(limit, mostVerdicts) });
      }),

    cancel: (principal, operationId) => database.write(() => cancelOne(principal, operationId)),

    async undo(principal, operationId) {
      // By itself: it stays stopped when nothing can be taken back.
      const isStopped = await database.write(() => stopRunning(principal, operationId));
      return database.write(() => undoOne(principal, operationId, isStopped));
    },
  };
}
