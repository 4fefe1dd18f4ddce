/** All rows, in the order of the budget table of the design. */
import type { BenchmarkRow } from '../row.ts';
import { bulkSubmitRow } from './bulk-submit.ts';
import { chainValidationRow, logInRow, proxyDerivationRow, proxyRenewalRow } from './credentials.ts';
import { directorRow } from './director.ts';
import { explainRow } from './explain.ts';
import { heartbeatRow } from './heartbeat.ts';
import { idleRow } from './idle.ts';
import { lifeRow } from './life.ts';
import { lifeHttpRow } from './life-http.ts';
import { matchRow } from './match.ts';
import { monitorPage100kRow, monitorPageRow } from './monitor-page.ts';
import { pilotSummaryRow } from './pilot-summary.ts';
import { shellRow } from './shell.ts';
import { startRow } from './start.ts';
import { statusToRowRow } from './status-to-row.ts';
import { submitToStartRow } from './submit-to-start.ts';

export const rows: readonly BenchmarkRow[] = [
  matchRow,
  lifeRow,
  lifeHttpRow,
  bulkSubmitRow,
  heartbeatRow,
  submitToStartRow,
  directorRow,
  explainRow,
  monitorPageRow,
  monitorPage100kRow,
  pilotSummaryRow,
  startRow,
  statusToRowRow,
  chainValidationRow,
  logInRow,
  proxyDerivationRow,
  proxyRenewalRow,
  shellRow,
  idleRow,
];
