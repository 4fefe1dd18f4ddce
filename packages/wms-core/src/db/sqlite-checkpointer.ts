/**
 * Copies the write-ahead log into the database beside the work of the process, so that the writer, who would have to
 * do it every 20,000 pages, finds little left: 80 ms of standstill become a few. It never makes the writer wait.
 */
import { Worker } from 'node:worker_threads';

/** So often is little work each time and few pages are copied twice. */
const commitsBetween = 40;

export class SqliteCheckpointer {
  readonly #path: string;
  #worker: Worker | undefined;
  #commits = 0;
  #isBusy = false;

  constructor(path: string) {
    this.#path = path;
  }

  /** Told after each commit. */
  committed(): void {
    this.#commits++;
    if (this.#commits < commitsBetween || this.#isBusy || this.#path === ':memory:') return;
    this.#commits = 0;
    this.#isBusy = true;
    this.#worker ??= this.#start();
    this.#worker.postMessage('checkpoint');
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
  }

  /** A thread that dies is started anew; without it the writer does the work. */
  #start(): Worker {
    const worker = new Worker(new URL('./sqlite-checkpointer.worker.ts', import.meta.url), {
      workerData: { path: this.#path },
      execArgv: [],
    });
    const ended = (): void => {
      this.#worker = undefined;
      this.#isBusy = false;
    };
    worker.on('message', () => {
      this.#isBusy = false;
    });
    worker.on('error', ended);
    worker.on('exit', ended);
    worker.unref();
    return worker;
  }
}
