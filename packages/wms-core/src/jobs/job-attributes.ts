/**
 * The one catalogue of what a job has: attributes users write in JDL and columns of the job record, under
 * DIRAC's names (wms.md §1.1, §3.2; rest-api.md §1.7). JDL checks, REST columns, search, grid columns, form
 * fields and the editor's completion derive from it. ADR 0004.
 */

import type { Bound, JobLimitName } from './job-limits.ts';

export type JdlType = 'text' | 'integer' | 'number' | 'boolean' | 'list' | 'size';

/** An attribute of the job description. */
export interface JdlAttribute {
  readonly type: JdlType;
  /** Unit of a bare number. */
  readonly unit?: string;
  /** What holds when it is left out, as JDL text. */
  readonly default?: string;
  /** The limit that says what holds when it is left out. */
  readonly defaultLimit?: Extract<Bound, string>;
  /** Bounds of a number; those of a size are in MiB. */
  readonly min?: Bound;
  readonly max?: Bound;
  /** Of the text, or of each item of a list. */
  readonly maxLength?: number;
  /** Items of a list; `maxListItems` when left out. */
  readonly maxItems?: Bound;
  /** user: may be written freely; server: written by the server, a user's value is ignored with a warning. */
  readonly setBy: 'user' | 'server';
  /** Other accepted spellings. */
  readonly aliases?: readonly string[];
  /** A list whose spellings add up when several are written, as DIRAC unites Tag and Tags (wms.md §4 step 8). */
  readonly isUnited?: boolean;
  /** May also be written with a parameter's name behind a dot, such as `Parameters.X`. */
  readonly perParameter?: boolean;
  /** Values offered in forms. */
  readonly choices?: readonly string[];
  /** True: others than `choices` are refused. */
  readonly isClosed?: boolean;
  /** What of its meaning is not carried out, to warn whoever writes it. */
  readonly shortfall?: string;
  /** The limit that lists the values, all others being refused. */
  readonly choicesLimit?: Extract<JobLimitName, 'allowedJobTypes'>;
}

/** A column of the job record. */
export interface JobColumn {
  /** Column of the SQL table `jobs`. */
  readonly sql: string;
  /** time: UTC epoch ms in storage, ISO 8601 on the wire; flag: 0 or 1 in storage. */
  readonly type: 'integer' | 'text' | 'time' | 'flag';
  readonly sortable: boolean;
  readonly searchable: boolean;
}

export interface JobAttribute {
  /** DIRAC's canonical spelling. */
  readonly name: string;
  readonly label: string;
  /** One sentence for users. */
  readonly help: string;
  readonly jdl?: JdlAttribute;
  readonly column?: JobColumn;
}

export type JdlJobAttribute = JobAttribute & { readonly jdl: JdlAttribute };

const described = (name: string, label: string, help: string, jdlPart: JdlAttribute): JdlJobAttribute => ({
  name,
  label,
  help,
  jdl: jdlPart,
});

const recorded = <const Name extends string>(
  name: Name,
  label: string,
  help: string,
  columnPart: JobColumn,
  jdlPart?: JdlAttribute,
) => ({ name, label, help, column: columnPart, ...(jdlPart && { jdl: jdlPart }) });

const notBrought = 'input data are not brought to the job yet; it has to read them itself';
const notStored = 'output data are not put on storage yet; list the files in OutputSandbox to get them back';
const notReadByPilot = 'it is passed on to the node, where the pilot does not look at it';
const noSoftware = 'no software is set up for the job; it has to find it on the node';

const jdl = (type: JdlType, extra: Partial<JdlAttribute> = {}): JdlAttribute => ({
  type,
  setBy: 'user',
  ...extra,
});
const byServer = (type: JdlType): JdlAttribute => jdl(type, { setBy: 'server' });
const column = (sql: string, type: JobColumn['type'] = 'text'): JobColumn => ({
  sql,
  type,
  sortable: true,
  searchable: true,
});

