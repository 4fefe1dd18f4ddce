/** The gauges of the core at this moment. What cannot be read now is left out; the rest is told all the same. */
import { statfs } from 'node:fs/promises';
import type { ConfigurationSnapshot } from '../configuration/schema.ts';
import type { Database } from '../db/database.ts';
import { databaseSize } from '../db/database-size.ts';
import { eventRange } from '../events/event.store.ts';
import { oldestWaiting } from '../health/health-facts.service.ts';
import { healthStatuses, type SystemHealth } from '../health/system-health.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import { sample, type Sample } from '../kernel/metrics.ts';
import type { TaskQueueIndex } from '../matching/task-queue-index.ts';
import type { AgentRecords } from './agent-records.ts';
import { coreMetrics } from './core-metrics.ts';
import type { MatchWatch } from './match-watch.ts';
import { jobsByStatus, openPilotsByStatus } from './measurements.store.ts';
import type { NodeClocks } from './node-clocks.ts';
import type { CommitFigures } from './observed-database.ts';

export interface MeasurementParts {
  readonly database: Database;
  readonly databaseFile: string;
  readonly dataFolder: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly configuration: { current(): ConfigurationSnapshot };
  readonly commits: () => CommitFigures;
  readonly agents: AgentRecords;
  readonly index: Pick<TaskQueueIndex, 'all' | 'size'>;
  readonly matchWatch: MatchWatch;
  readonly nodeClocks: NodeClocks;
  readonly health: () => Promise<SystemHealth>;
}

export function createMeasurements(parts: MeasurementParts): () => Promise<readonly Sample[]> {
  const { database, clock, log } = parts;

  const sources: Readonly<Record<string, () => Promise<readonly Sample[]>>> = {
    async jobs() {
      const found = await database.readHeavy(jobsByStatus);
      return found.map(({ vo, status, jobs }) => sample(coreMetrics.jobs, { vo, status }, jobs));
    },
    async waiting() {
      const vos = Object.keys(parts.configuration.current().values.vos);
      const found = await oldestWaiting(database, vos, clock.nowMs());
      return found.map(({ vo, waitedS }) => sample(coreMetrics.oldestWaiting, { vo }, waitedS));
    },
    async pilots() {
      const found = await database.readHeavy(openPilotsByStatus);
      return found.map(({ site, status, pilots }) => sample(coreMetrics.pilots, { site, status }, pilots));
    },
    matching: async () => matchingSamples(parts),
    async agents() {
      return parts.agents
        .all()
        .map(({ name, lastSuccessAtMs = 0 }) =>
          sample(coreMetrics.agentLastSuccess, { agent: name }, lastSuccessAtMs / 1000),
        );
    },
    async database() {
      const { sizeBytes, logBytes } = await databaseSize(database, parts.databaseFile);
      return [
        sample(coreMetrics.databaseSize, {}, sizeBytes),
        sample(coreMetrics.databaseLogSize, {}, logBytes),
        sample(coreMetrics.writesWaiting, {}, parts.commits().waiting),
      ];
    },
    async events() {
      const { first, last } = await database.read(eventRange);
      return [sample(coreMetrics.eventsKept, {}, last === 0 ? 0 : last - first + 1)];
    },
    async disk() {
      const { bavail, bsize } = await statfs(parts.dataFolder);
      return [sample(coreMetrics.diskFree, {}, bavail * bsize)];
    },
    async health() {
      const worst = new Map<string, number>();
      for (const { check, status } of (await parts.health()).findings)
        worst.set(check, Math.max(worst.get(check) ?? 0, healthStatuses.indexOf(status)));
      return [...worst].map(([check, value]) => sample(coreMetrics.health, { check }, value));
    },
  };

  return async () => {
    const found = await Promise.all(
      Object.entries(sources).map(async ([source, read]) => {
        try {
          return await read();
        } catch (error) {
          log.warn({ source, err: error }, 'metrics.not-read');
          return [];
        }
      }),
    );
    return found.flat();
  };
}

function matchingSamples({ index, matchWatch, nodeClocks, clock }: MeasurementParts): readonly Sample[] {
  const byVo = new Map<string, { queues: number; jobs: number }>();
  for (const { vo, waitingJobs } of index.all()) {
    const sums = byVo.get(vo) ?? { queues: 0, jobs: 0 };
    byVo.set(vo, { queues: sums.queues + 1, jobs: sums.jobs + waitingJobs });
  }
  return [
    ...[...byVo].flatMap(([vo, { queues, jobs }]) => [
      sample(coreMetrics.taskQueues, { vo }, queues),
      sample(coreMetrics.taskQueueJobs, { vo }, jobs),
    ]),
    sample(coreMetrics.taskQueueClasses, {}, index.size().classes),
    ...[...matchWatch.askingBySite()].map(([site, pilots]) =>
      sample(coreMetrics.pilotsAsking, { site }, pilots),
    ),
    ...nodeClocks
      .offsets(clock.nowMs())
      .map(({ site, offsetS }) => sample(coreMetrics.nodeClockOffset, { site }, offsetS)),
  ];
}
