/** The writer's side of the reader thread: starts it at the first heavy read and asks it statement by statement. */
import { Worker } from 'node:worker_threads';
import type { Row, SqlValue } from './database.ts';

export interface ReaderQuestion {
  readonly number: number;
  readonly sql: string;
  readonly params: readonly SqlValue[];
}

export interface ReaderAnswer {
  readonly number: number;
  readonly found?: readonly Row[];
  readonly message?: string;
}

interface Waiting {
  readonly resolve: (found: readonly Row[]) => void;
  readonly reject: (error: Error) => void;
}

export class SqliteReader {
  readonly #path: string;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | undefined;
  #lastNumber = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** Committed rows only. A thread that dies rejects what it was asked and is started anew. */
  run(sql: string, params: readonly SqlValue[]): Promise<readonly Row[]> {
    const worker = (this.#worker ??= this.#start());
    const number = ++this.#lastNumber;
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, { resolve, reject });
      worker.ref();
      worker.postMessage({ number, sql, params } satisfies ReaderQuestion);
    });
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
  }

  #start(): Worker {
    const worker = new Worker(new URL('./sqlite-reader.worker.ts', import.meta.url), {
      workerData: { path: this.#path },
      execArgv: [],
    });
    worker.on('message', (answer: ReaderAnswer) => this.#settle(worker, answer));
    worker.on('error', (error: Error) => this.#abandon(error));
    worker.on('exit', () => this.#abandon(new Error('the reader thread ended')));
    worker.unref();
    return worker;
  }

  #settle(worker: Worker, { number, found, message }: ReaderAnswer): void {
    const waiting = this.#waiting.get(number);
    this.#waiting.delete(number);
    if (this.#waiting.size === 0) worker.unref();
    if (found) waiting?.resolve(found);
    else waiting?.reject(new Error(message));
  }

  #abandon(error: Error): void {
    this.#worker = undefined;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
