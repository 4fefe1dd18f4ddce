/**
 * Makes the write-ahead log of SQLite durable beside the work of the process: a commit leaves its pages with the
 * system, the sync happens in a thread, and the next group is run meanwhile (ADR 0018).
 *
 * The log is the same file as long as a connection is open. It carries none of SQLite's locks, so a second
 * descriptor on it is safe.
 */
import { closeSync, fdatasync, fdatasyncSync, fsyncSync, openSync } from 'node:fs';
import { dirname } from 'node:path';

export interface LogSync {
  /** Resolves when all that was written before the call survives a loss of power. */
  sync(): Promise<void>;
  /** The same, at once. */
  syncNow(): void;
  close(): void;
}

const nothingToSync: LogSync = { sync: async () => {}, syncNow() {}, close() {} };

/** `database` is the path of the file. */
export function openLogSync(database: string): LogSync {
  if (database === ':memory:') return nothingToSync;
  let log: number | undefined;
  // Made by the first write; its name has to last too.
  const descriptor = (): number => (log ??= openLasting(`${database}-wal`));
  return {
    sync: () =>
      new Promise((resolve, reject) => {
        fdatasync(descriptor(), (error) => (error ? reject(error) : resolve()));
      }),
    syncNow: () => fdatasyncSync(descriptor()),
    close() {
      if (log !== undefined) closeSync(log);
      log = undefined;
    },
  };
}

function openLasting(path: string): number {
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
  return openSync(path, 'r');
}
