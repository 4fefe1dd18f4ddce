/**
 * Checks one job description and completes it: a typed manifest, what the matcher must know, and the processed
 * JDL that travels to the worker node (wms.md §3.2, §3.3). Pure: asked by the server at submission and by the
 * portal while the user types. What is wrong is an error with its place, numbers outside their bounds as well, as in
 * DIRAC's model (wms.md §3.2).
 *
 * Processors, whole node, memory and GPUs are numbers, never tags: see `manifest-demands.ts`.
 */
import { cpuTimeSegmentS } from '../task-queues/cpu-segments.ts';
import { normalizeRequirements } from '../task-queues/requirements.ts';
import type { RareRequirements, TaskQueueRequirements } from '../task-queues/task-queue.ts';
import { AttributeReader, type AttributeProblem } from './attribute-reader.ts';
import { unknownNameWarning } from './near-names.ts';
import { checkJobPath, type OptimizerName } from './optimizers/optimizer-chain.ts';
import { findJdlAttribute } from './job-attributes.ts';
import { withJobNumber } from './job-number.ts';
import { checkKeptLength, mostKeptBytes } from './kept-length.ts';
import type { ManifestContext } from './manifest-context.ts';
import {
  checkNumberless,
  readGpus,
  readMemory,
  readPilotType,
  readProcessors,
  readSystem,
  readContainerTags,
  readTags,
} from './manifest-demands.ts';
import { listed, shortened } from './quoting.ts';
import { writtenByExpansion } from './parametric-jobs.ts';
import { requirementsValue, siteColumn } from './job-requirements.ts';
import {
  listValue,
  nowhere,
  numberValue,
  textsOf,
  textValue,
  withEntry,
  type JdlDescription,
  type JdlValue,
} from './jdl/description.ts';
import { printJdl } from './jdl/print.ts';
import {
  checkEnvironment,
  checkExecutable,
  checkInputData,
  checkInputSandbox,
  checkOutputSandbox,
  checkStopSignal,
  readPlaces,
} from './manifest-rules.ts';
import { checkPlainAttributes, warnOfShortfalls } from './plain-attributes.ts';
import { warnOfUnmetWishes } from './unmet-wishes.ts';

export type { ManifestContext } from './manifest-context.ts';

export interface JobManifest {
  readonly executable: string;
  readonly arguments: string;
  readonly jobName: string;
  readonly jobType: string;
  readonly jobGroup: string;
  readonly processingType: string;
  readonly priority: number;
  /** As asked for, not rounded to a segment; normalised seconds. */
  readonly cpuTimeS: number;
  readonly stdOutput: string;
  readonly stdError: string;
  readonly inputSandbox: readonly string[];
  readonly outputSandbox: readonly string[];
  readonly inputData: readonly string[];
  /** The optimizers the job asks for; undefined = the usual ones. */
  readonly jobPath: readonly OptimizerName[] | undefined;
  /** Replicas of input data do not count when a site is chosen. */
  readonly ignoresReplicas: boolean;
}

export interface ProcessedManifest {
  readonly manifest: JobManifest;
  readonly requirements: TaskQueueRequirements;
  /** The `Site` column before a match: `ANY`, one site, or `Multiple`. */
  readonly siteColumn: string;
  /** The processed description once the job has its number, which also replaces `%j`. */
  readonly processedJdl: (jobId: number) => string;
  /** Not empty: the job must be refused; the rest is then only a best guess. */
  readonly errors: readonly AttributeProblem[];
  readonly warnings: readonly AttributeProblem[];
}

/** Read while a sweep is expanded, and gone then; what is left of them belongs to no sweep. */
const ofSweeps = /^Parameter(?:Start|Step|Factor)(?:\.|$)/;

/**
 * Attributes of the server that a user wrote all the same, and names that nobody knows. The values of a job of a sweep are
 * kept: so it can be submitted again as it was.
 */
