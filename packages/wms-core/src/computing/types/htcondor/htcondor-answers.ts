/** Reads what the commands of HTCondor print: pure. The columns are those that `htcondor-scripts.ts` asks for. */
import type { CommandAnswer } from '../../hosts/shell-script.ts';

export interface CondorJob {
  /** `cluster.process` */
  readonly jobId: string;
  readonly stamp: string;
  /** JobStatus, a number. */
  readonly status: string;
  /** Of the pilot; empty while it has none. */
  readonly exitCode: string;
  readonly holdCode: string;
  readonly holdSubcode: string;
  /** Since it came into this state. */
  readonly ageS: number;
  readonly removeReason: string;
  readonly holdReason: string;
}

/** Attributes, or expressions, asked for with `-af:t`. Texts that may hold anything are last. */
export const jobColumns = [
  'ClusterId',
  'ProcId',
  'WmPilotStamp',
  'JobStatus',
  'ExitCode',
  'HoldReasonCode',
  'HoldReasonSubCode',
  'time()-EnteredCurrentStatus',
  'RemoveReason',
  'HoldReason',
] as const;

const told = (value = ''): string => (value === 'undefined' || value === 'error' ? '' : value.trim());

/** Rows of `-af:t`; messages in between are left out. */
export const jobsIn = (text: string): readonly CondorJob[] =>
  text.split('\n').flatMap((line) => {
    const [cluster = '', process = '', stamp = '', ...rest] = line.trim().split('\t');
    const [status, exitCode, holdCode, holdSubcode, age, removed, ...held] = rest;
    if (!/^\d+ \d+ [0-9a-f]{32}$/.test(`${cluster} ${process} ${stamp}`)) return [];
    return [
      {
        jobId: `${cluster}.${process}`,
        stamp,
        status: told(status),
        exitCode: told(exitCode),
        holdCode: told(holdCode),
        holdSubcode: told(holdSubcode),
        ageS: Number(told(age)) || 0,
        removeReason: told(removed),
        holdReason: told(held.join(' ')),
      },
    ];
  });

/** Of `condor_submit -terse`, `107.0 - 107.4`: the ids in order. Empty when they are not `count`. */
export const jobIdsIn = (text: string, count: number): readonly string[] => {
  const ids = [...text.matchAll(/^(\d+)\.(\d+) - (\d+)\.(\d+)\s*$/gm)].flatMap(
    ([, cluster, first, lastCluster, last]) =>
      cluster === lastCluster
        ? Array.from(
            { length: Math.max(0, Number(last) - Number(first) + 1) },
            (_, index) => `${cluster}.${Number(first) + index}`,
          )
        : [],
  );
  return ids.length === count ? ids : [];
};

/** condor_rm ends so when no job fits: an answer, not a failure. */
export const knowsNone = ({ text }: CommandAnswer): boolean =>
  /couldn't find\/remove all jobs/i.test(text) && !isUnreachable(text);

const isUnreachable = (text: string): boolean =>
  /AUTHENTICATE|SECMAN|CEDAR|failed to connect|can't connect|permission denied|not authorized/i.test(text);

/** After these no job can have come of the order: it was never sent. */
const refused = [
  /failed to parse command file|syntax error|no 'executable' parameter|invalid submit|submit_require/i,
  /can't find address|unknown host|failed to connect to (queue manager|schedd)|can't connect/i,
  /AUTHENTICATE:\d+|not authorized|permission denied/i,
  /not found/i,
  // Its reason follows when the schedd itself said no.
  /failed to commit job submission into the queue\.?\s+ERROR: \S/i,
];

/** True when it is certain that no job came of it. */
export const isRefusal = (text: string): boolean =>
  !/spool|timed? ?out/i.test(text) && refused.some((pattern) => pattern.test(text));

/** What a command said, short. */
export const condorWords = (text: string): string =>
  text
    .replaceAll(/(^|\s)(ERROR: |-- )/g, '$1')
    .replaceAll(/\s+/g, ' ')
    .trim()
    .slice(0, 500) || 'it failed without a word';
