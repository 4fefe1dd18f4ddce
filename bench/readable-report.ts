/** Pieces of the reports that are committed under `bench/reports/`. */
import { cpus } from 'node:os';
import { percentile } from './row.ts';

export type Cell = string | number;

export function table(header: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const line = (cells: readonly Cell[]): string => `| ${cells.join(' | ')} |`;
  return [line(header), line(header.map(() => '---')), ...rows.map(line)].join('\n');
}

/** What it ran on; times depend on it, counts do not. */
export const machine = (): string =>
  `${cpus().length} cores, ${process.platform} ${process.arch}, Node ${process.versions.node}`;

export const day = (at: Date): string => at.toISOString().slice(0, 10);

export const seconds = (ms: number): string => (ms / 1000).toFixed(ms < 10_000 ? 2 : 0);

/** Median, 99th percentile and longest, in seconds; dashes for an empty sample. */
export const spread = (sampleMs: readonly number[]): readonly Cell[] =>
  sampleMs.length === 0
    ? ['–', '–', '–']
    : [percentile(sampleMs, 0.5), percentile(sampleMs, 0.99), Math.max(...sampleMs)].map(seconds);
