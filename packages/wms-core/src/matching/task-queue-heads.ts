/**
 * Which job of a task queue is taken next: the first jobs of queues as last read, so that a match does not ask the
 * database for the head each time. A hint only: the claim has the last word, and a job missing here is found
 * when the list is read again. Order as in the database: rank (higher priority first), then job id.
 */
export interface QueuedJob {
  readonly rank: number;
  readonly jobId: number;
}

interface Head {
  /** In order; a gapless beginning of the queue. */
  jobs: QueuedJob[];
  /** Nothing lies behind the last of `jobs`. */
  isWhole: boolean;
  /** How many were read; a queue that uses them up is read further the next time. */
  length: number;
}

/** Jobs read at once from the beginning of a queue: few at first, because most queues are asked for one now and then. */
const shortest = 8;
const longest = 64;

/** About 15 MB; queues read longest ago go first. */
const mostListed = 250_000;

const isBefore = (a: QueuedJob, b: QueuedJob): boolean =>
  a.rank < b.rank || (a.rank === b.rank && a.jobId < b.jobId);

export class TaskQueueHeads {
  readonly #heads = new Map<number, Head>();
  /** Jobs in the hands of a claim that is not settled, and their queues. */
  readonly #taken = new Map<number, number>();
  #listed = 0;

  /** The next free job; `unknown` when the queue has to be read first. */
  next(taskQueueId: number): number | 'unknown' | undefined {
    const head = this.#heads.get(taskQueueId);
    if (!head) return 'unknown';
    for (const { jobId } of head.jobs) if (!this.#taken.has(jobId)) return jobId;
    return head.isWhole ? undefined : 'unknown';
  }

  /** The beginning of a queue as the database has it; fewer than `limit` jobs are all there are. */
  read(taskQueueId: number, jobs: readonly QueuedJob[], limit: number): void {
    this.#forget(taskQueueId);
    this.#heads.set(taskQueueId, { jobs: [...jobs], isWhole: jobs.length < limit, length: limit });
    this.#listed += jobs.length;
    if (this.#listed > mostListed) this.#forgetOldest();
  }

  /** How many to read, so that one that nobody holds is among them. */
  lengthToRead(taskQueueId: number): number {
    const before = this.#heads.get(taskQueueId)?.length;
    let length = before === undefined ? shortest : Math.min(2 * before, longest);
    for (const queue of this.#taken.values()) if (queue === taskQueueId) length++;
    return length;
  }

  take(taskQueueId: number, jobId: number): void {
    this.#taken.set(jobId, taskQueueId);
  }

  release(jobId: number): void {
    this.#taken.delete(jobId);
  }

  entered(taskQueueId: number, job: QueuedJob): void {
    const head = this.#heads.get(taskQueueId);
    if (!head) return;
    const last = head.jobs.at(-1);
    if (!last || isBefore(last, job)) {
      if (!head.isWhole) return;
      head.jobs.push(job);
    } else {
      const place = head.jobs.findIndex((each) => isBefore(job, each));
      if (place === -1) return; // it is listed already
      head.jobs.splice(place, 0, job);
    }
    this.#listed++;
  }

  /** Many jobs entered: what is known of the queue is read again when somebody asks. */
  grown(taskQueueId: number): void {
    this.#forget(taskQueueId);
  }

  left(taskQueueId: number, jobId: number): void {
    const head = this.#heads.get(taskQueueId);
    const place = head?.jobs.findIndex((each) => each.jobId === jobId) ?? -1;
    if (!head || place === -1) return;
    head.jobs.splice(place, 1);
    this.#listed--;
  }

  /** What was read may be wrong, because the transaction it was read in failed. */
  clear(): void {
    this.#heads.clear();
    this.#listed = 0;
  }

  /** A quarter at once: finding the first key of a map takes a time that grows with what was removed before it. */
  #forgetOldest(): void {
    for (const oldest of this.#heads.keys()) {
      if (this.#listed <= 0.75 * mostListed) return;
      this.#forget(oldest);
    }
  }

  #forget(taskQueueId: number): void {
    this.#listed -= this.#heads.get(taskQueueId)?.jobs.length ?? 0;
    this.#heads.delete(taskQueueId);
  }
}
