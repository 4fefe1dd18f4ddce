/**
 * What pilots say of the attempts they hold: status reports, heartbeats, acknowledged commands. Every report
 * carries its attempt; one of an attempt that is over is refused and changes nothing, so a late sign of life
 * never brings a dead job back (DESIGN D7; wms.md §2.3, §7.1 on the faults this avoids).
 */
import type { Accounting } from '../accounting/accounting.service.ts';
import { afterCommit, type Database, type Work, type WorkHints } from '../db/database.ts';
import type { ConfigurationSnapshot } from '../configuration/schema.ts';
import type { PilotPrincipal } from '../identity/principal.ts';
import { drains, worseOf } from '../configuration/element-status.ts';
import { serveVo } from '../configuration/served-vos.ts';
import type { Clock } from '../kernel/clock.ts';
import type { ErrorCode } from '../kernel/error-codes.ts';
import type { Logger } from '../kernel/logger.ts';
import { isStoreTrouble, isWmsError } from '../kernel/wms-error.ts';
import type { JobHeartbeat, JobReport, JobStateUpdateUseCases, ReportVerdict } from '../use-cases.ts';
import type { Move } from './apply-move.ts';
import { acknowledgeCommand, closeCommands, openCommands, saveSigns } from './job-command.store.ts';
import { appendLog, hasReport } from './job-log.store.ts';
import { isHeldByPilot, recordJobEvent, type JobMoves } from './job-moves.service.ts';
import { costOf, type JobRescheduling } from './job-rescheduling.service.ts';
import { isPayloadFinal, type JobStatus } from './job-status.ts';
import { carriesOn, isLateReport, movedAtMs, nodeInstant } from './report-order.ts';
import { countParameters, findJob, jobEntity, setParameter, updateJob, type JobRow } from './job.store.ts';

/** Gives an uploaded output sandbox to a job and answers its size in bytes; throws `sandbox.not-found` and the like. */
export type AssignOutputSandbox = (jobId: number, attempt: number, pfn: string) => Work<number>;

export interface JobStateUpdateParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly configuration: { current(): ConfigurationSnapshot };
  readonly moves: JobMoves;
  readonly rescheduling: JobRescheduling;
  readonly assignOutputSandbox: AssignOutputSandbox;
  readonly accounting: Pick<Accounting, 'heard'>;
}

/** What can happen to a job on a worker node; all else is decided here. */
const reportable: readonly JobStatus[] = [
  'Matched',
  'Running',
  'Completing',
  'Completed',
  'Done',
  'Failed',
  'Killed',
];
const mostParameters = 200;
const mostTailBytes = 16_384;

type Verdict = Pick<ReportVerdict, 'ok' | 'code' | 'message'>;
const accepted: Verdict = { ok: true };
const refused = (code: ErrorCode, message: string): Verdict => ({ ok: false, code, message });

