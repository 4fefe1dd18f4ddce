/** What a benchmark row is and what it answers; one JSON line a row on standard output. */
export interface RowOptions {
  /** A short look for CI: same code, small scale. */
  readonly quick: boolean;
}

export interface RowResult {
  readonly row: string;
  readonly engine: 'sqlite' | 'postgres' | 'browser' | 'process';
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
  readonly run: (options: RowOptions) => Promise<RowResult>;
}

/** The value below which a share `p` of the sorted sample lies. */
export function percentile(sample: readonly number[], p: number): number {
  const sorted = sample.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? Number.NaN;
}

export const rounded = (value: number, digits = 3): number => Number(value.toPrecision(digits));
