/**
 * Signs of life of the running jobs, with the last lines of their output, and the commands that come back.
 * A new job is heard of every second, an old one every `heartbeatS`, so that a kill takes hold within a
 * twentieth of the job's age; new output is sent about once a second whatever the age.
 */
import { isWmsError } from '@wm/wms-core/vocabulary';
import { JobStop, sentenceOf } from './job-wrapper/job-stop.ts';
import type { JobRun } from './job-wrapper/run-job.ts';
import type { PilotContext } from './pilot-context.ts';

export interface Heartbeats {
  /** Sends the last output of a job now. Never throws. */
  flush(run: JobRun): Promise<void>;
  stop(): void;
}

export interface HeartbeatListener {
  /** The server wants no more jobs here. */
  onDrain(): void;
  /** The server does not know this pilot any more. */
  onDismissed(reason: string): void;
}

const tickMs = 1000;

export const beatEveryMs = (ageMs: number, heartbeatS: number): number =>
  Math.min(heartbeatS * 1000, Math.max(tickMs, ageMs / 20));

export function startHeartbeats(
  pilot: PilotContext,
  heartbeatS: number,
  runs: ReadonlySet<JobRun>,
  listener: HeartbeatListener,
): Heartbeats {
  const lastBeatMs = new Map<JobRun, number>();
  let acknowledged: number[] = [];
  /** Calls under way or waiting for their turn; one at a time, so that commands are obeyed once. */
  let pending = 0;
  let turn: Promise<void> = Promise.resolve();

  function obey(jobId: number, attempt: number, reason: JobStop): void {
    for (const run of runs)
      if (run.jobId === jobId && run.attempt === attempt) {
        pilot.log.write(`job ${jobId}: ${reason.message}`);
        run.stop(reason);
      }
  }
  async function send(due: readonly JobRun[]): Promise<void> {
    const nowMs = Date.now();
    const beats = due.map((run) => run.beat());
    const acknowledging = acknowledged;
    acknowledged = [];
    try {
      const answer = await pilot.server.call(
        'POST /pilot/v1/heartbeats',
        { body: { jobs: beats.map((beat) => beat.heartbeat), acknowledged: acknowledging } },
        { giveUpAfterMs: 0, timeoutMs: 10_000 },
      );
      for (const run of due) lastBeatMs.set(run, nowMs);
      for (const beat of beats) beat.sent();
      for (const { commandId, jobId, attempt } of answer.commands) {
        obey(jobId, attempt, new JobStop('killed', 'Received Kill signal', 'Killed on request.'));
        acknowledged.push(commandId);
      }
      for (const { jobId, attempt } of answer.refused)
        obey(jobId, attempt, new JobStop('stale', '', 'The attempt is over for the server.'));
      if (answer.drain) listener.onDrain();
    } catch (error) {
      acknowledged = [...acknowledging, ...acknowledged];
      if (isWmsError(error) && (error.code === 'pilot.unknown' || error.code === 'pilot.ended'))
        listener.onDismissed(sentenceOf(error));
    }
  }
  function start(due: readonly JobRun[]): Promise<void> {
    pending += 1;
    turn = turn.then(() => send(due)).finally(() => (pending -= 1));
    return turn;
  }
  function tick(): void {
    if (pending > 0) return;
    const nowMs = Date.now();
    for (const run of lastBeatMs.keys()) if (!runs.has(run)) lastBeatMs.delete(run);
    const due = [...runs].filter((run) => {
      const silentMs = nowMs - (lastBeatMs.get(run) ?? run.startedAtMs);
      return silentMs >= beatEveryMs(nowMs - run.startedAtMs, heartbeatS) || run.beat().hasNewOutput;
    });
    if (due.length > 0 || acknowledged.length > 0) void start(due);
  }
  const timer = setInterval(tick, Math.min(tickMs, heartbeatS * 1000));
  return {
    flush: (run) => (run.beat().hasNewOutput ? start([run]) : Promise.resolve()),
    stop: () => clearInterval(timer),
  };
}