export function createJobStateUpdateService(parts: JobStateUpdateParts): JobStateUpdateUseCases {
  const { database, clock, moves, rescheduling } = parts;
  const log = parts.log.child({ part: 'job-state-update' });

  /** The job when the pilot holds this attempt of it, the refusal otherwise. */
  function* heldJob(
    pilot: PilotPrincipal,
    { jobId, attempt }: { readonly jobId: number; readonly attempt: number },
  ): Work<JobRow | Verdict> {
    const job = yield* findJob(jobId);
    if (!job || job.vo !== pilot.vo) return refused('job.not-found', `There is no job ${jobId}.`);
    if (job.attempt !== attempt || job.pilotStamp !== pilot.stamp)
      return refused('job.stale-attempt', `Attempt ${attempt} of job ${jobId} is over.`);
    return job;
  }

  function* reportOne(pilot: PilotPrincipal, report: JobReport): Work<Verdict> {
    const nowMs = clock.nowMs();
    const held = yield* heldJob(pilot, report);
    if ('ok' in held) {
      // The pilot has ended what it was told to end: nobody is left to obey.
      if (held.code === 'job.stale-attempt' && report.status !== undefined && isPayloadFinal(report.status))
        yield* closeCommands(report.jobId, report.attempt, nowMs, pilot.stamp);
      return held;
    }
    const job = {
      ...held,
      ...(yield* usageTold(held, report)),
      parametersTold: yield* saveParameters(held, report.parameters ?? {}),
    };
    if (report.reschedule) return yield* giveBack(job, report, nowMs);
    return yield* applyReport(pilot, job, report, nowMs);
  }

  /** What the report adds to the consumption of the attempt; saved with the job. */
  function* usageTold(job: JobRow, { parameters, outputSandbox }: JobReport): Work<Partial<JobRow>> {
    const heard = parameters === undefined ? {} : yield* parts.accounting.heard(job, parameters);
    if (outputSandbox === undefined) return heard;
    return {
      ...heard,
      outputSandboxBytes: yield* parts.assignOutputSandbox(job.jobId, job.attempt, outputSandbox),
    };
  }

  function* applyReport(pilot: PilotPrincipal, job: JobRow, given: JobReport, nowMs: number): Work<Verdict> {
    const report = { ...given, atMs: nodeInstant(given.atMs) };
    if (report.status !== undefined && !reportable.includes(report.status))
      return refused('job.transition-refused', `A pilot cannot make a job ${report.status}.`);
    const move: Move = {
      status: report.status,
      minorStatus: report.minorStatus,
      applicationStatus: report.applicationStatus,
      atMs: movedAtMs(report.atMs, job.lastUpdateAtMs, nowMs),
      reportedAtMs: report.atMs,
      source: `JobWrapper@${pilot.site}`,
    };
    if (job.reportedAtMs !== null && report.atMs <= job.reportedAtMs && !carriesOn(report, job)) {
      if (yield* wasReported(job, report)) return accepted;
      if (isLateReport(report, job, nowMs)) return yield* logLate(job, move, nowMs);
    }
    // What a payload did before it ended is history once it has.
    if (report.status === undefined && isPayloadFinal(job.status)) return yield* logLate(job, move, nowMs);
    const outcome = yield* moves.move(job, wayTo(move, job), { nowMs, fields: { heartbeatAtMs: nowMs } });
    if (outcome.kind !== 'refused') return accepted;
    const { from, to } = outcome;
    yield* afterCommit(() =>
      log.warn({ jobId: job.jobId, from, to, stamp: pilot.stamp }, 'job.move-refused'),
    );
    return refused('job.transition-refused', `Job ${job.jobId} is ${from} and cannot become ${to}.`);
  }

  function* wasReported(job: JobRow, report: JobReport): Work<boolean> {
    return yield* hasReport(job.jobId, {
      attempt: report.attempt,
      reportedAtMs: report.atMs,
      status: report.status,
      minorStatus: report.minorStatus,
      applicationStatus: report.applicationStatus,
    });
  }

  /** Arrived after a newer report, or after the end: history only, beside what was consumed and told by the way. */
  function* logLate(job: JobRow, move: Move, nowMs: number): Work<Verdict> {
    const reportedAtMs = Math.max(job.reportedAtMs ?? 0, move.reportedAtMs ?? 0);
    yield* updateJob(job, { ...job, reportedAtMs });
    yield* appendLog(job.jobId, [
      {
        attempt: job.attempt,
        status: move.status ?? null,
        minorStatus: move.minorStatus ?? null,
        applicationStatus: move.applicationStatus ?? null,
        atMs: Math.min(move.reportedAtMs ?? nowMs, nowMs),
        reportedAtMs: move.reportedAtMs ?? null,
        source: move.source.replace('@', '(late)@'),
      },
    ]);
    return accepted;
  }

  function* giveBack(job: JobRow, report: JobReport, nowMs: number): Work<Verdict> {
    if (!isHeldByPilot(job))
      return refused('job.transition-refused', `Job ${job.jobId} is ${job.status} and stays so.`);
    const outcome = yield* rescheduling.reschedule(job, {
      nowMs,
      source: 'JobAgent',
      payloadMayRun: false,
      cost: costOf(job),
      reason: report.applicationStatus ?? report.minorStatus,
    });
    if (outcome.kind === 'refused')
      return refused('job.transition-refused', `Job ${job.jobId} is ${outcome.from} and stays so.`);
    return accepted;
  }

  /** Answers how many the job was told of by now; what is stored is counted only when that could be too many. */
  function* saveParameters(job: JobRow, parameters: Readonly<Record<string, string>>): Work<number> {
    const { attempt, jobId } = job;
    const entries = Object.entries(parameters);
    const told = job.parametersTold + entries.length;
    const free =
      told <= mostParameters ? entries.length : mostParameters - (yield* countParameters(jobId, attempt));
    for (const [name, value] of entries.slice(0, Math.max(free, 0)))
      yield* setParameter(jobId, attempt, name, value);
    return told;
  }

  function* beat(pilot: PilotPrincipal, heartbeat: JobHeartbeat, killed: ReadonlySet<number>): Work<Verdict> {
    const nowMs = clock.nowMs();
    const job = yield* heldJob(pilot, heartbeat);
    if ('ok' in job) return job;
    if (isPayloadFinal(job.status) && !killed.has(job.jobId))
      return refused('job.stale-attempt', `Job ${job.jobId} is ${job.status} already.`);
    yield* saveTails(job, heartbeat, nowMs);
    const usage = yield* parts.accounting.heard(job, heartbeat.metrics ?? {});
    if (job.status !== 'Stalled') {
      yield* updateJob(job, { ...job, ...usage, heartbeatAtMs: nowMs });
      return accepted;
    }
    const back: Move = { status: 'Running', atMs: nowMs, source: `Heartbeat@${pilot.site}` };
    yield* moves.move(job, [back], { nowMs, fields: { ...usage, heartbeatAtMs: nowMs } });
    return accepted;
  }

  function* saveTails(job: JobRow, heartbeat: JobHeartbeat, nowMs: number): Work<void> {
    const { metrics, stdoutTail, stderrTail } = heartbeat;
    if (metrics === undefined && stdoutTail === undefined && stderrTail === undefined) return;
    yield* saveSigns(job.jobId, {
      attempt: job.attempt,
      atMs: nowMs,
      metrics: metrics === undefined ? null : JSON.stringify(metrics),
      stdoutTail: stdoutTail === undefined ? null : lastBytes(stdoutTail),
      stderrTail: stderrTail === undefined ? null : lastBytes(stderrTail),
    });
    if (stdoutTail !== undefined || stderrTail !== undefined) yield* recordJobEvent(job, nowMs);
  }

  /**
   * A bad sandbox spoils its own report only. While nothing can be stored no report is refused: the pilot would never
   * send it again.
   */
  const reportAlone = async (pilot: PilotPrincipal, report: JobReport): Promise<Verdict> => {
    try {
      return await database.write(() => reportOne(pilot, report), loading([report]));
    } catch (error) {
      if (!isWmsError(error) || isStoreTrouble(error)) throw error;
      return refused(error.code, error.message);
    }
  };

  return {
    async report(pilot, reports) {
      // Started in order, so they share a group commit and keep their order.
      const verdicts = await Promise.all(reports.map((report) => reportAlone(pilot, report)));
      return reports.map(({ jobId, attempt }, index) => ({
        jobId,
        attempt,
        ...(verdicts[index] ?? accepted),
      }));
    },

    async heartbeat(pilot, beats, acknowledged) {
      const open = await database.read(() => openCommands(pilot.stamp));
      const commands = open.filter(({ commandId }) => !acknowledged.includes(commandId));
      const drain = mustDrain(pilot, parts.configuration.current());
      if (beats.length + acknowledged.length === 0) return { commands, refused: [], drain };
      const killed = new Set(commands.map(({ jobId }) => jobId));
      const refusals = await database.write(function* () {
        for (const commandId of acknowledged)
          yield* acknowledgeCommand(commandId, pilot.stamp, clock.nowMs());
        const found: ReportVerdict[] = [];
        for (const each of beats) {
          const verdict = yield* beat(pilot, each, killed);
          if (!verdict.ok) found.push({ jobId: each.jobId, attempt: each.attempt, ...verdict });
        }
        return found;
      }, loading(beats));
      return { commands, refused: refusals, drain };
    },
  };
}

