/** Puts the parts of pilots together: what faces use, what matching tells, and the director. Asked by `core.ts`. */
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createAccounting } from '../accounting/accounting.service.ts';
import { gridTypeOf, openComputingElement } from '../computing/types/index.ts';
import type { ConfigurationSnapshot } from '../configuration/schema.ts';
import type { Broadcast } from '../db/broadcast.ts';
import { afterCommit } from '../db/database.ts';
import type { Database } from '../db/database.ts';
import type { Agent } from '../kernel/agent.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import { silentMetrics, type Metrics } from '../kernel/metrics.ts';
import { countPilotMoves, countPilotSubmissions } from '../metrics/observed-pilots.ts';
import type { TaskQueue } from '../task-queues/task-queue.ts';
import type { PilotUseCases } from '../use-cases.ts';
import { createElementLanes } from './element-lanes.service.ts';
import type { ComputingElementContext } from '../computing/computing-element.ts';
import { createComputingElements } from './computing-elements.service.ts';
import { createBackOff } from './pilot-back-off.ts';
import { createDecisionRecord } from './pilot-decision-record.service.ts';
import { createPilotDirector } from './pilot-director.agent.ts';
import type { PilotDirector } from './pilot-director.agent.ts';
import { createPilotManagerService } from './pilot-manager.service.ts';
import { createPilotOutputAgent, type PilotOutputAgent } from './pilot-output.agent.ts';
import { createPilotOutput, type OutputAtElement } from './pilot-output.service.ts';
import { createPilotMoves } from './pilot-moves.service.ts';
import type { OnPilotEnded, PilotMoves } from './pilot-moves.service.ts';
import { createPilotPoll } from './pilot-poll.service.ts';
import { createPilotPresence } from './pilot-presence.ts';
import { createPresenceNews } from './presence-news.ts';
import { createPilotSubmission } from './pilot-submission.service.ts';
import { createPilotSummary } from './pilot-summary.service.ts';
import type { PlanInput } from './plan-submissions.ts';

export interface PilotsDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics?: Metrics | undefined;
  readonly configuration: { current(): ConfigurationSnapshot };
  readonly dataFolder: string;
  /** The pilot as one file. */
  readonly pilotFile: string;
  readonly singlePilotFile?: (() => Promise<string>) | undefined;
  /** Proxies of the store by which pilots are sent. */
  readonly storedProxy?: ComputingElementContext['storedProxy'];
  readonly serverUrlForPilots: string;
  readonly onPilotEnded: OnPilotEnded;
  /** Task queues with waiting jobs. */
  readonly taskQueues: () => readonly TaskQueue[];
  readonly fits: PlanInput['fits'];
  /** To other processes on the same database; undefined where there can be none. */
  readonly broadcast?: Broadcast | undefined;
  /** Time between two polls of the computing elements. */
  readonly tickMs?: number | undefined;
  /** Other than the types of the list: for measurements without sites. */
  readonly openElement?: typeof openComputingElement | undefined;
  /** So long a cycle waits for computing elements; those that are slower are left to answer when they can. */
  readonly patienceMs?: number | undefined;
}

export interface Pilots {
  readonly useCases: PilotUseCases;
  readonly moves: PilotMoves;
  readonly director: PilotDirector;
  /** Fetches what ended pilots wrote. */
  readonly outputAgent: PilotOutputAgent;
  /** Tell other processes which pilots are alive; none where there is one process. */
  readonly ownAgents: readonly Agent[];
}

/** Asked of a computing element at a time; ended pilots keep less. */
const mostOutputBytes = 262_144;
const noOutput = { stdout: '', stderr: '' };

export const createPilots = (deps: PilotsDeps): Pilots => {
  const { database, clock, configuration, metrics = silentMetrics } = deps;
  const log = deps.log.child({ part: 'pilots' });
  const ownPresence = createPilotPresence();
  const presenceNews =
    deps.broadcast && createPresenceNews({ ...deps, presence: ownPresence, broadcast: deps.broadcast, log });
  const presence = presenceNews?.presence ?? ownPresence;
  const backOff = createBackOff();
  const accounting = createAccounting(deps);
  const bareMoves = createPilotMoves({
    clock,
    accounting,
    *onPilotEnded(stamp, reason) {
      yield* deps.onPilotEnded(stamp, reason);
      yield* outputAgent.ended(stamp);
      yield* afterCommit(() => director.wake());
    },
  });
  const moves = countPilotMoves(bareMoves, metrics);
  const elements = createComputingElements({
    configuration,
    open: deps.openElement ?? openComputingElement,
    folder: join(deps.dataFolder, 'pilots'),
    context: {
      pilotFile: deps.pilotFile,
      singlePilotFile: deps.singlePilotFile,
      storedProxy: deps.storedProxy,
      hiddenFolders: [deps.dataFolder],
      clock,
      log,
    },
  });
  const outputAtElement: OutputAtElement = async ({ site, computingElement, pilotReference }) =>
    (await elements.find(site, computingElement)?.output(pilotReference, mostOutputBytes)) ?? noOutput;
  const outputAgent = createPilotOutputAgent({ database, clock, log, outputAtElement });
  const typeOf = (site: string, name: string): string =>
    configuration.current().values.sites[site]?.computingElements[name]?.type ?? '';
  const lanes = createElementLanes(log, deps.patienceMs ?? 5000);
  const shared = { database, clock, log, configuration, elements, moves, presence, backOff, lanes };
  const bareSubmit = createPilotSubmission({
    ...shared,
    gridTypeOf: (site, name) => gridTypeOf(typeOf(site, name)),
    serverUrl: deps.serverUrlForPilots,
    hostName: hostname(),
    accounting,
  });
  const submit = countPilotSubmissions(bareSubmit, metrics);
  const poll = createPilotPoll(shared);
  const { taskQueues, fits, tickMs } = deps;
  const director: PilotDirector = createPilotDirector({
    ...shared,
    poll,
    submit,
    taskQueues,
    fits,
    keepDecisions: createDecisionRecord(shared),
    tickMs,
  });
  const manager = createPilotManagerService(shared);
  const useCases = {
    ...manager,
    ...createPilotSummary(shared),
    ...createPilotOutput({ ...shared, outputAtElement }),
  };
  return { useCases, moves, director, outputAgent, ownAgents: presenceNews ? [presenceNews.agent] : [] };
};