/** Columns of the job record, in the order in which DiracX returns them. */
const recordAttributes = [
  recorded(
    'JobID',
    'Job ID',
    'Number of the job, given at submission and never used again.',
    column('job_id', 'integer'),
    byServer('integer'),
  ),
  recorded(
    'JobType',
    'Type',
    'Kind of job; policies and limits may depend on it.',
    column('job_type'),
    jdl('text', { default: 'User', maxLength: 32, choicesLimit: 'allowedJobTypes' }),
  ),
  recorded(
    'JobGroup',
    'Job group',
    'Free label that holds related jobs together.',
    column('job_group'),
    jdl('text', { maxLength: 32 }),
  ),
  recorded(
    'Site',
    'Site',
    'Sites where the job may run; any when left out. After the match: where it runs.',
    column('site'),
    jdl('list'),
  ),
  recorded('JobName', 'Name', 'Free label of the job.', column('job_name'), jdl('text', { maxLength: 128 })),
  recorded('Owner', 'Owner', 'User who submitted the job.', column('owner'), byServer('text')),
  recorded(
    'OwnerGroup',
    'Owner group',
    'Group with which the job was submitted.',
    column('owner_group'),
    byServer('text'),
  ),
  recorded('VO', 'VO', 'Virtual organisation of the group.', column('vo')),
  recorded('SubmissionTime', 'Submitted', 'When the job was submitted.', column('submitted_at_ms', 'time')),
  recorded(
    'RescheduleTime',
    'Rescheduled',
    'When the job was last rescheduled.',
    column('rescheduled_at_ms', 'time'),
  ),
  recorded(
    'LastUpdateTime',
    'Last update',
    'When the status last changed.',
    column('last_update_at_ms', 'time'),
  ),
  recorded('StartExecTime', 'Started', 'When the payload first ran.', column('start_exec_at_ms', 'time')),
  recorded(
    'HeartBeatTime',
    'Last heartbeat',
    'When the worker node last gave a sign of life.',
    column('heartbeat_at_ms', 'time'),
  ),
  recorded(
    'EndExecTime',
    'Ended',
    'When the job first reached a final state.',
    column('end_exec_at_ms', 'time'),
  ),
  recorded('Status', 'Status', 'Major state of the job.', column('status')),
  recorded('MinorStatus', 'Minor status', 'Detail of the state.', column('minor_status')),
  recorded(
    'ApplicationStatus',
    'Application status',
    'Free text set by the payload.',
    column('application_status'),
  ),
  recorded(
    'UserPriority',
    'Priority',
    'Priority among the jobs of one owner, 0 to 10.',
    column('user_priority', 'integer'),
  ),
  recorded(
    'RescheduleCounter',
    'Reschedulings',
    'How many times the job was rescheduled.',
    column('reschedule_counter', 'integer'),
  ),
  recorded('VerifiedFlag', 'Verified', 'True once the description was accepted.', column('verified', 'flag')),
  recorded(
    'AccountedFlag',
    'Accounted',
    'Whether the consumption of the job was recorded: True, False or Failed.',
    column('accounted'),
  ),
] as const;

