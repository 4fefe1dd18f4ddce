/**
 * One attempt from match to final report: folder, input, payload, output, words. Owns everything of the
 * attempt; the job loop only asks for its heartbeat and may end it.
 */
import { loadavg } from 'node:os';
import type { JobHeartbeat, MatchedJob } from '@wm/wms-core/vocabulary';
import { isWmsError, usableWallTimeS } from '@wm/wms-core/vocabulary';
import { freeMemoryMiB, nodeParameters } from '../node-facts.ts';
import { found, wallTimeLeftS, type PilotContext } from '../pilot-context.ts';
import { conclude, endSentence, saveOutput } from './after-payload.ts';
import type { Attempt, JobDoors } from './attempt.ts';
import { openImage } from './containers/index.ts';
import { hiddenFromPayloads, type IsolationLevel, type Places } from './isolation.ts';
import { memoryWithMiB, readJobDescription, type JobDescription } from './job-description.ts';
import { JobStop, sentenceOf } from './job-stop.ts';
import { startRenewal } from './proxy-renewal.ts';
import { requestProxy, storeProxy } from './payload-proxy.ts';
import { fetchInputSandboxes, makeJobFolder, removeJobFolder, type JobFolder } from './prepare.ts';
import { createReporter } from './report.ts';
import { startPayload, type PayloadEnd } from './run-payload.ts';
import { startStopSignal } from './stop-signal.ts';
import { startWatchdog, type Violation } from './watchdog.ts';

export interface Demand {
  readonly processors: number;
  readonly memoryMiB: number;
  readonly diskMiB: number;
  readonly gpus: number;
}

export interface Beat {
  readonly heartbeat: JobHeartbeat;
  readonly hasNewOutput: boolean;
  /** To be called when the server has taken the beat. */
  sent(): void;
}

export interface JobRun {
  readonly jobId: number;
  readonly attempt: number;
  readonly startedAtMs: number;
  readonly demand: Demand;
  /** Resolves after the last report was queued and the folder is gone; never rejects. */
  readonly over: Promise<void>;
  beat(): Beat;
  stop(reason: JobStop): void;
}

/** DIRAC's MaxWallClockTime: three days. */
const longestWallClockS = 259_200;
/** A payload may use a fifth more CPU than asked for, as in DIRAC. */
const cpuMargin = 1.2;
const largestOutputMiB = 1024;
/** Beyond what any program wants, and below what makes a node of many jobs sick. */
const mostProcesses = 1000;
const graceMs = 1000;

export const evicted = (): JobStop =>
  new JobStop('reschedule', 'Going to reschedule job', 'The batch system took the slot back.');

/** While a payload runs nothing else gives its job back. */
const isEviction = (stop: unknown): boolean => stop instanceof JobStop && stop.kind === 'reschedule';

function placesOf(folder: JobFolder, { configuration }: PilotContext): Places {
  return {
    work: folder.work,
    temporary: folder.temporary,
    hidden: hiddenFromPayloads(configuration),
  };
}

function watch(
  attempt: Attempt,
  folder: JobFolder,
  description: JobDescription,
): Promise<Violation | undefined> {
  const { job, pilot } = attempt;
  const payload = found(attempt.payload, 'start of the payload');
  const slot = found(pilot.findings.slot, 'check-capabilities');
  const leftS = wallTimeLeftS(pilot);
  // The last minute of the slot belongs to the output.
  const slotS = usableWallTimeS(leftS);
  const wallClockS = description.wallTimeS || longestWallClockS;
  return new Promise((resolve) => {
    void payload.ended.then(() => resolve(undefined));
    const warning = startStopSignal(description.stopSignal, Math.min(slotS, wallClockS), {
      send: (signal, matches) => payload.warn(signal, matches),
      overdue: resolve,
    });
    void payload.ended.then(() => warning.stop());
    attempt.watchdog = startWatchdog(
      payload.process,
      [folder.work, folder.temporary],
      () => payload.stdout.size() + payload.stderr.size(),
      {
        wallClockS,
        slotS,
        cpuS: (description.cpuTimeS || Infinity) * Math.max(1, job.processors) * cpuMargin,
        memoryMiB: description.maxMemoryMiB || memoryWithMiB(description, job.processors) || slot.memoryMiB,
        processes: mostProcesses * Math.max(1, job.processors),
        diskMiB: description.diskMiB || slot.diskMiB,
        outputMiB: largestOutputMiB,
      },
      resolve,
    );
  });
}

