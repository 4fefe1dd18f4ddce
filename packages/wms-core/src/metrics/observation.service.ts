/**
 * Puts the watching together: use-cases that are counted, agents that are recorded, the health of the system and
 * the gauges. Asked by `core.ts`, which hands out what is returned here in place of the bare services.
 */
import type { TrustStore } from '@wm/credentials';
import type { ConfigurationSnapshot } from '../configuration/schema.ts';
import type { CorePorts } from '../core-ports.ts';
import { sqliteFile } from '../db/open-database.adapter.ts';
import { healthChecks } from '../health/checks/index.ts';
import { healthFacts } from '../health/health-facts.service.ts';
import { createSystemHealth } from '../health/system-health.service.ts';
import type { JobCore } from '../job-core.ts';
import { silentMetrics } from '../kernel/metrics.ts';
import type { Gates } from '../matching/open-queues.ts';
import type { Core } from '../use-cases.ts';
import { AgentRecords, type Watchable } from './agent-records.ts';
import { watchMatches } from './match-watch.ts';
import { createMeasurements } from './measurements.service.ts';
import { NodeClocks } from './node-clocks.ts';
import type { ObservedDatabase } from './observed-database.ts';
import { countMatches, countRefusedSubmissions, countReports } from './observed-jobs.ts';

export interface ObservationParts {
  readonly ports: CorePorts;
  readonly observed: ObservedDatabase;
  readonly configuration: { current(): ConfigurationSnapshot; lastError(): string | undefined };
  readonly jobCore: JobCore;
  readonly isHeld: Gates['isHeld'];
  readonly agents: readonly Watchable[];
  readonly trust: { current(): Promise<TrustStore> };
  readonly keyEncryptionKeyIds: readonly string[];
}

type Observed = Pick<Core, 'jobs' | 'matcher' | 'stateUpdate' | 'health' | 'systemHealth' | 'measure'>;

export function createObservation(parts: ObservationParts): Observed {
  const { ports, observed, jobCore, configuration } = parts;
  const { clock, log, dataFolder, metrics = silentMetrics } = ports;
  const matchWatch = watchMatches({ limits: jobCore.limits, isHeld: parts.isHeld, clock, configuration });
  const nodeClocks = new NodeClocks();
  const agents = new AgentRecords(clock, metrics);
  for (const agent of parts.agents) agents.watch(agent);
  const shared = {
    database: observed.database,
    databaseFile: sqliteFile(dataFolder),
    dataFolder,
    clock,
    log,
    configuration,
    commits: observed.commits,
    agents,
    index: jobCore.index,
    matchWatch,
    nodeClocks,
  };
  const { trust, keyEncryptionKeyIds } = parts;
  const gather = healthFacts({ ...shared, trust, keyEncryptionKeyIds, process: ports.processFacts });
  const systemHealth = createSystemHealth({ checks: healthChecks, gather, clock, log, configuration });
  return {
    jobs: countRefusedSubmissions(jobCore.jobs, metrics),
    matcher: countMatches(jobCore.matcher, metrics, matchWatch),
    stateUpdate: countReports(jobCore.stateUpdate, { metrics, clock, nodeClocks }),
    health: () => systemHealth.readiness(),
    systemHealth,
    measure: createMeasurements({ ...shared, health: () => systemHealth.inspect() }),
  };
}
