/**
 * What is accounted, as data: the types of records with their keys, values and the width of their time buckets by
 * age (wms.md §10). Tables, batches, reports, the REST answer and the reference page derive from this list.
 */
const dayMs = 86_400_000;
const hourMs = 3_600_000;
const minuteMs = 60_000;

/** What a report can group by and select on. Every type has the VO as well; reports never leave it. */
export interface AccountingKey {
  /** DIRAC's name. */
  readonly name: string;
  /** Column of the table of keys. */
  readonly column: string;
  readonly label: string;
  readonly help: string;
}

/** A key that follows from another one. */
export interface DerivedKey {
  readonly name: string;
  readonly from: string;
  readonly label: string;
  readonly help: string;
}

export type AccountingUnit = 's' | 'B' | 'jobs' | 'pilots' | 'records';

/** A number that is added up: stored in buckets as an integer, `storedPerUnit` for one unit. */
export interface StoredValue {
  readonly name: string;
  readonly column: string;
  /** amount: adds up over time; level: holds at an instant and is averaged over time (stored × milliseconds). */
  readonly kind: 'amount' | 'level';
  readonly unit: AccountingUnit;
  readonly storedPerUnit: number;
  readonly label: string;
  readonly help: string;
}

/** Worked out in the report from two stored values. */
export interface RatioValue {
  readonly name: string;
  readonly kind: 'ratio';
  readonly numerator: string;
  readonly denominator: string;
  readonly label: string;
  readonly help: string;
}

/** Buckets are so wide until they are so old; after the last age they are dropped. Widths grow with age. */
export interface BucketWidth {
  readonly untilAgeMs: number;
  readonly widthMs: number;
}

export type RecordTypeName = 'Job' | 'Pilot' | 'PilotSubmission' | 'WMSHistory';

export interface RecordType {
  readonly name: RecordTypeName;
  readonly label: string;
  /** One sentence: when a record is written. */
  readonly help: string;
  /** Tables are `<table>_keys`, `<table>_buckets` and, when single records are kept, `<table>_records`. */
  readonly table: string;
  readonly keys: readonly AccountingKey[];
  readonly derivedKeys: readonly DerivedKey[];
  readonly values: readonly StoredValue[];
  readonly ratios: readonly RatioValue[];
  readonly buckets: readonly BucketWidth[];
  /** True when keys name people: those who may not see the whole VO get their own part only. */
  readonly isPersonal: boolean;
}

const key = (name: string, column: string, label: string, help: string): AccountingKey => ({
  name,
  column,
  label,
  help,
});

const user = key('User', 'owner', 'User', 'Owner of the jobs.');
const userGroup = key('UserGroup', 'owner_group', 'User group', 'Group with which the jobs were submitted.');
const jobGroup = key('JobGroup', 'job_group', 'Job group', 'Free label of related jobs.');
const site = (help: string): AccountingKey => key('Site', 'site', 'Site', help);

const ofSite: readonly DerivedKey[] = [
  { name: 'Country', from: 'Site', label: 'Country', help: 'Last part of the name of the site.' },
  { name: 'Grid', from: 'Site', label: 'Grid', help: 'First part of the name of the site.' },
];

const value = (
  name: string,
  column: string,
  unit: AccountingUnit,
  label: string,
  help: string,
  extra: Partial<Pick<StoredValue, 'kind' | 'storedPerUnit'>> = {},
): StoredValue => ({ name, column, kind: 'amount', unit, storedPerUnit: 1, label, help, ...extra });

/** Held in milliseconds, so that sums stay whole numbers. */
const time = (name: string, column: string, label: string, help: string): StoredValue =>
  value(name, column, 's', label, help, { storedPerUnit: 1000 });

/** Every type counts its records. */
const records = value('Records', 'entries', 'records', 'Records', 'Number of records.');

const fineBuckets: readonly BucketWidth[] = [
  { untilAgeMs: 2 * dayMs, widthMs: 15 * minuteMs },
  { untilAgeMs: 10 * dayMs, widthMs: 150 * minuteMs },
  { untilAgeMs: 35 * dayMs, widthMs: 5 * hourMs },
  { untilAgeMs: 180 * dayMs, widthMs: dayMs },
  { untilAgeMs: 600 * dayMs, widthMs: 7 * dayMs },
];

export const jobType: RecordType = {
  name: 'Job',
  label: 'Job',
  help: 'One record for each attempt of a job that ended.',
  table: 'accounting_job',
  keys: [
    user,
    userGroup,
    jobGroup,
    key('JobType', 'job_type', 'Job type', 'Kind of job.'),
    site('Where the attempt ran; where it might have run when it never started.'),
    key(
      'FinalMajorStatus',
      'final_major_status',
      'Final status',
      'Status in which the attempt ended; Rescheduled when the job went on to another attempt.',
    ),
    key(
      'FinalMinorStatus',
      'final_minor_status',
      'Final minor status',
      'Minor status in which the attempt ended.',
    ),
  ],
  derivedKeys: ofSite,
  values: [
    records,
    time('CPUTime', 'cpu_time_ms', 'CPU time', 'CPU seconds used on all processors.'),
    time(
      'NormCPUTime',
      'norm_cpu_time_ms',
      'Normalised CPU time',
      'CPU seconds times the benchmark factor of the node; CPU time where no factor is known.',
    ),
    time('ExecTime', 'exec_time_ms', 'Wall time', 'Wall-clock seconds times processors.'),
    value('DiskSpace', 'disk_bytes', 'B', 'Disk space', 'Scratch space used, as last reported.'),
    value(
      'InputSandBoxSize',
      'input_sandbox_bytes',
      'B',
      'Input sandbox',
      'Packed size of the input sandboxes.',
    ),
    value(
      'OutputSandBoxSize',
      'output_sandbox_bytes',
      'B',
      'Output sandbox',
      'Packed size of the output sandbox.',
    ),
  ],
  ratios: [
    {
      name: 'CPUEfficiency',
      kind: 'ratio',
      numerator: 'CPUTime',
      denominator: 'ExecTime',
      label: 'CPU efficiency',
      help: 'CPU time divided by wall time.',
    },
  ],
  buckets: [
    { untilAgeMs: 8 * dayMs, widthMs: hourMs },
    { untilAgeMs: 35 * dayMs, widthMs: 4 * hourMs },
    { untilAgeMs: 180 * dayMs, widthMs: dayMs },
    { untilAgeMs: 365 * dayMs, widthMs: 2 * dayMs },
    { untilAgeMs: 600 * dayMs, widthMs: 7 * dayMs },
  ],
  isPersonal: true,
};

