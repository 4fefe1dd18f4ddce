/** All rows, in the order of the budget table of the design. */
import type { BenchmarkRow } from '../row.ts';
import { idleRow } from './idle.ts';

export const rows: readonly BenchmarkRow[] = [idleRow];
