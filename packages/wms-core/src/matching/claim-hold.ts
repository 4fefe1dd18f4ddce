/**
 * What one match call holds in memory from the draw until its transaction is over: jobs no other call may draw
 * meanwhile, and changes of counts to put back when nothing comes of a draw.
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

  /** Nothing comes of what was drawn; its job stays in hand. */
  undo(): void {
    for (const undo of this.#undo.toReversed()) undo();
    this.#undo = [];
  }

  /** The transaction is durable. */
  keep(): void {
    this.#undo = [];
    this.#releaseAll();
  }

  rollBack(): void {
    this.undo();
    this.#releaseAll();
  }

  #releaseAll(): void {
    for (const jobId of this.#jobIds) this.#heads.release(jobId);
    this.#jobIds.clear();
  }
}
