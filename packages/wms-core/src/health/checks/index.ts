/** The checks of System Health, in the order they are shown. To add one, add a line. */
import type { HealthCheck } from '../health-check.ts';
import { agentsCheck } from './agents.ts';
import { commitsCheck } from './commits.ts';
import { configurationCheck } from './configuration.ts';
import { databaseCheck } from './database.ts';
import { diskCheck } from './disk.ts';
import { eventLoopCheck } from './event-loop.ts';
import { installationCheck } from './installation.ts';
import { matcherCheck } from './matcher.ts';
import { nodeClocksCheck } from './node-clocks.ts';
import { oldestWaitingCheck } from './oldest-waiting.ts';
import { outboxCheck } from './outbox.ts';
import { proxiesKeyCheck } from './proxies-key.ts';
import { revocationListsCheck } from './revocation-lists.ts';
import { sitePilotsCheck } from './site-pilots.ts';
import { tokenGrantsKeyCheck } from './token-grants-key.ts';
import { trustAnchorsCheck } from './trust-anchors.ts';

export const healthChecks: readonly HealthCheck[] = [
  databaseCheck,
  commitsCheck,
  eventLoopCheck,
  configurationCheck,
  agentsCheck,
  outboxCheck,
  installationCheck,
  matcherCheck,
  oldestWaitingCheck,
  sitePilotsCheck,
  nodeClocksCheck,
  diskCheck,
  trustAnchorsCheck,
  revocationListsCheck,
  proxiesKeyCheck,
  tokenGrantsKeyCheck,
];