/** Batch systems that end a slot signal all of its processes, in any order: the payload may die before the pilot hears. */
const evictionNoticeMs = 2000;

/** Of a signal, or as shells tell that of a program of theirs. */
const wasEndedByOthers = ({ exitCode, signal }: PayloadEnd): boolean =>
  signal !== null || (exitCode ?? 0) > 128;

/** Resolves when the signal is aborted, or the time is over. */
const heardOfWithin = (signal: AbortSignal, ms: number): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
    if (signal.aborted) resolve();
  });

/** How the payload ended, or the `JobStop` that ended it. Nothing of it lives afterwards. */
async function awaitPayload(
  attempt: Attempt,
  folder: JobFolder,
  description: JobDescription,
): Promise<{ end: PayloadEnd; violation?: Violation }> {
  const payload = found(attempt.payload, 'start of the payload');
  const { signal } = attempt.ending;
  const onAbort = (): void => void payload.end(graceMs);
  signal.addEventListener('abort', onAbort);
  if (signal.aborted) onAbort();
  try {
    const violation = await watch(attempt, folder, description);
    if (violation) await payload.end(graceMs);
    const end = await payload.ended;
    attempt.watchdog?.stop();
    if (violation === undefined && wasEndedByOthers(end)) await heardOfWithin(signal, evictionNoticeMs);
    signal.throwIfAborted();
    return { end, ...(violation ? { violation } : {}) };
  } finally {
    signal.removeEventListener('abort', onAbort);
    attempt.watchdog?.stop();
  }
}

/** That of the node, or the image the job asks for. */
async function isolationOf(
  { pilot, ending }: Attempt,
  folder: JobFolder,
  { containerImage }: JobDescription,
): Promise<IsolationLevel> {
  const { isolation, containers } = pilot.findings;
  if (containerImage === undefined) return found(isolation, 'check-capabilities');
  return await openImage(containers ?? [], {
    image: containerImage,
    places: placesOf(folder, pilot),
    scratch: folder.archives,
    signal: ending.signal,
  });
}

async function live(attempt: Attempt): Promise<void> {
  const { job, pilot, reporter, ending } = attempt;
  reporter.step('received', {
    parameters: {
      ...nodeParameters(),
      Pilot_Reference: pilot.configuration.stamp,
      PilotAgent: pilot.version,
    },
  });
  const description = readJobDescription(job.jdl);
  reporter.step('initialization');
  const requested = requestProxy(attempt);
  // Heard of where it is awaited, if the attempt comes so far.
  requested.catch(() => {});
  const folder = await makeJobFolder(pilot.configuration.workDirectory, `job_${job.jobId}_${job.attempt}`);
  let renewal: { stop(): void } | undefined;
  try {
    if (job.inputSandboxes.length > 0) {
      reporter.step('downloading');
      await fetchInputSandboxes(job, pilot.server.baseUrl, folder, ending.signal);
    }
    attempt.proxy = await requested;
    const proxyFile = await storeProxy(attempt.proxy, folder);
    ending.signal.throwIfAborted();
    const isolation = await isolationOf(attempt, folder, description);
    attempt.payload = await startPayload({
      job,
      description,
      site: pilot.configuration.site,
      places: placesOf(folder, pilot),
      isolation,
      peekLines: found(pilot.findings.instructions, 'register').limits.peekLines,
      proxyFile,
      gpuVariables: attempt.gpuVariables,
    });
    reporter.step('application', {
      parameters: {
        PayloadProxy: attempt.proxy.words,
        Isolation: isolation.name,
        ...(description.containerImage === undefined ? {} : { ContainerImage: description.containerImage }),
      },
    });
    pilot.keys.prepare();
    renewal = proxyFile === undefined ? undefined : startRenewal(attempt, folder.temporary, proxyFile);
    const { end, violation } = await awaitPayload(attempt, folder, description).catch(
      async (stop: unknown) => {
        if (isEviction(stop))
          [attempt.savedOutput] = await Promise.all([
            saveOutput(attempt, folder, description),
            attempt.doors.lastBeat(),
          ]);
        throw stop;
      },
    );
    pilot.log.write(`job ${job.jobId}: ${endSentence(end)} after ${end.wallClockS.toFixed(1)} s`);
    await conclude(attempt, folder, description, end, violation);
  } finally {
    renewal?.stop();
    attempt.payload?.close();
    delete attempt.payload;
    await removeJobFolder(folder);
  }
}

