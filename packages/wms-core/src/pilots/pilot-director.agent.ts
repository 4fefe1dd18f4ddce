/**
 * Sends pilots where jobs wait (DIRAC's SiteDirector and PilotStatusAgent in one). Woken when jobs arrive, pilots
 * end or the configuration changes; a slow tick polls the computing elements. Pilots outlive the server: a
 * restarted director finds them in the database and goes on with them.
 */
import type { ConfigurationSnapshot } from '../configuration/schema.ts';
import type { Database } from '../db/database.ts';
import type { AgentCycle } from '../kernel/agent.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import type { TaskQueue } from '../task-queues/task-queue.ts';
import type { ElementLanes } from './element-lanes.service.ts';
import type { ComputingElements } from './computing-elements.service.ts';
import type { BackOff } from './pilot-back-off.ts';
import { classKeyOf, pilotClasses, type ConfiguredClass } from './pilot-classes.ts';
import { isOverdue, leadTimesOf, type LeadTimes } from './lead-times.ts';
import type { KeepDecisions } from './pilot-decision-record.service.ts';
import { pilotDecisions } from './pilot-decisions.ts';
import { promiseOf, readSeenOffers } from './pilot-decision.store.ts';
import type { PilotPoll } from './pilot-poll.service.ts';
import { withSeenTags } from './seen-tags.ts';
import type { SubmitPilots } from './pilot-submission.service.ts';
import {
  busyPilots,
  deleteEndedPilots,
  hasRunJobs,
  openPilots,
  pilotsEndedSince,
  pilotsStartedSince,
} from './pilot.store.ts';
import type { StoredPilot } from './pilot.store.ts';
import { planSubmissions, roomOf } from './plan-submissions.ts';
import type { PilotInFlight } from './free-pilots.ts';
import type { PlanInput, PlannedSubmission } from './plan-submissions.ts';

export interface PilotDirectorParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly configuration: { current(): ConfigurationSnapshot };
  readonly elements: ComputingElements;
  readonly backOff: BackOff;
  readonly lanes: ElementLanes;
  readonly poll: PilotPoll;
  readonly submit: SubmitPilots;
  /** Task queues with waiting jobs, as the matcher sees them. */
  readonly taskQueues: () => readonly TaskQueue[];
  readonly fits: PlanInput['fits'];
  /** Keeps what was decided for those who ask why a job waits. */
  readonly keepDecisions: KeepDecisions;
  readonly tickMs?: number | undefined;
}

export interface PilotDirector {
  readonly name: string;
  /** Between two polls; plans come in between as they are needed. */
  readonly everyMs: number;
  /** Hears of every cycle. */
  onCycle(listener: (cycle: AgentCycle) => void): void;
  start(): void;
  /** Lets the cycle under way end. Pilots with jobs go on, idle ones on this machine end. */
  stop(): Promise<void>;
  /** Something changed: plan soon. Cheap; may be called for every job. */
  wake(): void;
  /** One whole cycle now; `isPoll` asks the computing elements too. */
  cycle(isPoll: boolean): Promise<void>;
}

const stillAsked = 'It has not answered the last question yet.';
const tookNoJob = 'Pilots ended there without taking a job that waited.';
const hourMs = 3_600_000;
/** Nodes change; what was seen longer ago is not counted on. */
const seenForMs = 24 * hourMs;
const learnEveryMs = 60_000;
const keepEndedMs = 30 * 24 * hourMs;
/** How far back leaked processes are looked for, at first and later. */
const leakedAtStartMs = 24 * hourMs;
const leakedMs = 600_000;
/** Between two cycles; more when cycles take long, so that planning never takes more than a tenth of a core. */
const shortestPauseMs = 50;