/** Completed comes after Completing, which a silence hides: a sign of life makes Running of whatever was Stalled. */
const wayTo = (move: Move, job: JobRow): readonly Move[] =>
  move.status === 'Completed' && (job.status === 'Running' || job.status === 'Stalled')
    ? [{ ...move, status: 'Completing' }, move]
    : [move];

/** The jobs named will be loaded. */
const loading = (named: readonly { readonly jobId: number }[]): WorkHints => ({
  loads: [{ entity: jobEntity, ids: named.map(({ jobId }) => jobId) }],
});

/** A place that was banned, taken out of the configuration or closed to the VO finishes what runs and takes no more. */
export function mustDrain(pilot: PilotPrincipal, { values }: ConfigurationSnapshot): boolean {
  const site = values.sites[pilot.site];
  const queue = site?.computingElements[pilot.computingElement]?.queues[pilot.batchQueue];
  if (site === undefined || queue === undefined) return true;
  if (!Object.hasOwn(values.vos, pilot.vo) || !serveVo(pilot.vo, site, queue)) return true;
  return drains(worseOf(site.status, queue.status));
}

/** The end of a text, cut so that no character is torn. */
function lastBytes(text: string): string {
  const bytes = Buffer.from(text, 'utf8');
  if (bytes.length <= mostTailBytes) return text;
  let start = bytes.length - mostTailBytes;
  while (start < bytes.length && ((bytes[start] ?? 0) & 0xc0) === 0x80) start++;
  return bytes.toString('utf8', start);
}
