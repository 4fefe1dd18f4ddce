/**
 * Takes jobs on that stopped at an outside step: asks the port, then moves the job. Woken when a job stops, and by
 * a slow tick for what was left by a restart or by an outside that did not answer. A step whose outside fails
 * rests for a while; its jobs stay where they are and are never failed for that.
 */
import type { Database, Work } from '../../db/database.ts';
import { createAgent, type Agent } from '../../kernel/agent.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/logger.ts';
import { readKeptJdl } from '../jdl/parse.ts';
import { requirementsOf } from '../job-requirements.ts';
import { findJob } from '../job.store.ts';
import { chainOf, type OptimizerName } from './optimizer-chain.ts';
import type { Decision, OptimizedJob, OutsideStep } from './optimizer.ts';
import { findDescription } from '../job-description.service.ts';
import { jobsAt, type StoppedJob } from './optimizer.store.ts';
import type { Optimizers } from './optimizers.service.ts';

export interface OptimizerAgent extends Agent {
  /** A job stopped; cheap, may be called for every job. */
  wake(): void;
}

const batch = 200;
const atOnce = 8;
const tickMs = 60_000;
const firstRestMs = 1000;
const longestRestMs = 300_000;

interface CheckedJob extends StoppedJob {
  readonly processed: string;
}

interface Subject extends OptimizedJob {
  readonly chain: readonly OptimizerName[];
}

export function createOptimizerAgent(parts: {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly optimizers: Optimizers;
}): OptimizerAgent {
  const { database, clock } = parts;
  const log = parts.log.child({ part: 'optimizers' });
  const rests = new Map<OptimizerName, { readonly untilMs: number; readonly restMs: number }>();
  let running: Promise<void> | undefined;
  let isWanted = false;

  function subjectOf({ processed }: CheckedJob): Subject {
    const { description } = readKeptJdl(processed);
    return { ...chainOf(description), requirements: requirementsOf(description) };
  }

  function* checkedJobs(name: OptimizerName, afterJobId: number): Work<readonly CheckedJob[]> {
    const checked: CheckedJob[] = [];
    for (const job of yield* jobsAt(name, afterJobId, batch)) {
      const description = yield* findDescription(job.jobId);
      if (description) checked.push({ ...job, processed: description.processed });
    }
    return checked;
  }

  function* apply(step: OutsideStep, checked: CheckedJob, subject: Subject, decision: Decision): Work<void> {
    const job = yield* findJob(checked.jobId);
    // Killed, deleted or rescheduled meanwhile: the answer is for nobody.
    if (!job || job.attempt !== checked.attempt) return;
    if (job.status !== 'Checking' || job.minorStatus !== step.name) return;
    yield* parts.optimizers.goOn(job, step.name, subject.chain, decision, clock.nowMs());
  }

  function rest(step: OutsideStep, error: unknown): void {
    const restMs = Math.min((rests.get(step.name)?.restMs ?? firstRestMs / 2) * 2, longestRestMs);
    rests.set(step.name, { untilMs: clock.nowMs() + restMs, restMs });
    log.warn({ step: step.name, restMs, err: error }, 'optimizer.unanswered');
    setTimeout(wake, restMs + 10).unref();
  }

  /** One batch; the number of the last job, or undefined when there are no more or the outside is silent. */
  async function runBatch(step: OutsideStep, afterJobId: number): Promise<number | undefined> {
    const found = await database.read(() => checkedJobs(step.name, afterJobId));
    const answers = new Map<string, Promise<Decision>>();
    const queue = [...found];
    async function work(): Promise<void> {
      for (let checked = queue.shift(); checked; checked = queue.shift()) {
        const one = checked;
        const subject = subjectOf(one);
        const key = step.keyOf(subject);
        const answer = answers.get(key) ?? step.decide(subject, parts.optimizers.ports);
        answers.set(key, answer);
        const decision = await answer;
        await database.write(() => apply(step, one, subject, decision));
      }
    }
    try {
      await Promise.all(Array.from({ length: atOnce }, work));
    } catch (error) {
      queue.length = 0;
      rest(step, error);
      return undefined;
    }
    rests.delete(step.name);
    return found.length < batch ? undefined : found.at(-1)?.jobId;
  }

  async function cycle(): Promise<void> {
    for (const step of parts.optimizers.steps) {
      if ((rests.get(step.name)?.untilMs ?? 0) > clock.nowMs()) continue;
      for (let last: number | undefined = 0; last !== undefined;) last = await runBatch(step, last);
    }
  }

  /** One cycle at a time; a call during a cycle makes another one, since its job may have come too late. */
  function runOnce(): Promise<void> {
    isWanted = true;
    running ??= (async () => {
      try {
        while (isWanted) {
          isWanted = false;
          await cycle();
        }
      } finally {
        running = undefined;
      }
    })();
    return running;
  }

  const agent = createAgent({ name: 'optimizers', everyMs: tickMs, cycle: runOnce, log: parts.log });
  let isStarted = false;
  function wake(): void {
    if (!isStarted || parts.optimizers.steps.length === 0) return;
    runOnce().catch((error: unknown) => log.error({ err: error }, 'optimizer.failed'));
  }

  return {
    ...agent,
    runOnce,
    wake,
    start() {
      isStarted = true;
      agent.start();
      wake();
    },
    async stop() {
      isStarted = false;
      isWanted = false;
      await agent.stop();
      await running?.catch(() => undefined);
    },
  };
}
