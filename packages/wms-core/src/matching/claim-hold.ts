/**
 * What one match call holds in memory while its transaction is open: jobs no other call may draw meanwhile, and
 * changes of counts to put back when the transaction fails or starts again.
 */
import type { TaskQueueHeads } from './task-queue-heads.ts';

export class ClaimHold {
  readonly #heads: Pick<TaskQueueHeads, 'take' | 'release'>;
  readonly #jobIds = new Set<number>();
  #undo: (() => void)[] = [];

  constructor(heads: Pick<TaskQueueHeads, 'take' | 'release'>) {
    this.#heads = heads;
  }

  take(taskQueueId: number, jobId: number): void {
    this.#jobIds.add(jobId);
    this.#heads.take(taskQueueId, jobId);
  }

  release(jobId: number): void {
    this.#jobIds.delete(jobId);
    this.#heads.release(jobId);
  }

  did(undo: () => void): void {
    this.#undo.push(undo);
  }

  /** The transaction is durable. */
  keep(): void {
    this.#undo = [];
    this.#releaseAll();
  }

  rollBack(): void {
    for (const undo of this.#undo.toReversed()) undo();
    this.#undo = [];
    this.#releaseAll();
  }

  #releaseAll(): void {
    for (const jobId of this.#jobIds) this.#heads.release(jobId);
    this.#jobIds.clear();
  }
}