/** A job that cannot be read ends soon; it needs nothing meanwhile. */
function demandOf(job: MatchedJob): Demand {
  const processors = Math.max(1, job.processors);
  try {
    const description = readJobDescription(job.jdl);
    const { diskMiB, gpus } = description;
    return { processors, memoryMiB: memoryWithMiB(description, processors), diskMiB, gpus };
  } catch {
    return { processors, memoryMiB: 0, diskMiB: 0, gpus: 0 };
  }
}

function reportStop({ reporter, savedOutput }: Attempt, error: unknown): void {
  const stop =
    error instanceof JobStop
      ? error
      : isWmsError(error) && error.code === 'job.stale-attempt'
        ? new JobStop('stale', '', error.message)
        : new JobStop('failed', 'Exception During Execution', sentenceOf(error), { cause: error });
  const words = { minorStatus: stop.minorStatus, applicationStatus: stop.message };
  if (stop.kind === 'failed') reporter.report({ status: 'Failed', ...words });
  else if (stop.kind === 'killed') reporter.report({ status: 'Killed', ...words });
  else if (stop.kind === 'reschedule')
    reporter.report({
      ...words,
      reschedule: true,
      ...(savedOutput === undefined ? {} : { outputSandbox: savedOutput }),
    });
}

function beatOf(attempt: Attempt): Beat {
  const { job, payload, watchdog } = attempt;
  const stdout = payload?.stdout.unsent();
  const stderr = payload?.stderr.unsent();
  return {
    hasNewOutput: stdout !== undefined || stderr !== undefined,
    heartbeat: {
      jobId: job.jobId,
      attempt: job.attempt,
      atMs: Date.now(),
      metrics: {
        CPUConsumed: watchdog?.usage.cpuS ?? 0,
        MemoryUsed: watchdog?.usage.memoryMiB ?? 0,
        AvailableMemory: freeMemoryMiB(),
        LoadAverage: loadavg()[0] ?? 0,
      },
      ...(stdout ? { stdoutTail: stdout.text } : {}),
      ...(stderr ? { stderrTail: stderr.text } : {}),
    },
    sent: () => {
      if (stdout) payload?.stdout.markSent(stdout.size);
      if (stderr) payload?.stderr.markSent(stderr.size);
    },
  };
}

/** Starts the attempt and returns at once. */
export function startJob(job: MatchedJob, pilot: PilotContext, doors: JobDoors): JobRun {
  const reporter = createReporter(job.jobId, job.attempt, (report) => doors.report(report));
  const demand = demandOf(job);
  const gpus = found(pilot.findings.gpus, 'check-capabilities').take(demand.gpus);
  const attempt: Attempt = {
    ...{ job, pilot, doors, reporter, ending: new AbortController() },
    ...{ gpuVariables: gpus.variables, formerKeys: [] },
  };
  const over = live(attempt)
    .catch((error: unknown) => {
      pilot.log.write(`job ${job.jobId}: ${sentenceOf(error)}`);
      reportStop(attempt, error);
    })
    .finally(() => gpus.giveBack());
  return {
    jobId: job.jobId,
    attempt: job.attempt,
    startedAtMs: Date.now(),
    demand,
    over,
    beat: () => beatOf(attempt),
    stop: (reason) => {
      if (reason.kind === 'stale') reporter.silence();
      attempt.ending.abort(reason);
    },
  };
}
