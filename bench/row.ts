/** What a benchmark row is and what it answers; one JSON line a row on standard output. */
export type Engine = 'sqlite' | 'postgres';

export interface RowOptions {
  /** A short look for CI: same code, small scale. */
  readonly quick: boolean;
  /** Database below the work that is measured. */
  readonly engine: Engine;
}

export interface RowResult {
  readonly row: string;
  readonly engine: Engine | 'browser' | 'process';
  readonly value: number;
  readonly unit: string;
  /** The same machine's speed at a fixed, simple thing in the same run. */
  readonly yardstick: number;
  /** value ÷ yardstick: what to compare between machines and days. */
  readonly ratio: number;
  /** How much was measured, in words or numbers. */
  readonly scale: string;
  /** Further figures: percentiles, sizes. */
  readonly more?: Readonly<Record<string, number | string>>;
}

export interface BenchmarkRow {
  readonly row: string;
  /** From DESIGN: what it has to reach. */
  readonly budget: string;
  /** Databases it can be measured on; one that has none of its own is measured once. */
  readonly engines: readonly Engine[];
  readonly run: (options: RowOptions) => Promise<RowResult>;
}

/** Of rows that tell nothing about a database. */
export const onceOnly: readonly Engine[] = ['sqlite'];
export const onBothEngines: readonly Engine[] = ['sqlite', 'postgres'];

/** The value below which a share `p` of the sorted sample lies. */
export function percentile(sample: readonly number[], p: number): number {
  const sorted = sample.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? Number.NaN;
}

export const rounded = (value: number, digits = 3): number => Number(value.toPrecision(digits));