/** Attributes that only the description knows. */
const descriptionAttributes = [
  described(
    'Executable',
    'Executable',
    'Program to run: a file of the input sandbox, or an absolute path on the worker node.',
    jdl('text'),
  ),
  described('Arguments', 'Arguments', 'Command line of the executable.', jdl('text')),
  described(
    'StdOutput',
    'Standard output',
    'File that receives standard output; list it in the output sandbox to get it back.',
    jdl('text', { default: 'std.out' }),
  ),
  described(
    'StdError',
    'Standard error',
    'File that receives standard error; list it in the output sandbox to get it back.',
    jdl('text', { default: 'std.err' }),
  ),
  described(
    'InputSandbox',
    'Input sandbox',
    'Files that travel with the job: uploaded ones (SB:…) or files of the catalog (LFN:/…).',
    jdl('list'),
  ),
  described(
    'OutputSandbox',
    'Output sandbox',
    'Files to keep when the job ends; names or patterns such as *.log.',
    jdl('list'),
  ),
  described(
    'Priority',
    'Priority',
    'Order among your own jobs: 0 is background, 10 goes first.',
    jdl('integer', { defaultLimit: 'defaultPriority', min: 'minPriority', max: 'maxPriority' }),
  ),
  described(
    'CPUTime',
    'CPU time',
    'Normalised CPU seconds the job needs at most, on each of its processors.',
    jdl('integer', { unit: 's', defaultLimit: 'defaultCpuTimeS', min: 'minCpuTimeS', max: 'maxCpuTimeS' }),
  ),
  described(
    'WallTime',
    'Wall time',
    'Seconds the job runs at most by the clock on the wall; it is stopped then, and goes only where so much time is left.',
    jdl('integer', { unit: 's', min: 'minWallTimeS', max: 'maxWallTimeS' }),
  ),
  described(
    'BannedSites',
    'Banned sites',
    'Sites where the job must not run.',
    jdl('list', { aliases: ['BannedSite'] }),
  ),
  described(
    'GridCE',
    'Computing elements',
    'Computing elements where the job may run; any when left out.',
    jdl('list'),
  ),
  described(
    'BannedGridCEs',
    'Banned computing elements',
    'Computing elements where the job must not run.',
    jdl('list', { aliases: ['BannedGridCE', 'BannedCE'] }),
  ),
  described(
    'Platform',
    'Platform',
    'Platforms the job can run on; any when left out.',
    jdl('list', { default: 'ANY' }),
  ),
  described(
    'Architecture',
    'Architecture',
    'Kinds of processor the job can run on; any when left out.',
    jdl('list', { default: 'ANY', choices: ['x86_64', 'aarch64', 'ppc64le'] }),
  ),
  described(
    'OperatingSystem',
    'Operating system',
    'Systems the job can run on, such as almalinux or almalinux-9; any when left out.',
    jdl('list', { default: 'ANY' }),
  ),
  described(
    'MinGlibc',
    'Least glibc',
    'Oldest version of the C library (glibc) the job can run with, such as 2.28.',
    jdl('text', { maxLength: 16 }),
  ),
  described(
    'NumberOfProcessors',
    'Processors',
    'Exact number of processors; replaces the minimum and the maximum.',
    jdl('integer', { default: '1', min: 1, max: 'maxProcessors' }),
  ),
  described(
    'MinNumberOfProcessors',
    'Min processors',
    'Fewest processors the job can use.',
    jdl('integer', { default: '1', min: 1, max: 'maxProcessors' }),
  ),
  described(
    'MaxNumberOfProcessors',
    'Max processors',
    'Most processors the job can use; as many as the slot has when left out beside a minimum.',
    jdl('integer', { min: 1, max: 'maxProcessors' }),
  ),
  described(
    'WholeNode',
    'Whole node',
    'The job wants the worker node for itself.',
    jdl('boolean', { default: 'no' }),
  ),
  described(
    'Memory',
    'Memory',
    'Memory the job needs, in GB unless a unit is written, such as "500 MB".',
    jdl('size', { unit: 'GB', min: 0, max: 'maxMemoryMiB' }),
  ),
  described(
    'MinRAM',
    'Min memory',
    'Memory the job needs, in MB unless a unit is written.',
    jdl('size', { unit: 'MB', min: 0, max: 'maxMemoryMiB' }),
  ),
  described(
    'MaxRAM',
    'Max memory',
    'Most memory the job uses; it is stopped beyond. In GB unless a unit is written; in MB beside MinRAM.',
    jdl('size', { unit: 'GB', min: 0, max: 'maxMemoryMiB' }),
  ),
  described(
    'MemoryPerProcessor',
    'Memory per processor',
    'Memory the job needs for each processor, beside what it needs in all; in MB unless a unit is written.',
    jdl('size', { unit: 'MB', min: 0, max: 'maxMemoryMiB', aliases: ['MemoryPerCore'] }),
  ),
  described(
    'DiskSpace',
    'Disk space',
    'Scratch space the job needs, in GB unless a unit is written.',
    jdl('size', { unit: 'GB', min: 0, max: 'maxDiskMiB', aliases: ['ScratchSpace'] }),
  ),
  described(
    'NumberOfGPUs',
    'GPUs',
    'GPUs the job needs; one when it says what they must be like.',
    jdl('integer', { default: '0', min: 0, max: 'maxGpus' }),
  ),
  described(
    'GPUVendor',
    'GPU vendor',
    'Makers of the GPUs the job can use; any when left out.',
    jdl('list', { default: 'ANY', choices: ['NVIDIA', 'AMD', 'Intel'] }),
  ),
  described(
    'GPUModel',
    'GPU model',
    'Models the job can use, such as A100 or "Tesla T4"; any when left out.',
    jdl('list', { default: 'ANY' }),
  ),
  described(
    'GPUMemory',
    'GPU memory',
    'Memory that each GPU must have, in GB unless a unit is written.',
    jdl('size', { unit: 'GB', min: 0, max: 'maxMemoryMiB' }),
  ),
  described(
    'GPUComputeCapability',
    'GPU compute capability',
    'Least CUDA compute capability of the GPUs, such as 8.0.',
    jdl('number', { min: 0, max: 100 }),
  ),
  described(
    'Tags',
    'Tags',
    'Features a computing element must have. Tags for size become numbers: 4Processors, MultiProcessor, WholeNode, 8GB, GPU.',
    jdl('list', { aliases: ['Tag'], isUnited: true, maxLength: 64 }),
  ),
  described(
    'ContainerImage',
    'Container image',
    'Image the job runs in: docker://name:tag of a registry, a folder with its files, or a .sif file that nodes can read.',
    jdl('text', { maxLength: 512 }),
  ),
  described(
    'PilotType',
    'Pilot type',
    'Kind of pilot. All are generic: they run jobs of everybody in the VO. A job that asks for private ones waits.',
    jdl('text', { choices: ['generic'] }),
  ),
  described(
    'InputData',
    'Input data',
    'Logical file names the job reads: LFN:/<vo>/….',
    jdl('list', { maxItems: 'maxInputData', shortfall: notBrought }),
  ),
  described(
    'InputDataPolicy',
    'Input data policy',
    'How input data reach the job.',
    jdl('text', { choices: ['Download', 'Protocol'], shortfall: notBrought }),
  ),
  described(
    'InputDataModule',
    'Input data module',
    'Module that resolves input data.',
    jdl('text', { shortfall: notBrought }),
  ),
  described(
    'DisableDataScheduling',
    'Ignore replicas',
    'Do not look at where input data are when choosing a site.',
    jdl('boolean', { default: 'no' }),
  ),
  described(
    'OutputData',
    'Output data',
    'Files to put on storage when the job ends.',
    jdl('list', { shortfall: notStored }),
  ),
  described(
    'OutputSE',
    'Output storage',
    'Storage elements for output data, in order.',
    jdl('list', { shortfall: notStored }),
  ),
  described(
    'OutputPath',
    'Output path',
    'Folder for output data below your own catalog folder.',
    jdl('text', { shortfall: notStored }),
  ),
  described(
    'ExecutionEnvironment',
    'Environment',
    'Variables set for the executable: NAME=value.',
    jdl('list'),
  ),
  described(
    'LogLevel',
    'Log level',
    'How much the job wrapper writes.',
    jdl('text', {
      default: 'INFO',
      choices: ['ERROR', 'WARN', 'INFO', 'VERBOSE', 'DEBUG'],
      isClosed: true,
      shortfall: notReadByPilot,
    }),
  ),
  described(
    'JobConfigArgs',
    'Configuration',
    'Extra configuration of the job wrapper.',
    jdl('text', { shortfall: notReadByPilot }),
  ),
  described(
    'ExtraOptions',
    'Extra options',
    'Extra options of the job wrapper.',
    jdl('text', { shortfall: notReadByPilot }),
  ),
  described(
    'SoftwareDistModule',
    'Software module',
    'Module that sets software up.',
    jdl('text', { shortfall: noSoftware }),
  ),
  described(
    'SystemConfig',
    'System configuration',
    'Platform of the software to set up.',
    jdl('text', { shortfall: noSoftware }),
  ),
  described(
    'ProcessingType',
    'Processing type',
    'Label for accounting only.',
    jdl('text', { maxLength: 64 }),
  ),
  described(
    'JobPath',
    'Optimizer chain',
    'Replaces the usual chain of optimizers, JobSanity, InputData, JobScheduling; the last one stays last.',
    jdl('list'),
  ),
  described(
    'DisableCPUCheck',
    'No CPU check',
    'The watchdog ignores CPU time.',
    jdl('boolean', { default: 'no' }),
  ),
  described(
    'StopSigNumber',
    'Stop signal',
    'Signal that asks the job to end in good time before its slot does; sent when any StopSig attribute is given.',
    jdl('integer', { default: '2', min: 1, max: 64 }),
  ),
  described(
    'StopSigRegex',
    'Stop signal to',
    'Regular expression for the command lines of the processes that get the stop signal; all of the job when left out.',
    jdl('text', { maxLength: 256 }),
  ),
  described(
    'StopSigStartSeconds',
    'Stop signal before',
    'How long before the end of the slot the stop signal is sent.',
    jdl('integer', { unit: 's', default: '1800', min: 1, max: 'maxWallTimeS' }),
  ),
  described(
    'StopSigFinishSeconds',
    'Time after stop signal',
    'How long the job may take to end after the stop signal.',
    jdl('integer', { unit: 's', default: '1800', min: 1, max: 'maxWallTimeS' }),
  ),
  described(
    'Parameters',
    'Parameters',
    'A number of jobs, or the list of values that make one job each.',
    jdl('list', { perParameter: true, maxItems: 'maxJobsPerBulk' }),
  ),
  described(
    'ParameterStart',
    'Parameter start',
    'First value when Parameters is a number.',
    jdl('number', { default: '1', perParameter: true }),
  ),
  described(
    'ParameterStep',
    'Parameter step',
    'Added to each value to get the next.',
    jdl('number', { default: '0', perParameter: true }),
  ),
  described(
    'ParameterFactor',
    'Parameter factor',
    'Each value is multiplied by it to get the next, before the step is added.',
    jdl('number', { default: '1', perParameter: true }),
  ),
  described('Parameter', 'Parameter', "This job's value, written when a sweep is expanded.", {
    type: 'text',
    setBy: 'server',
    perParameter: true,
  }),
  described('ParameterNumber', 'Parameter number', "This job's place in its sweep.", byServer('integer')),
  described('VirtualOrganization', 'VO', 'Virtual organisation of the job.', byServer('text')),
  described('MemoryMiB', 'Memory limit', 'Memory the job asked for, in MiB.', byServer('integer')),
  described(
    'MaxMemoryMiB',
    'Memory bound',
    'Memory beyond which the job is stopped, in MiB; MemoryMiB when unsaid.',
    byServer('integer'),
  ),
  described('DiskMiB', 'Disk limit', 'Scratch space the job asked for, in MiB.', byServer('integer')),
  described('JobRequirements', 'Requirements', 'What the matcher looks at.', byServer('text')),
  described('DIRACSetup', 'Setup', 'Ignored; kept for old descriptions.', byServer('text')),
  described('OwnerDN', 'Owner DN', 'Ignored; kept for old descriptions.', byServer('text')),
] as const;

