/**
 * What is accounted, as data: the types of records with their keys, values and the width of their time buckets by
 * age (wms.md §10). Tables, batches, reports, the REST answer and the reference page derive from this list.
 */
import type {
  AccountingKey,
  AccountingUnit,
  BucketWidth,
  DerivedKey,
  RecordType,
  StoredValue,
} from './record-type.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const minuteMs = 60_000;

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
    key(
      'JobClass',
      'job_class',
      'Job class',
      'Single when the job was submitted alone, Subjob when its submission made several.',
    ),
    key(
      'ProcessingType',
      'processing_type',
      'Processing type',
      '`ProcessingType` of the description; Unknown without it.',
    ),
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
    value('DiskSpace', 'disk_bytes', 'B', 'Disk space', 'Largest scratch space reported.'),
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
    value('InputDataSize', 'input_data_bytes', 'B', 'Input data', 'Bytes read, as reported.'),
    value('OutputDataSize', 'output_data_bytes', 'B', 'Output data', 'Bytes stored, as reported.'),
    value(
      'InputDataFiles',
      'input_data_files',
      'files',
      'Input data files',
      'Files of `InputData` in the description, once a pilot took the job.',
    ),
    value('OutputDataFiles', 'output_data_files', 'files', 'Output data files', 'Files stored, as reported.'),
    value('ProcessedEvents', 'processed_events', 'events', 'Processed events', 'Events, as reported.'),
  ],
  ratios: [
    {
      name: 'CPUEfficiency',
      kind: 'ratio',
      unit: 'ratio',
      numerator: 'CPUTime',
      denominator: 'ExecTime',
      label: 'CPU efficiency',
      help: 'CPU time divided by wall time.',
    },
    {
      name: 'ProcessingBandwidth',
      kind: 'ratio',
      unit: 'B/s',
      numerator: 'InputDataSize',
      denominator: 'CPUTime',
      label: 'Processing bandwidth',
      help: 'Input data divided by CPU time.',
    },
  ],
  buckets: [
    { untilAgeMs: 8 * dayMs, widthMs: hourMs },
    { untilAgeMs: 35 * dayMs, widthMs: 4 * hourMs },
    { untilAgeMs: 180 * dayMs, widthMs: dayMs },
    { untilAgeMs: 365 * dayMs, widthMs: 2 * dayMs },
    { untilAgeMs: 600 * dayMs, widthMs: 7 * dayMs },
  ],
  namesPeople: 'always',
};

export const pilotType: RecordType = {
  name: 'Pilot',
  label: 'Pilot',
  help: 'One record for each pilot that ended.',
  table: 'accounting_pilot',
  keys: [
    key(
      'User',
      'owner',
      'User',
      'Owner of the jobs that the pilot took; Various of several owners, None without jobs.',
    ),
    key(
      'UserGroup',
      'owner_group',
      'User group',
      'Group of the jobs that the pilot took; Various of several groups, None without jobs.',
    ),
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
      unit: 'ratio',
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
  namesPeople: 'whenAsked',
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
      unit: 'ratio',
      numerator: 'NumSucceeded',
      denominator: 'NumTotal',
      label: 'Submission efficiency',
      help: 'Submitted pilots divided by pilots.',
    },
  ],
  buckets: fineBuckets,
  namesPeople: 'never',
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
  namesPeople: 'always',
};

/** In the order of the reference page. */
export const recordTypes: readonly RecordType[] = [jobType, pilotType, pilotSubmissionType, wmsHistoryType];

export const findRecordType = (name: string): RecordType | undefined =>
  recordTypes.find((type) => type.name === name);
