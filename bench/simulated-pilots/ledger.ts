/** What simulated pilots note of their work, one file a pilot, one JSON line an event. */
import { closeSync, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';

export type LedgerEvent =
  /** A pilot started; `shellId` is the process around it. */
  | { readonly kind: 'pilot'; readonly shellId: number }
  /** A payload would have been started. */
  | { readonly kind: 'started'; readonly jobId: number; readonly attempt: number }
  /** The server took the report that the job is Done. */
  | { readonly kind: 'acknowledged'; readonly jobId: number; readonly attempt: number }
  /** The server took back a job that never started. */
  | { readonly kind: 'given back'; readonly jobId: number; readonly attempt: number }
  /** The server took the report that this is the output. */
  | { readonly kind: 'output'; readonly jobId: number; readonly attempt: number; readonly pfn: string }
  | {
      readonly kind: 'refused';
      readonly jobId: number;
      readonly attempt: number;
      readonly code?: string | undefined;
      readonly message?: string | undefined;
    }
  | { readonly kind: 'fault'; readonly message: string };

export type LedgerLine = LedgerEvent & {
  /** Of the pilot. */
  readonly processId: number;
  readonly atMs: number;
};

/** Reads on where it stopped the last time; a line cut by the death of its pilot stays out. */
export class Ledger {
  /** Each of its pilots is told it on the command line. */
  readonly folder: string;
  readonly #offsets = new Map<string, number>();
  readonly #lines: LedgerLine[] = [];

  constructor(folder: string) {
    this.folder = folder;
  }

  /** All lines of all pilots so far. */
  lines(): readonly LedgerLine[] {
    for (const name of readdirSync(this.folder)) if (name.endsWith('.jsonl')) this.#readOn(name);
    return this.#lines;
  }

  #readOn(name: string): void {
    const from = this.#offsets.get(name) ?? 0;
    const bytes = bytesFrom(join(this.folder, name), from);
    const end = bytes.lastIndexOf('\n') + 1;
    this.#offsets.set(name, from + end);
    for (const line of bytes.toString('utf8', 0, end).split('\n'))
      if (line !== '') this.#lines.push(JSON.parse(line) as LedgerLine);
  }
}

function bytesFrom(path: string, from: number): Buffer {
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(Math.max(0, fstatSync(file).size - from));
    return bytes.subarray(0, readSync(file, bytes, 0, bytes.length, from));
  } finally {
    closeSync(file);
  }
}
