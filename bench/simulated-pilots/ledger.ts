/** What simulated pilots note of their work, one file a pilot, one JSON line an event. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export type LedgerLine =
  | { readonly kind: 'pilot'; readonly processId: number }
  /** A payload would have been started. */
  | { readonly kind: 'started'; readonly jobId: number; readonly attempt: number }
  /** The server took the report that the job is Done. */
  | { readonly kind: 'acknowledged'; readonly jobId: number; readonly attempt: number }
  /** The server took the report that this is the output. */
  | { readonly kind: 'output'; readonly jobId: number; readonly pfn: string }
  | {
      readonly kind: 'refused';
      readonly jobId: number;
      readonly attempt: number;
      readonly code?: string | undefined;
      readonly message?: string | undefined;
    }
  | { readonly kind: 'fault'; readonly message: string };

/** All lines of all pilots; a last line cut by the death of its pilot is left out. */
export function readLedger(folder: string): readonly LedgerLine[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n').slice(0, -1))
    .map((line) => JSON.parse(line) as LedgerLine);
}