/** Everything, columns first. Names are unique. */
export const jobAttributes: readonly JobAttribute[] = [...recordAttributes, ...descriptionAttributes];

export type JobColumnName = (typeof recordAttributes)[number]['name'];
export type JobColumnAttribute = JobAttribute & { readonly name: JobColumnName; readonly column: JobColumn };

/** Columns of the job record in the order of DiracX. */
export const jobColumns: readonly JobColumnAttribute[] = recordAttributes;

/** Attributes that may stand in a description. */
export const jdlAttributes: readonly JdlJobAttribute[] = jobAttributes.filter(
  (each): each is JdlJobAttribute => each.jdl !== undefined,
);

const columnsByName = new Map<string, JobColumnAttribute>(jobColumns.map((each) => [each.name, each]));

/** Column names are exact: `jobid` is not `JobID`. */
export const findJobColumn = (name: string): JobColumnAttribute | undefined => columnsByName.get(name);

const canonicalNames = new Set(jdlAttributes.map((each) => each.name));

const jdlByLowerName = new Map<string, JdlJobAttribute>(
  jdlAttributes.flatMap((each) =>
    [each.name, ...(each.jdl.aliases ?? [])].map((name) => [name.toLowerCase(), each] as const),
  ),
);

/** True for the spelling of an attribute under which descriptions keep it. */
export const isCanonicalJdlName = (name: string): boolean => canonicalNames.has(name);

/** Any spelling, any case, with or without `.X` behind attributes that take a parameter's name. */
export function findJdlAttribute(name: string): JdlJobAttribute | undefined {
  const whole = jdlByLowerName.get(name.toLowerCase());
  if (whole) return whole;
  const dot = name.indexOf('.');
  if (dot <= 0) return undefined;
  const family = jdlByLowerName.get(name.slice(0, dot).toLowerCase());
  return family?.jdl.perParameter ? family : undefined;
}

/** Canonical spelling; aliases become the main name, unknown names stay as they are. */
export function canonicalJdlName(name: string): string {
  if (canonicalNames.has(name)) return name;
  const found = findJdlAttribute(name);
  if (!found) return name;
  const dot = name.indexOf('.');
  return dot > 0 && found.jdl.perParameter ? found.name + name.slice(dot) : found.name;
}

/**
 * Equal for names that mean the same: in any case, but for the name of a parameter behind the dot, which `%(NAME)s` asks
 * for as it is written.
 */
export function jdlNameKey(name: string): string {
  const canonical = canonicalJdlName(name);
  const isParameter = canonical.includes('.') && findJdlAttribute(canonical) !== undefined;
  return isParameter ? canonical : canonical.toLowerCase();
}