export const createPilotDirector = (parts: PilotDirectorParts): PilotDirector => {
  const { database, clock, log, backOff } = parts;
  const tickMs = parts.tickMs ?? 15_000;
  let tick: NodeJS.Timeout | undefined;
  let planned: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let isStarted = false;
  let isPollDue = true;
  let pauseMs = shortestPauseMs;
  let leakedSinceMs = clock.nowMs() - leakedAtStartMs;
  let endedSinceMs = clock.nowMs();
  let cleanedAtMs = 0;
  let leadTimes: LeadTimes = new Map();
  let learntAtMs = 0;
  const listeners: ((cycle: AgentCycle) => void)[] = [];

  const inFlightOf = (pilots: readonly StoredPilot[], busy: ReadonlySet<string>): readonly PilotInFlight[] =>
    pilots.map((pilot) => {
      const elapsedS = (clock.nowMs() - (pilot.registeredAtMs ?? clock.nowMs())) / 1000;
      const classKey = classKeyOf(pilot);
      const isWaiting = pilot.registeredAtMs === null;
      const waitedMs = clock.nowMs() - pilot.submittedAtMs;
      return {
        classKey,
        vo: pilot.vo,
        state: busy.has(pilot.stamp) ? 'busy' : isWaiting ? 'waiting' : 'idle',
        cpuTimeLeftS: Math.max(0, pilot.maxWallTimeS - elapsedS),
        isOverdue: isWaiting && isOverdue(waitedMs, leadTimes.get(classKey)),
      };
    });

  /** Pilots that ended without a job although the queue they were sent for still waits: something is wrong there. */
  const noteEmptyPilots = async (taskQueues: readonly TaskQueue[]): Promise<void> => {
    const sinceMs = endedSinceMs;
    endedSinceMs = clock.nowMs();
    const waiting = new Set(taskQueues.map(({ taskQueueId }) => taskQueueId));
    const empty = await database.read(function* () {
      const found: StoredPilot[] = [];
      for (const pilot of yield* pilotsEndedSince(sinceMs)) {
        const isWanted = pilot.taskQueueId !== null && waiting.has(pilot.taskQueueId);
        if (isWanted && pilot.registeredAtMs !== null && !(yield* hasRunJobs(pilot.stamp))) found.push(pilot);
      }
      return found;
    });
    for (const pilot of empty)
      backOff.failed(classKeyOf(pilot), clock.nowMs(), { reason: tookNoJob, vo: pilot.vo });
  };

  const learnLeadTimes = async (): Promise<void> => {
    if (clock.nowMs() - learntAtMs < learnEveryMs) return;
    learntAtMs = clock.nowMs();
    leadTimes = leadTimesOf(await database.readHeavy(() => pilotsStartedSince(learntAtMs - seenForMs)));
  };

  const underWay = () =>
    database.read(function* () {
      const pilots = yield* openPilots();
      const seen = yield* readSeenOffers(clock.nowMs() - seenForMs);
      return { pilots, busy: yield* busyPilots(), seen };
    });

  const plan = async (): Promise<void> => {
    const { pilots, busy, seen } = await underWay();
    for (const pilot of pilots) if (busy.has(pilot.stamp)) backOff.succeeded(classKeyOf(pilot));
    const taskQueues = parts.taskQueues();
    await noteEmptyPilots(taskQueues);
    await learnLeadTimes();
    const classes = withSeenTags(classesNow(), seen, promiseOf);
    const input = {
      nowMs: clock.nowMs(),
      classes,
      inFlight: inFlightOf(pilots, busy),
      taskQueues,
      fits: parts.fits,
    };
    const sent = await send(input, classes);
    const after = withSeenTags(classesNow(), seen, promiseOf);
    const busyNow = new Set(after.filter((each) => parts.lanes.isBusy(each)).map(({ key }) => key));
    await parts.keepDecisions(
      pilotDecisions({ ...input, classes: after, inFlight: [...input.inFlight, ...sent] }, (key) =>
        busyNow.has(key) ? { reason: stillAsked, vo: null } : backOff.failure(key),
      ),
    );
  };

  /** Nothing is sent to a computing element that is still being asked. */
  const classesNow = (): readonly ConfiguredClass[] =>
    pilotClasses(parts.configuration.current().values, backOff.blockedUntilMs, leadTimes).map((each) =>
      parts.lanes.isBusy(each)
        ? { ...each, blockedUntilMs: Math.max(each.blockedUntilMs, clock.nowMs() + tickMs) }
        : each,
    );

  /** The pilots that were sent, as far as is known when patience ends. */
  const send = async (
    input: PlanInput,
    classes: readonly ConfiguredClass[],
  ): Promise<readonly PilotInFlight[]> => {
    if (input.taskQueues.length === 0 || [...roomOf(input).values()].every((room) => room === 0)) return [];
    const byKey = new Map(classes.map((each) => [each.key, each]));
    const sent: PilotInFlight[] = [];
    const planned = planSubmissions(input).flatMap((submission) => {
      const to = byKey.get(submission.classKey);
      return to === undefined ? [] : [{ submission, to }];
    });
    for (const group of Map.groupBy(planned, ({ to }) => `${to.site}/${to.computingElement}`).values())
      parts.lanes.start(group[0]!.to, async () => {
        for (const each of group) sent.push(...(await submitOne(each.submission, each.to)));
      });
    await parts.lanes.rest();
    return sent;
  };

  const submitOne = async (
    submission: PlannedSubmission,
    to: ConfiguredClass,
  ): Promise<readonly PilotInFlight[]> => {
    const { failed, reason } = await parts.submit(submission, to);
    const { vo, pilots } = submission;
    if (failed > 0) backOff.failed(to.key, clock.nowMs(), { reason: reason ?? 'The submission failed.', vo });
    const pilot = { classKey: to.key, vo, state: 'waiting', cpuTimeLeftS: to.offer.cpuTimeLeftS } as const;
    return Array.from({ length: pilots - failed }, () => pilot);
  };

  const poll = async (): Promise<void> => {
    await parts.poll.poll(await database.read(openPilots));
    const sinceMs = leakedSinceMs;
    leakedSinceMs = clock.nowMs() - leakedMs;
    await parts.poll.killLeaked(await database.read(() => pilotsEndedSince(sinceMs)));
    if (clock.nowMs() - cleanedAtMs > hourMs) await clean();
  };

  const clean = async (): Promise<void> => {
    cleanedAtMs = clock.nowMs();
    await database.write(() => deleteEndedPilots(clock.nowMs() - keepEndedMs, 1000));
    for (const [site, { computingElements }] of Object.entries(parts.configuration.current().values.sites)) {
      for (const name of Object.keys(computingElements))
        parts.lanes.start({ site, computingElement: name }, async () => {
          try {
            await parts.elements.find(site, name)?.clean();
          } catch (error) {
            log.warn({ computingElement: name, err: error }, 'pilots.clean-failed');
          }
        });
    }
    await parts.lanes.rest();
  };

  const cycle = async (isPoll: boolean): Promise<void> => {
    const startedAtMs = performance.now();
    if (isPoll) await poll();
    await plan();
    // A long cycle (a computing element that hangs takes all of our patience) must not be followed by ten as long.
    const restMs = Math.max(shortestPauseMs, 10 * (performance.now() - startedAtMs));
    pauseMs = Math.min(restMs, tickMs);
  };

  const runDue = async (): Promise<void> => {
    const isPoll = isPollDue;
    isPollDue = false;
    planned = undefined;
    const startedAtMs = performance.now();
    let error: unknown;
    try {
      await cycle(isPoll);
    } catch (cause) {
      error = cause;
      log.error({ err: error }, 'pilot-director.cycle-failed');
    }
    for (const listener of listeners) listener({ tookMs: performance.now() - startedAtMs, error });
  };

  const runSoon = (): void => {
    if (!isStarted || planned !== undefined) return;
    planned = setTimeout(() => {
      running = running.then(runDue);
    }, nextDelayMs());
  };

  let lastWakeMs = 0;
  /** At once after a quiet time, else after the pause. */
  const nextDelayMs = (): number => {
    const sinceMs = performance.now() - lastWakeMs;
    lastWakeMs = performance.now();
    return sinceMs > pauseMs ? 0 : pauseMs;
  };

  const pollSoon = (): void => {
    isPollDue = true;
    runSoon();
  };

  parts.elements.onEnd(() => pollSoon());

  return {
    name: 'pilot-director',
    everyMs: tickMs,
    onCycle: (listener) => void listeners.push(listener),
    start: () => {
      isStarted = true;
      tick = setInterval(pollSoon, tickMs);
      pollSoon();
    },
    stop: async () => {
      const wasStarted = isStarted;
      isStarted = false;
      clearInterval(tick);
      clearTimeout(planned);
      planned = undefined;
      await running;
      if (!wasStarted) return;
      const { pilots, busy } = await underWay();
      await parts.poll.endIdle(pilots.filter(({ stamp }) => !busy.has(stamp)));
    },
    wake: runSoon,
    cycle,
  };
};