export const pilotType: RecordType = {
  name: 'Pilot',
  label: 'Pilot',
  help: 'One record for each pilot that ended.',
  table: 'accounting_pilot',
  keys: [
    site('Site of the pilot.'),
    key('GridCE', 'computing_element', 'Computing element', 'Computing element that ran the pilot.'),
    key('GridMiddleware', 'grid_type', 'Grid type', 'Kind of computing element.'),
    key('GridStatus', 'status', 'Status', 'Status in which the pilot ended.'),
  ],
  derivedKeys: ofSite,
  values: [
    records,
    value('Jobs', 'jobs', 'jobs', 'Jobs', 'Attempts of jobs that the pilot took.'),
    time('ExecTime', 'exec_time_ms', 'Slot time', 'Seconds from registration to end, times processors.'),
  ],
  ratios: [
    {
      name: 'JobsPerPilot',
      kind: 'ratio',
      numerator: 'Jobs',
      denominator: 'Records',
      label: 'Jobs per pilot',
      help: 'Jobs divided by pilots.',
    },
  ],
  buckets: [
    { untilAgeMs: 8 * dayMs, widthMs: hourMs },
    { untilAgeMs: 180 * dayMs, widthMs: dayMs },
    { untilAgeMs: 360 * dayMs, widthMs: 7 * dayMs },
  ],
  isPersonal: false,
};

export const pilotSubmissionType: RecordType = {
  name: 'PilotSubmission',
  label: 'Pilot submission',
  help: 'One record for each submission of pilots to a computing element that was answered.',
  table: 'accounting_pilot_submission',
  keys: [
    key('HostName', 'host_name', 'Host', 'Server that submitted.'),
    key('SiteDirector', 'site_director', 'Director', 'Agent that submitted.'),
    site('Site the pilots were sent to.'),
    key('CE', 'computing_element', 'Computing element', 'Computing element the pilots were sent to.'),
    key('Queue', 'batch_queue', 'Queue', 'Computing element and batch queue.'),
    key('Status', 'status', 'Status', 'Succeeded when at least one pilot was taken, Failed otherwise.'),
  ],
  derivedKeys: ofSite,
  values: [
    records,
    value('NumTotal', 'pilots', 'pilots', 'Pilots', 'Pilots that were to be submitted.'),
    value('NumSucceeded', 'succeeded', 'pilots', 'Submitted pilots', 'Pilots that were taken.'),
  ],
  ratios: [
    {
      name: 'Efficiency',
      kind: 'ratio',
      numerator: 'NumSucceeded',
      denominator: 'NumTotal',
      label: 'Submission efficiency',
      help: 'Submitted pilots divided by pilots.',
    },
  ],
  buckets: fineBuckets,
  isPersonal: false,
};

export const wmsHistoryType: RecordType = {
  name: 'WMSHistory',
  label: 'WMS history',
  help: 'Jobs by state, looked at again and again; each look stands for the time since the one before.',
  table: 'accounting_wms_history',
  keys: [
    key('Status', 'status', 'Status', 'Status of the jobs.'),
    site('Where the jobs run or may run.'),
    user,
    userGroup,
    jobGroup,
    key('MinorStatus', 'minor_status', 'Minor status', 'Minor status of the jobs.'),
    key('JobSplitType', 'job_type', 'Job type', 'Kind of job.'),
  ],
  derivedKeys: ofSite,
  values: [
    records,
    value('Jobs', 'jobs', 'jobs', 'Jobs', 'Number of jobs, averaged over time.', { kind: 'level' }),
    value(
      'Reschedules',
      'reschedules',
      'jobs',
      'Reschedulings',
      'Sum of the reschedule counters of the jobs.',
      {
        kind: 'level',
      },
    ),
  ],
  ratios: [],
  buckets: fineBuckets,
  isPersonal: true,
};

/** In the order of the reference page. */
export const recordTypes: readonly RecordType[] = [jobType, pilotType, pilotSubmissionType, wmsHistoryType];

export const findRecordType = (name: string): RecordType | undefined =>
  recordTypes.find((type) => type.name === name);

/** The value of a derived key: `ANY` and the like, which are no names of sites, stand for themselves. */
export function derive(derived: DerivedKey, siteName: string): string {
  const parts = siteName.split('.');
  return (derived.name === 'Country' ? parts.at(-1) : parts[0]) ?? siteName;
}
