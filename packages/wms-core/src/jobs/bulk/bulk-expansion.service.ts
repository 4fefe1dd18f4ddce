/**
 * What is done to a bulk, each step one transaction that can be cut off anywhere: the next slices are made, a slice
 * is made ahead of its turn because somebody named a job of it, an abandoned bulk is ended job by job. ADR 0014.
 */
import type { Work } from '../../db/database.ts';
import type { JobMoves } from '../job-moves.service.ts';
import type { Move } from '../apply-move.ts';
import { recordJobEvent } from '../job-moves.service.ts';
import { isPayloadFinal } from '../job-status.ts';
import { findJob } from '../job.store.ts';
import type { Optimizers } from '../optimizers/optimizers.service.ts';
import type { BulkTemplate } from './bulk-template.ts';
import {
  insertSliceAhead,
  lockBulk,
  removeSlicesAhead,
  slicesAhead,
  updateBulk,
  type BulkRow,
} from './bulk.store.ts';
import { placesOf, sliceCount, type ExpandSlice } from './expand-slice.service.ts';
import { templateOf } from './template-memo.service.ts';

export interface BulkExpansion {
  /** Makes at most so many of the next slices. False when there is nothing more to make. */
  expandNext(bulkId: number, mostSlices: number, nowMs: number): Work<boolean>;
  /** Makes this slice now unless it is there; its jobs are what the state of the bulk says. */
  expandAhead(bulkId: number, slice: number, nowMs: number): Work<void>;
  /** Ends these jobs of an abandoned bulk. */
  endJobs(bulkId: number, jobIds: readonly number[], nowMs: number): Work<void>;
  /** All jobs of an abandoned bulk have ended. */
  settle(bulkId: number, nowMs: number): Work<void>;
  /** Nothing of it starts any more. The row is that of `lockBulk`. */
  abandon(bulk: BulkRow, minorStatus: AbandonReason, nowMs: number): Work<BulkRow>;
  /** The next slices may be made. The row is that of `lockBulk`. */
  confirm(bulk: BulkRow, nowMs: number): Work<BulkRow>;
}

export type AbandonReason = 'Bulk submission abandoned' | 'Bulk submission not confirmed';

const source = 'BulkExpansionAgent';

