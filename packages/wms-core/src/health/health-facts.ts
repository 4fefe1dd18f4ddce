/** What the checks judge, as types: gathered by `health-facts.service.ts`, made up by tests. */
import type { AgentRecord } from '../metrics/agent-records.ts';

export interface HealthFacts {
  readonly database: { readonly engine: string; readonly latencyMs: number; readonly sizeBytes: number };
  readonly commits: { readonly waiting: number; readonly stuckMs: number; readonly meanMs: number };
  readonly disk: { readonly freeBytes: number; readonly totalBytes: number };
  readonly configuration: {
    readonly version: string;
    readonly loadedAtMs: number;
    /** What is wrong with the file as it is now. */
    readonly fault: string | undefined;
  };
  readonly agents: { readonly records: readonly AgentRecord[]; readonly startedAtMs: number };
  readonly matcher: {
    readonly waitingJobs: number;
    readonly askingPilots: number;
    /** Jobs of queues that fit a pilot which asks, yet are not given to it. */
    readonly overlookedJobs: number;
  };
  readonly oldestWaiting: readonly { readonly vo: string; readonly waitedS: number }[];
  readonly sites: readonly SiteFacts[];
  readonly nodeClocks: readonly { readonly site: string; readonly offsetS: number }[];
  readonly trust: {
    readonly authorities: readonly Expiring[];
    readonly revocationLists: readonly Expiring[];
    readonly isListRequired: boolean;
  };
  readonly proxies: { readonly stored: number; readonly unreadable: number };
  readonly tokenGrants: { readonly kept: number; readonly unreadable: number };
  readonly outbox: { readonly kept: number; readonly oldestAtMs: number | undefined };
  /** Undefined where the core runs without a server, in tests and benches. */
  readonly process: ProcessFacts | undefined;
}

export interface SiteFacts {
  readonly site: string;
  readonly status: string;
  /** Pilots that ended well and badly in the last hour. */
  readonly done: number;
  readonly failed: number;
  /** What one of the failed ones, or its computing element, said. */
  readonly reason: string | undefined;
}

export interface Expiring {
  readonly name: string;
  readonly endsAtMs: number;
}

/** What only the process knows. */
export interface ProcessFacts {
  readonly mode: 'demo' | 'production';
  /** Delay of timers that lasted for half a minute, 99th percentile. */
  readonly eventLoopLagMs: number;
}

export type FactName = keyof HealthFacts;
export type FactGatherers = { readonly [K in FactName]: () => Promise<HealthFacts[K]> };
