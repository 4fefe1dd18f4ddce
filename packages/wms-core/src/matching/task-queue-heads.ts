/**
 * Which job of a task queue is taken next: the first jobs of queues as last read, so that a match does not ask the
 * database for the head each time. A hint only: the claim has the last word, and a job missing here is found
 * when the list is read again. Order as in the database: rank (higher priority first), then job id.
 */
export interface QueuedJob {
  readonly rank: number;
  readonly jobId: number;
}

/** The beginning of a queue while the database is asked for it. */
export interface HeadReading {
  readonly taskQueueId: number;
  /** How many to read, so that one that nobody holds is among them. */
  readonly limit: number;
  /** What happened to the queue meanwhile; the answer may have it or not. */
  readonly news: ((heads: TaskQueueHeads) => void)[];
  /** The answer says nothing any more. */
  isVain: boolean;
}

interface Head {
  /** In order; a gapless beginning of the queue. */
  jobs: QueuedJob[];
  /** Nothing lies behind the last of `jobs`. */
  isWhole: boolean;
  /** How many were read; a queue that uses them up is read further the next time. */
  length: number;
}

/** So many jobs of a queue are read the first time: few, because most queues are asked for one now and then. */
export const firstReading = 8;
/** And so many at once of a queue that uses them up. */
const longest = 64;

/** About 15 MB; queues read longest ago go first. */
const mostListed = 250_000;

const isBefore = (a: QueuedJob, b: QueuedJob): boolean =>
  a.rank < b.rank || (a.rank === b.rank && a.jobId < b.jobId);

export class TaskQueueHeads {
  readonly #heads = new Map<number, Head>();
  /** Jobs in the hands of a claim that is not settled, and their queues. */
  readonly #taken = new Map<number, number>();
  readonly #readings = new Map<number, HeadReading[]>();
  #listed = 0;

  /** The next free job; `unknown` when the queue has to be read first. */
  next(taskQueueId: number): number | 'unknown' | undefined {
    const head = this.#heads.get(taskQueueId);
    if (!head) return 'unknown';
    for (const { jobId } of head.jobs) if (!this.#taken.has(jobId)) return jobId;
    return head.isWhole ? undefined : 'unknown';
  }

  /** Before the database is asked; `finishReading` takes its answer, whatever happens to the queue meanwhile. */
  startReading(taskQueueId: number): HeadReading {
    const reading: HeadReading = {
      taskQueueId,
      limit: this.#lengthToRead(taskQueueId),
      news: [],
      isVain: false,
    };
    const others = this.#readings.get(taskQueueId);
    if (others) others.push(reading);
    else this.#readings.set(taskQueueId, [reading]);
    return reading;
  }

  /**
   * `jobs` are the beginning of the queue, fewer than the limit when there are no more; undefined when the question
   * failed. `next` answers `unknown` afterwards when the queue has to be read again.
   */
  finishReading(reading: HeadReading, jobs: readonly QueuedJob[] | undefined): void {
    const { taskQueueId, limit, news } = reading;
    const others = this.#readings.get(taskQueueId)?.filter((each) => each !== reading) ?? [];
    if (others.length > 0) this.#readings.set(taskQueueId, others);
    else this.#readings.delete(taskQueueId);
    if (jobs === undefined || reading.isVain) return;
    this.#forget(taskQueueId);
    this.#heads.set(taskQueueId, { jobs: [...jobs], isWhole: jobs.length < limit, length: limit });
    this.#listed += jobs.length;
    for (const apply of news) apply(this);
    if (this.#listed > mostListed) this.#forgetOldest();
  }

  take(taskQueueId: number, jobId: number): void {
    this.#taken.set(jobId, taskQueueId);
  }

  release(jobId: number): void {
    this.#taken.delete(jobId);
  }

  entered(taskQueueId: number, job: QueuedJob): void {
    this.#tell(taskQueueId, (heads) => heads.#enter(taskQueueId, job));
    this.#enter(taskQueueId, job);
  }

  /** Many jobs entered: what is known of the queue is read again when somebody asks. */
  grown(taskQueueId: number): void {
    for (const reading of this.#readings.get(taskQueueId) ?? []) reading.isVain = true;
    this.#forget(taskQueueId);
  }

  left(taskQueueId: number, jobId: number): void {
    this.#tell(taskQueueId, (heads) => heads.#leave(taskQueueId, jobId));
    this.#leave(taskQueueId, jobId);
  }

  /** What was read may be wrong, because the transaction it was read in failed. */
  clear(): void {
    for (const readings of this.#readings.values()) for (const reading of readings) reading.isVain = true;
    this.#heads.clear();
    this.#listed = 0;
  }

  #tell(taskQueueId: number, news: (heads: TaskQueueHeads) => void): void {
    for (const reading of this.#readings.get(taskQueueId) ?? []) reading.news.push(news);
  }

  #lengthToRead(taskQueueId: number): number {
    const before = this.#heads.get(taskQueueId)?.length;
    let length = before === undefined ? firstReading : Math.min(2 * before, longest);
    for (const queue of this.#taken.values()) if (queue === taskQueueId) length++;
    return length;
  }

  #enter(taskQueueId: number, job: QueuedJob): void {
    const head = this.#heads.get(taskQueueId);
    if (!head || head.jobs.some(({ jobId }) => jobId === job.jobId)) return;
    const place = head.jobs.findIndex((each) => isBefore(job, each));
    if (place !== -1) head.jobs.splice(place, 0, job);
    else if (head.isWhole) head.jobs.push(job);
    else return; // behind what is listed
    this.#listed++;
  }

  #leave(taskQueueId: number, jobId: number): void {
    const head = this.#heads.get(taskQueueId);
    const place = head?.jobs.findIndex((each) => each.jobId === jobId) ?? -1;
    if (!head || place === -1) return;
    head.jobs.splice(place, 1);
    this.#listed--;
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