export function createBulkExpansion(parts: {
  readonly moves: JobMoves;
  readonly expandSlice: ExpandSlice;
  readonly optimizers: Pick<Optimizers, 'firstStop' | 'stopped'>;
}): BulkExpansion {
  const { expandSlice, moves } = parts;

  function* change(bulk: BulkRow, changes: Partial<BulkRow>, nowMs: number): Work<BulkRow> {
    const after = { ...bulk, ...changes };
    yield* updateBulk(bulk.bulkId, after);
    yield* recordJobEvent({ ...bulk, jobId: bulk.firstJobId }, nowMs);
    return after;
  }

  function* endAll({ reason }: BulkRow, jobIds: readonly number[], nowMs: number): Work<void> {
    const minorStatus = reason ?? 'Bulk submission abandoned';
    const killed: Move = { status: 'Killed', minorStatus, atMs: nowMs, source };
    for (const jobId of jobIds) {
      const job = yield* findJob(jobId);
      if (!job || isPayloadFinal(job.status)) continue;
      yield* moves.commandKill(job, nowMs);
      yield* moves.move(job, [killed], { nowMs });
    }
  }

  /** The jobs of a held slice go the way that all others have behind them. */
  function* release(bulk: BulkRow, template: BulkTemplate, slice: number, nowMs: number): Work<void> {
    const begin: readonly Move[] = [
      { status: 'Received', minorStatus: 'Job accepted', atMs: nowMs, source: 'JobManager' },
      { status: 'Checking', minorStatus: 'JobSanity', atMs: nowMs, source: 'JobPath' },
    ];
    const scheduled: Move = {
      status: 'Checking',
      minorStatus: 'JobScheduling',
      atMs: nowMs,
      source: 'JobSanity',
    };
    let isStopped = false;
    const [from, to] = placesOf(bulk, slice);
    for (let index = from; index < to; index++) {
      const job = yield* findJob(bulk.firstJobId + index);
      if (job?.status !== 'Submitting') continue;
      const { chain, requirements } = template.job(index);
      const stop = parts.optimizers.firstStop(chain);
      const isWaiting = stop.status === 'Waiting';
      const last: Move = { ...stop, atMs: nowMs, source: isWaiting ? 'JobScheduling' : 'JobSanity' };
      yield* moves.move(job, [...begin, ...(isWaiting ? [scheduled] : []), last], { nowMs, requirements });
      if (!isWaiting) isStopped = true;
    }
    if (isStopped) yield* parts.optimizers.stopped();
  }

  return {
    *expandNext(bulkId, mostSlices, nowMs) {
      const bulk = yield* lockBulk(bulkId);
      if (bulk?.state !== 'Expanding') return false;
      const template = yield* templateOf(bulk);
      const end = Math.min(bulk.nextSlice + mostSlices, sliceCount(bulk));
      const ahead = yield* slicesAhead(bulkId, bulk.nextSlice, end);
      const aheadBySlice = new Map(ahead.map((each) => [each.slice, each]));
      let { expanded } = bulk;
      for (let slice = bulk.nextSlice; slice < end; slice++) {
        const made = aheadBySlice.get(slice);
        if (made?.held) yield* release(bulk, template, slice, nowMs);
        if (made) continue;
        yield* expandSlice(bulk, template, slice, false, nowMs);
        const [first, behind] = placesOf(bulk, slice);
        expanded += behind - first;
      }
      if (ahead.length > 0) yield* removeSlicesAhead(bulkId, end);
      const isOver = end === sliceCount(bulk);
      const progress = { ...bulk, nextSlice: end, expanded };
      if (isOver) yield* change(progress, { state: 'Complete', settledAtMs: nowMs }, nowMs);
      else yield* updateBulk(bulkId, progress);
      return !isOver;
    },

    *expandAhead(bulkId, slice, nowMs) {
      const bulk = yield* lockBulk(bulkId);
      if (!bulk || slice < bulk.nextSlice || slice >= sliceCount(bulk)) return;
      if ((yield* slicesAhead(bulkId, slice, slice + 1)).length > 0) return;
      const held = bulk.state !== 'Expanding';
      const [from, to] = placesOf(bulk, slice);
      yield* expandSlice(bulk, yield* templateOf(bulk), slice, held, nowMs);
      yield* insertSliceAhead(bulkId, { slice, held: held ? 1 : 0 });
      // A plain statement, so the jobs are written before they are looked for.
      yield* updateBulk(bulkId, { ...bulk, expanded: bulk.expanded + to - from });
      if (bulk.state !== 'Abandoned') return;
      const jobIds = Array.from({ length: to - from }, (_, place) => bulk.firstJobId + from + place);
      yield* endAll(bulk, jobIds, nowMs);
    },

    *endJobs(bulkId, jobIds, nowMs) {
      const bulk = yield* lockBulk(bulkId);
      if (bulk?.state !== 'Abandoned') return;
      yield* endAll(bulk, jobIds, nowMs);
    },

    *settle(bulkId, nowMs) {
      const bulk = yield* lockBulk(bulkId);
      if (bulk?.state === 'Abandoned') yield* change(bulk, { settledAtMs: nowMs }, nowMs);
    },

    *abandon(bulk, minorStatus, nowMs) {
      if (bulk.state === 'Abandoned') return bulk;
      return yield* change(
        bulk,
        { state: 'Abandoned', reason: minorStatus, settledAtMs: null, confirmUntilMs: null },
        nowMs,
      );
    },

    *confirm(bulk, nowMs) {
      if (bulk.state !== 'Unconfirmed') return bulk;
      return yield* change(bulk, { state: 'Expanding', confirmUntilMs: null }, nowMs);
    },
  };
}
