/**
 * The status reports of one attempt, in DIRAC's words (wms.md §2.2). Times never go backwards, even when the
 * clock of the node does. Nothing is reported once the attempt is known to be somebody else's.
 */
import type { JobReport } from '@wm/wms-core/vocabulary';

export const steps = {
  received: { status: 'Matched', minorStatus: 'Job Received by Agent' },
  initialization: { status: 'Running', minorStatus: 'Job Initialization' },
  downloading: { status: 'Running', minorStatus: 'Downloading InputSandbox' },
  application: { status: 'Running', minorStatus: 'Application' },
  finishedWell: { status: 'Completing', minorStatus: 'Application Finished Successfully' },
  finishedBadly: { status: 'Completing', minorStatus: 'Application Finished With Errors' },
  uploading: { status: 'Completing', minorStatus: 'Uploading Output Sandbox' },
  uploaded: { status: 'Completing', minorStatus: 'Output Sandbox Uploaded' },
  done: { status: 'Done', minorStatus: 'Execution Complete' },
  failed: { status: 'Failed', minorStatus: 'Application Finished With Errors' },
} as const satisfies Record<string, Pick<JobReport, 'status' | 'minorStatus'>>;

export type Step = keyof typeof steps;
type Report = Omit<JobReport, 'jobId' | 'attempt' | 'atMs'>;

export interface Reporter {
  step(step: Step, more?: Report): void;
  report(report: Report): void;
  /** From now on the attempt is silent. */
  silence(): void;
}

const longestApplicationStatus = 255;

export function createReporter(
  jobId: number,
  attempt: number,
  send: (report: JobReport) => void,
  nowMs: () => number = Date.now,
): Reporter {
  let lastMs = 0;
  let silent = false;
  function report(facts: Report): void {
    if (silent) return;
    lastMs = Math.max(lastMs + 1, nowMs());
    send({
      jobId,
      attempt,
      atMs: lastMs,
      ...facts,
      ...(facts.applicationStatus === undefined
        ? {}
        : { applicationStatus: facts.applicationStatus.slice(0, longestApplicationStatus) }),
    });
  }
  return {
    report,
    step: (step, more = {}) => report({ ...steps[step], ...more }),
    silence: () => {
      silent = true;
    },
  };
}