function warnOfNames(read: AttributeReader, description: JdlDescription): void {
  for (const entry of description.entries) {
    const { name } = entry;
    const known = findJdlAttribute(name);
    if (!known) read.warnOfName(entry, unknownNameWarning(name));
    else if (ofSweeps.test(name)) read.warnOfName(entry, `${name} does nothing without Parameters`);
    else if (known.jdl.setBy === 'server' && !writtenByExpansion.test(name))
      read.warnOfName(entry, `${name} is set by the server; what the description says is ignored`);
  }
}

function readJobType(read: AttributeReader, allowed: readonly string[]): string {
  const jobType = read.text('JobType') ?? 'User';
  if (!allowed.includes(jobType))
    read.fail(
      'JobType',
      `${shortened(jobType)} is not a valid value for JobType; allowed are ${listed(allowed)}`,
    );
  return jobType;
}

/** What the job record and accounting show and nothing else depends on. */
export const readLabels = (
  read: AttributeReader,
): Pick<JobManifest, 'jobName' | 'jobGroup' | 'processingType'> => ({
  jobName: read.text('JobName') ?? 'Unknown',
  jobGroup: read.text('JobGroup') ?? 'NoGroup',
  processingType: read.text('ProcessingType') ?? 'Unknown',
});

function readManifest(read: AttributeReader, context: ManifestContext): JobManifest {
  return {
    executable: checkExecutable(read, context),
    arguments: read.text('Arguments') ?? '',
    ...readLabels(read),
    jobType: readJobType(read, context.jobDescription.allowedJobTypes),
    priority: read.integerOrDefault('Priority'),
    cpuTimeS: read.integerOrDefault('CPUTime'),
    stdOutput: read.text('StdOutput') ?? 'std.out',
    stdError: read.text('StdError') ?? 'std.err',
    inputSandbox: checkInputSandbox(read),
    outputSandbox: checkOutputSandbox(read),
    inputData: checkInputData(read, context),
    jobPath: checkJobPath(read),
    ignoresReplicas: read.flag('DisableDataScheduling'),
  };
}

interface Demand {
  readonly requirements: TaskQueueRequirements;
  /** See `readMemory`. */
  readonly maxMemoryMiB: number;
}

function readDemand(read: AttributeReader, context: ManifestContext, manifest: JobManifest): Demand {
  const tags = readTags(read);
  const processors = readProcessors(read, tags);
  const { maxMemoryMiB, ...memory } = readMemory(read, tags, processors);
  const pilotType = readPilotType(read);
  const rare: RareRequirements = {
    ...(pilotType === '' ? {} : { pilotType }),
    ...readSystem(read),
    wallTimeS: read.integerWithin('WallTime') ?? 0,
  };
  const requirements = normalizeRequirements({
    vo: context.vo,
    ownerGroup: context.ownerGroup,
    owner: context.owner,
    jobType: manifest.jobType,
    cpuTimeS: cpuTimeSegmentS(manifest.cpuTimeS),
    ...readPlaces(read, context),
    tags: [...tags.tags, ...readContainerTags(read)],
    ...processors,
    ...memory,
    diskMiB: read.sizeMiB('DiskSpace') ?? 0,
    ...readGpus(read, tags),
    ...rare,
  });
  return { requirements, maxMemoryMiB };
}

