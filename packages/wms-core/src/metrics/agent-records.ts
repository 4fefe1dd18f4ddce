/** How the agents are doing: one record an agent, written by the cycles they report. Asked by health and metrics. */
import type { AgentCycle } from '../kernel/agent.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Metrics } from '../kernel/metrics.ts';
import { coreMetrics } from './core-metrics.ts';

export interface AgentRecord {
  readonly name: string;
  /** Time between two cycles as planned. */
  readonly everyMs: number;
  /** Undefined until the first cycle. */
  readonly lastCycleAtMs: number | undefined;
  readonly lastSuccessAtMs: number | undefined;
  readonly failuresInARow: number;
  /** What the last cycle failed of; undefined when it went well. */
  readonly lastFailure: string | undefined;
  /** Another process runs it now. */
  readonly isElsewhere?: boolean;
  /** Since when this process runs it, when it could be another one. */
  readonly heldSinceMs?: number | undefined;
}

/** What can be watched: an agent of `kernel/agent.ts`, or one that works alike. */
export interface Watchable {
  readonly name: string;
  readonly everyMs: number;
  onCycle(listener: (cycle: AgentCycle) => void): void;
  /** See `kernel/locked-agent.ts`. */
  heldSinceMs?(): number | undefined;
}

export class AgentRecords {
  readonly #records = new Map<string, AgentRecord>();
  readonly #watched = new Map<string, Watchable>();
  readonly #clock: Clock;
  readonly #metrics: Metrics;
  readonly sinceMs: number;

  constructor(clock: Clock, metrics: Metrics) {
    this.#clock = clock;
    this.#metrics = metrics;
    this.sinceMs = clock.nowMs();
  }

  watch(agent: Watchable): void {
    const { name, everyMs } = agent;
    this.#records.set(name, {
      name,
      everyMs,
      lastCycleAtMs: undefined,
      lastSuccessAtMs: undefined,
      failuresInARow: 0,
      lastFailure: undefined,
    });
    this.#watched.set(name, agent);
    agent.onCycle((cycle) => this.#cycled(name, cycle));
  }

  all(): readonly AgentRecord[] {
    return Array.from(this.#records.values(), (record) => {
      const agent = this.#watched.get(record.name);
      if (!agent?.heldSinceMs) return record;
      const heldSinceMs = agent.heldSinceMs();
      return { ...record, isElsewhere: heldSinceMs === undefined, heldSinceMs };
    });
  }

  #cycled(agent: string, { tookMs, error }: AgentCycle): void {
    const record = this.#records.get(agent);
    if (!record) return;
    const nowMs = this.#clock.nowMs();
    const isDone = error === undefined;
    this.#records.set(agent, {
      ...record,
      lastCycleAtMs: nowMs,
      lastSuccessAtMs: isDone ? nowMs : record.lastSuccessAtMs,
      failuresInARow: isDone ? 0 : record.failuresInARow + 1,
      lastFailure: isDone ? undefined : error instanceof Error ? error.message : 'something that is no error',
    });
    this.#metrics.add(coreMetrics.agentCycles, { agent, outcome: isDone ? 'done' : 'failed' });
    this.#metrics.observe(coreMetrics.agentCycleDuration, { agent }, tookMs / 1000);
  }
}
