/**
 * The job loop: offers what is free, takes a job, starts it, and offers the rest again, until there is
 * nothing to do, no time left, or the server or the batch system wants the pilot to end.
 */
import { randomUUID } from 'node:crypto';
import { isWmsError, usableWallTimeS, type ReportVerdict } from '@wm/wms-core/vocabulary';
import { startHeartbeats } from '../heartbeats.ts';
import { JobStop, sentenceOf } from '../job-wrapper/job-stop.ts';
import { evicted, startJob, type JobRun } from '../job-wrapper/run-job.ts';
import {
  found,
  wallTimeLeftS,
  type Instructions,
  type NodeOffer,
  type PilotCommand,
  type PilotContext,
} from '../pilot-context.ts';
import { createReportQueue } from '../report-queue.ts';

const longPollS = 20;
/** While jobs run, what is free changes: ask anew more often. */
const longPollBesideJobsS = 5;
/** A slot that is nearly over is given back. */
const leastUsefulS = (maxWallTimeS: number): number => Math.min(300, maxWallTimeS / 10);

/** How long an evicted pilot still tries to give its jobs back. */
const lastWordMs = 20_000;

export function freeOffer(slot: NodeOffer, runs: Iterable<JobRun>, slotLeftS: number): NodeOffer {
  let { processors, memoryMiB, diskMiB, gpus } = slot;
  let idle = true;
  for (const { demand } of runs) {
    idle = false;
    processors -= demand.processors;
    memoryMiB -= demand.memoryMiB;
    diskMiB -= demand.diskMiB;
    gpus -= demand.gpus;
  }
  return {
    ...slot,
    cpuTimeLeftS: Math.max(0, Math.floor(slotLeftS)),
    wallTimeLeftS: Math.floor(usableWallTimeS(slotLeftS)),
    processors: Math.max(0, processors),
    memoryMiB: Math.max(0, memoryMiB),
    diskMiB: Math.max(0, diskMiB),
    gpus: Math.max(0, gpus),
    wholeNode: slot.wholeNode && idle,
  };
}

/** Aborts some time after `signal` did. */
function lateAbort(signal: AbortSignal, afterMs: number): AbortSignal {
  const late = new AbortController();
  void aborted(signal).then(() => setTimeout(() => late.abort(signal.reason), afterMs).unref());
  return late.signal;
}

const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });

/** The jobs of this pilot and what the server says about them. */
function createPool(pilot: PilotContext) {
  const runs = new Set<JobRun>();
  const started = new Set<string>();
  let ending: string | undefined;
  let requestId: string = randomUUID();
  let lastWorkMs = Date.now();

  function end(reason: string): void {
    ending ??= reason;
  }
  function dismissed(reason: string): void {
    end(reason);
    for (const run of runs) run.stop(new JobStop('stale', '', reason));
  }
  function onVerdict({ ok, jobId, attempt, code, message }: ReportVerdict): void {
    if (ok) return;
    pilot.log.write(`job ${jobId}: report refused: ${message ?? code ?? 'no reason given'}`);
    if (code !== 'job.stale-attempt' && code !== 'job.not-found') return;
    for (const run of runs)
      if (run.jobId === jobId && run.attempt === attempt)
        run.stop(new JobStop('stale', '', 'The attempt is over for the server.'));
  }
  const lastWord = lateAbort(pilot.evicted, lastWordMs);
  const reports = createReportQueue(
    async (batch) => {
      const answer = await pilot.server.call(
        'POST /pilot/v1/reports',
        { body: { reports: [...batch] } },
        { signal: lastWord },
      );
      return answer.verdicts;
    },
    onVerdict,
    (error) => dismissed(sentenceOf(error)),
  );
  const heartbeats = startHeartbeats(pilot, found(pilot.findings.instructions, 'register').heartbeatS, runs, {
    onDrain: () => end('The server drains this pilot.'),
    onDismissed: dismissed,
  });
  return {
    runs,
    /** What a question for a job carries so that a lost answer is harmless. */
    question: () => ({
      requestId,
      held: [...runs].map(({ jobId, attempt }) => ({ jobId, attempt })),
    }),
    /** The next question is another one. */
    answered: () => {
      requestId = randomUUID();
    },
    end,
    dismissed,
    ending: () => ending,
    idleS: () => (runs.size > 0 ? 0 : (Date.now() - lastWorkMs) / 1000),
    start(job: Parameters<typeof startJob>[0]): void {
      const key = `${job.jobId}/${job.attempt}`;
      // A match that is answered again after a lost connection must not start the same attempt twice.
      if (started.has(key)) return;
      started.add(key);
      const run: JobRun = startJob(job, pilot, {
        report: (report) => reports.add(report),
        lastBeat: () => heartbeats.flush(run),
      });
      runs.add(run);
      void run.over.then(() => {
        runs.delete(run);
        lastWorkMs = Date.now();
      });
    },
    async close(): Promise<void> {
      await Promise.all([...runs].map((run) => run.over));
      heartbeats.stop();
      await reports.settled();
    },
  };
}