/** The description as it goes to the node: what the user wrote, defaults filled in, the server's word on top. */
function complete(
  description: JdlDescription,
  manifest: JobManifest,
  { requirements, maxMemoryMiB }: Demand,
): JdlDescription {
  const jobId: JdlValue = { kind: 'number', text: '%j', at: nowhere };
  const forced: (readonly [string, JdlValue])[] = [
    ['JobName', textValue(manifest.jobName)],
    ['JobType', textValue(manifest.jobType)],
    ['JobGroup', textValue(manifest.jobGroup)],
    ['Priority', numberValue(manifest.priority)],
    ['CPUTime', numberValue(manifest.cpuTimeS)],
    ['StdOutput', textValue(manifest.stdOutput)],
    ['StdError', textValue(manifest.stdError)],
    ['Owner', textValue(requirements.owner)],
    ['OwnerGroup', textValue(requirements.ownerGroup)],
    ['VirtualOrganization', textValue(requirements.vo)],
    ['JobID', jobId],
    ['JobRequirements', requirementsValue(requirements)],
  ];
  if (manifest.inputSandbox.length > 0) forced.push(['InputSandbox', listValue(manifest.inputSandbox)]);
  if (manifest.outputSandbox.length > 0) forced.push(['OutputSandbox', listValue(manifest.outputSandbox)]);
  if (manifest.inputData.length > 0) forced.push(['InputData', listValue(manifest.inputData)]);
  if (requirements.memoryMiB > 0) forced.push(['MemoryMiB', numberValue(requirements.memoryMiB)]);
  if (maxMemoryMiB > 0) forced.push(['MaxMemoryMiB', numberValue(maxMemoryMiB)]);
  if (requirements.diskMiB > 0) forced.push(['DiskMiB', numberValue(requirements.diskMiB)]);
  // One pass, names being canonical and unique: what the user wrote keeps its place, the rest follows.
  const values = new Map(forced);
  const entries = description.entries
    .filter(({ name }) => isKept(name))
    .map((entry) => {
      const value = values.get(entry.name);
      return value && values.delete(entry.name) ? { ...entry, value } : entry;
    });
  for (const [name, value] of values) entries.push({ name, at: nowhere, value });
  return { entries };
}

const isKept = (name: string): boolean =>
  findJdlAttribute(name)?.jdl.setBy !== 'server' || writtenByExpansion.test(name);

interface Completed extends Pick<ProcessedManifest, 'manifest' | 'requirements'> {
  readonly kept: JdlDescription;
}

function completed(read: AttributeReader, description: JdlDescription, context: ManifestContext): Completed {
  warnOfNames(read, description);
  checkEnvironment(read);
  checkStopSignal(read);
  checkPlainAttributes(read, context);
  const manifest = readManifest(read, context);
  const demand = readDemand(read, context, manifest);
  const { requirements } = demand;
  checkNumberless(read);
  warnOfShortfalls(read);
  warnOfUnmetWishes(read, requirements, context);
  return { manifest, requirements, kept: complete(description, manifest, demand) };
}

const processed = (
  { errors, warnings }: AttributeReader,
  { kept, manifest, requirements }: Completed,
): ProcessedManifest => ({
  manifest,
  requirements,
  siteColumn: siteColumn(requirements.sites),
  processedJdl: (jobId) => withJobNumber(printJdl(kept), jobId),
  errors,
  warnings,
});

/** Never throws; the errors say everything that is wrong. The description must not be parametric any more. */
export function processManifest(description: JdlDescription, context: ManifestContext): ProcessedManifest {
  const read = new AttributeReader(description, context);
  const made = completed(read, description, context);
  checkKeptLength(read, made.kept, mostKeptBytes(context.jobDescription.maxJdlBytes));
  return processed(read, made);
}

/**
 * As `processManifest`, but for the length: of a job of a sweep, whose plan bounds them all, and of what was accepted
 * before. Measuring a long list anew for each job would cost more than all else.
 */
export function processMeasured(description: JdlDescription, context: ManifestContext): ProcessedManifest {
  const read = new AttributeReader(description, context);
  return processed(read, completed(read, description, context));
}

/** Replaces local file names in InputSandbox by what they were uploaded as; several may become one `SB:…`. */
export function withInputSandbox(
  description: JdlDescription,
  replacements: Readonly<Record<string, string>>,
): JdlDescription {
  const entry = description.entries.find(({ name }) => name === 'InputSandbox');
  if (!entry) return description;
  const files = textsOf(entry.value).map((file) =>
    Object.hasOwn(replacements, file) ? replacements[file]! : file,
  );
  return withEntry(description, 'InputSandbox', listValue([...new Set(files)], entry.value.at));
}
