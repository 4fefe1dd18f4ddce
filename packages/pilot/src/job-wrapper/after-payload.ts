/** From the end of the payload to the last report: usage, output sandbox, final status. */
import { join } from 'node:path';
import { found } from '../pilot-context.ts';
import type { Attempt } from './attempt.ts';
import type { JobDescription } from './job-description.ts';
import { JobStop, sentenceOf } from './job-stop.ts';
import { findOutputFiles } from './output-files.ts';
import { withholdKey } from './payload-proxy.ts';
import type { JobFolder } from './prepare.ts';
import type { PayloadEnd } from './run-payload.ts';
import { isTooLarge, uploadOutput, type Upload } from './upload-output.ts';
import type { Violation, Watchdog } from './watchdog.ts';

/** DIRAC's "reschedule me": exit code 1502, of which eight bits survive. */
const rescheduleExitCode = 222;

function usageParameters(end: PayloadEnd, watchdog: Watchdog | undefined): Record<string, string> {
  return {
    ...(end.exitCode === null ? {} : { ExitCode: String(end.exitCode) }),
    ...(end.signal === null ? {} : { Signal: end.signal }),
    'WallClockTime(s)': end.wallClockS.toFixed(2),
    'TotalCPUTime(s)': (watchdog?.usage.cpuS ?? 0).toFixed(2),
    'MemoryUsed(MB)': (watchdog?.usage.memoryMiB ?? 0).toFixed(1),
    // Payloads that end within seconds are not measured.
    ...(watchdog && watchdog.usage.diskMiB > 0 && { 'DiskSpace(MB)': watchdog.usage.diskMiB.toFixed(3) }),
  };
}

const uploadOf = ({ job, pilot }: Attempt, folder: JobFolder, signal: AbortSignal): Upload => ({
  server: pilot.server,
  jobId: job.jobId,
  attempt: job.attempt,
  maxBytes: found(pilot.findings.instructions, 'register').limits.maxOutputSandboxBytes,
  signal,
  onFirstFailure: (error) =>
    pilot.log.write(`job ${job.jobId}: the output is sent again: ${sentenceOf(error)}`),
  archive: join(folder.archives, 'output.tar.gz'),
});

/** Uploads what the JDL lists; when that is too large, standard output and error at least. */
async function bringOutput(
  attempt: Attempt,
  folder: JobFolder,
  description: JobDescription,
): Promise<JobStop | undefined> {
  const { reporter, ending } = attempt;
  const { files: named, missing } = await findOutputFiles(folder.work, description.outputSandbox);
  const { harmless: files, withheld } = await withholdKey(named, attempt);
  if (withheld.length > 0)
    reporter.report({ parameters: { OutputSandboxWithheldFiles: withheld.join(', ') } });
  if (missing.length > 0) reporter.report({ parameters: { OutputSandboxMissingFiles: missing.join(', ') } });
  if (files.length === 0) return undefined;
  reporter.step('uploading');
  const upload = uploadOf(attempt, folder, ending.signal);
  try {
    reporter.step('uploaded', { outputSandbox: await uploadOutput(files, upload) });
    return undefined;
  } catch (error) {
    ending.signal.throwIfAborted();
    if (isTooLarge(error)) {
      const logs = files.filter((file) => [description.stdOutput, description.stdError].includes(file.name));
      const pfn = logs.length === 0 ? undefined : await uploadOutput(logs, upload).catch(() => undefined);
      if (pfn !== undefined) reporter.report({ outputSandbox: pfn });
    }
    return new JobStop('failed', 'Uploading Output Sandbox', sentenceOf(error), { cause: error });
  }
}

/**
 * Uploads what a payload had written when its slot was taken back; it stays until another attempt brings its own.
 * Answers the PFN, undefined when there is nothing, no time, or no way. Never throws.
 */
export async function saveOutput(
  attempt: Attempt,
  folder: JobFolder,
  description: JobDescription,
): Promise<string | undefined> {
  try {
    const { files: named } = await findOutputFiles(folder.work, description.outputSandbox);
    const { harmless: files } = await withholdKey(named, attempt);
    if (files.length === 0) return undefined;
    return await uploadOutput(
      files,
      uploadOf(attempt, folder, AbortSignal.timeout(attempt.pilot.farewellMs)),
    );
  } catch (error) {
    attempt.pilot.log.write(`job ${attempt.job.jobId}: output not saved: ${sentenceOf(error)}`);
    return undefined;
  }
}

export const endSentence = (end: PayloadEnd): string =>
  end.signal === null ? `Exited with status ${end.exitCode}` : `Killed by signal ${end.signal}`;

/** Reports how it went and brings the output home. Throws the `JobStop` of an attempt that did not go well. */
export async function conclude(
  attempt: Attempt,
  folder: JobFolder,
  description: JobDescription,
  end: PayloadEnd,
  violation?: Violation,
): Promise<void> {
  const { reporter, doors } = attempt;
  const applicationStatus = violation?.message ?? endSentence(end);
  const parameters = usageParameters(end, attempt.watchdog);
  const good = end.exitCode === 0 && violation === undefined;
  if (end.exitCode === rescheduleExitCode && !violation) {
    reporter.report({ parameters });
    throw new JobStop('reschedule', 'Going to reschedule job', applicationStatus);
  }
  reporter.step(good ? 'finishedWell' : 'finishedBadly', { applicationStatus, parameters });
  const [fault] = await Promise.all([bringOutput(attempt, folder, description), doors.lastBeat()]);
  if (violation) throw new JobStop('failed', violation.minorStatus, violation.message);
  if (fault) throw fault;
  reporter.step(good ? 'done' : 'failed', { applicationStatus });
}
