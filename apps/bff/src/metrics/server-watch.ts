/**
 * Watches the server as it runs: counts requests, samples the key figures, and answers scrapes. Asked by `app.ts`,
 * started by `server.ts`.
 */
import process from 'node:process';
import type { Core, SystemHealth } from '@wm/wms-core/vocabulary';
import type { Clock } from '@wm/wms-core/clock';
import { coreMetrics } from '@wm/wms-core/core-metrics';
import type { Logger } from '@wm/wms-core/logger';
import { sample, type Sample } from '@wm/wms-core/metrics';
import type { EventLoopLag } from './event-loop.ts';
import { figureStepMs, KeyFigures, type FigureSeries } from './key-figures.ts';
import { processMetrics } from './process-metrics.ts';
import type { PrometheusMetrics, Total } from './prometheus.adapter.ts';

export interface ServerWatchParts {
  readonly core: Pick<Core, 'measure' | 'systemHealth'>;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: PrometheusMetrics;
  readonly eventLoop: EventLoopLag | undefined;
  readonly version: string;
  readonly engine: string;
  readonly sessions: () => Promise<number>;
  readonly eventStreams: () => number;
}

export interface ServerWatch {
  answered(route: string, code: string, tookMs: number): void;
  figures(): FigureSeries;
  scrape(): Promise<string>;
  health(): Promise<SystemHealth>;
  /** Samples the figures from now on. */
  start(): void;
  stop(): void;
}

/** Calls that wait on purpose would hide how long the others take. */
const waitingRoutes: ReadonlySet<string> = new Set(['GET /bff/events', 'POST /pilot/v1/match']);

const sumOf = (samples: readonly Sample[], status: string): number =>
  samples.reduce(
    (sum, { metric, labels, value }) =>
      metric === coreMetrics.jobs && labels.status === status ? sum + value : sum,
    0,
  );

/** Mean of what was told between two totals; 0 when nothing was. */
const meanBetween = (before: Total, after: Total): number =>
  after.count === before.count ? 0 : (after.sum - before.sum) / (after.count - before.count);

export function createServerWatch(parts: ServerWatchParts): ServerWatch {
  const { core, metrics, clock } = parts;
  const figures = new KeyFigures();
  let timer: NodeJS.Timeout | undefined;
  let lastAtMs = performance.now();
  let matched = matchesSoFar();
  let lastCommits = metrics.total(coreMetrics.commitDuration);

  function matchesSoFar(): number {
    return metrics.total(coreMetrics.matches, { outcome: 'match' }).sum;
  }

  async function processSamples(): Promise<readonly Sample[]> {
    const { version, engine } = parts;
    return [
      sample(processMetrics.build, { version, node: process.versions.node, engine }, 1),
      sample(processMetrics.eventStreams, {}, parts.eventStreams()),
      sample(processMetrics.sessions, {}, await parts.sessions()),
    ];
  }

  async function look(): Promise<void> {
    const samples = await core.measure();
    const nowMs = performance.now();
    const commits = metrics.total(coreMetrics.commitDuration);
    const matches = matchesSoFar();
    const eventLoopLagMs = parts.eventLoop?.turn() ?? 0;
    figures.add(
      {
        jobsWaiting: sumOf(samples, 'Waiting'),
        jobsRunning: sumOf(samples, 'Running'),
        matchesPerS: ((matches - matched) * 1000) / Math.max(1, nowMs - lastAtMs),
        commitMs: meanBetween(lastCommits, commits) * 1000,
        eventLoopLagMs,
      },
      clock.nowMs(),
    );
    lastAtMs = nowMs;
    matched = matches;
    lastCommits = commits;
  }

  const lookOrTell = (): void => {
    look().catch((error: unknown) => parts.log.warn({ err: error }, 'metrics.not-sampled'));
  };

  return {
    answered(route, code, tookMs) {
      metrics.add(processMetrics.requests, { route, code });
      if (!waitingRoutes.has(route))
        metrics.observe(processMetrics.requestDuration, { route }, tookMs / 1000);
    },
    figures: () => figures.series(),
    async scrape() {
      const [ofCore, ofProcess] = await Promise.all([core.measure(), processSamples()]);
      return metrics.text([...ofCore, ...ofProcess]);
    },
    health: () => core.systemHealth.inspect(),
    start() {
      // How late the loop was during the start says nothing.
      parts.eventLoop?.turn();
      lookOrTell();
      timer ??= setInterval(lookOrTell, figureStepMs).unref();
    },
    stop() {
      clearInterval(timer);
      timer = undefined;
      parts.eventLoop?.close();
    },
  };
}
