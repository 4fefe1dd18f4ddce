/** All rows, in the order of the budget table of the design. */
import type { BenchmarkRow } from '../row.ts';
import { idleRow } from './idle.ts';
import { lifeHttpRow } from './life-http.ts';
import { submitToStartRow } from './submit-to-start.ts';

export const rows: readonly BenchmarkRow[] = [lifeHttpRow, submitToStartRow, idleRow];