type Pool = ReturnType<typeof createPool>;

/** Why the pilot should take no more jobs; undefined while it should go on. */
function reasonToEnd(pilot: PilotContext, pool: Pool, idleStopS: number): string | undefined {
  if (pilot.evicted.aborted) return 'The batch system took the slot back.';
  if (wallTimeLeftS(pilot) < leastUsefulS(pilot.configuration.maxWallTimeS)) return 'No more time left.';
  if (pool.idleS() >= idleStopS && pool.runs.size === 0)
    return `Nothing to do for ${Math.round(idleStopS)} s.`;
  return pool.ending();
}

async function askForJob(
  pilot: PilotContext,
  pool: Pool,
  offer: NodeOffer,
  { idleStopS, heartbeatS }: Instructions,
): Promise<void> {
  const beside = pool.runs.size > 0;
  const waitS = beside ? longPollBesideJobsS : Math.max(0, Math.min(longPollS, idleStopS - pool.idleS()));
  try {
    const answer = await pilot.server.call(
      'POST /pilot/v1/match',
      { body: { offer, waitS, ...pool.question() } },
      {
        signal: pilot.evicted,
        timeoutMs: (waitS + 30) * 1000,
        // A restart of the server is no reason for an idle pilot to go; a server that is gone for good is.
        giveUpAfterMs: Math.max(idleStopS, heartbeatS) * 1000,
      },
    );
    pool.answered();
    if (answer.kind === 'stop') pool.end(answer.reason);
    else if (answer.kind === 'match') {
      pilot.log.write(`job ${answer.job.jobId}: matched, attempt ${answer.job.attempt}`);
      pool.start(answer.job);
    }
  } catch (error) {
    if (pilot.evicted.aborted) return;
    if (isWmsError(error) && (error.code === 'pilot.unknown' || error.code === 'pilot.ended'))
      pool.dismissed(sentenceOf(error));
    // With jobs the pilot has work to end, and the server may come back before it is done.
    else if (pool.runs.size === 0) throw error;
  }
}

export const runJobs: PilotCommand = {
  name: 'run-jobs',
  run: async (pilot) => {
    const pool = createPool(pilot);
    const slot = found(pilot.findings.slot, 'check-capabilities');
    const instructions = found(pilot.findings.instructions, 'register');
    const onEvicted = (): void => {
      for (const run of pool.runs) run.stop(evicted());
    };
    pilot.evicted.addEventListener('abort', onEvicted);
    try {
      let reason: string | undefined;
      while ((reason = reasonToEnd(pilot, pool, instructions.idleStopS)) === undefined) {
        const offer = freeOffer(slot, pool.runs, wallTimeLeftS(pilot));
        if (offer.processors < 1)
          await Promise.race([...[...pool.runs].map((run) => run.over), aborted(pilot.evicted)]);
        else await askForJob(pilot, pool, offer, instructions);
      }
      pilot.findings.outcome = { status: 'Done', reason };
    } finally {
      if (pilot.evicted.aborted) onEvicted();
      await pool.close();
    }
  },
};
