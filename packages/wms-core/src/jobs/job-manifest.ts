/**
 * Checks one job description and completes it: a typed manifest, what the matcher must know, and the processed
 * JDL that travels to the worker node (wms.md §3.2, §3.3). Pure: asked by the server at submission and by the
 * portal while the user types. Numbers outside their bounds are clamped with a warning as in DiracX; everything
 * else that is wrong is an error with its place.
 *
 * Memory: see `readMemoryMiB`. Processors, whole node, memory and GPUs are numbers, never tags.
 */
import { cpuTimeSegmentS } from '../task-queues/cpu-segments.ts';
import { normalizeRequirements } from '../task-queues/requirements.ts';
import type { TaskQueueRequirements } from '../task-queues/task-queue.ts';
import { AttributeReader, type AttributeProblem } from './attribute-reader.ts';
import { findJdlAttribute } from './job-attributes.ts';
import type { ManifestContext } from './manifest-context.ts';
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
  readMemoryMiB,
  readPlaces,
  readProcessors,
  readTags,
} from './manifest-rules.ts';

export type { ManifestContext } from './manifest-context.ts';

export interface JobManifest {
  readonly executable: string;
  readonly arguments: string;
  readonly jobName: string;
  readonly jobType: string;
  readonly jobGroup: string;
  readonly priority: number;
  /** As asked for, not rounded to a segment; normalised seconds. */
  readonly cpuTimeS: number;
  readonly stdOutput: string;
  readonly stdError: string;
  readonly inputSandbox: readonly string[];
  readonly outputSandbox: readonly string[];
  readonly inputData: readonly string[];
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

const writtenByExpansion = /^Parameter(?:Number|\..*)?$/;

/** Attributes of the server that a user wrote all the same. */
function warnOfServerAttributes(read: AttributeReader, description: JdlDescription): void {
  for (const { name } of description.entries)
    if (findJdlAttribute(name)?.jdl.setBy === 'server' && !writtenByExpansion.test(name))
      read.warn(name, `${name} is set by the server; what the description says is ignored`);
}

function readJobType(read: AttributeReader, allowed: readonly string[]): string {
  const jobType = read.text('JobType') ?? 'User';
  if (!allowed.includes(jobType))
    read.fail('JobType', `${jobType} is not a valid value for JobType; allowed are ${allowed.join(', ')}`);
  return jobType;
}

/** What the job record shows and nothing else depends on. */
export const readLabels = (read: AttributeReader): Pick<JobManifest, 'jobName' | 'jobGroup'> => ({
  jobName: read.text('JobName') ?? 'Unknown',
  jobGroup: read.text('JobGroup') ?? 'NoGroup',
});

function readManifest(read: AttributeReader, context: ManifestContext): JobManifest {
  const limits = context.jobDescription;
  return {
    executable: checkExecutable(read, context),
    arguments: read.text('Arguments') ?? '',
    ...readLabels(read),
    jobType: readJobType(read, limits.allowedJobTypes),
    priority: read.integerClamped('Priority', {
      min: limits.minPriority,
      max: limits.maxPriority,
      fallback: limits.defaultPriority,
    }),
    cpuTimeS: read.integerClamped('CPUTime', {
      min: limits.minCpuTimeS,
      max: limits.maxCpuTimeS,
      fallback: limits.defaultCpuTimeS,
    }),
    stdOutput: read.text('StdOutput') ?? 'std.out',
    stdError: read.text('StdError') ?? 'std.err',
    inputSandbox: checkInputSandbox(read),
    outputSandbox: checkOutputSandbox(read),
    inputData: checkInputData(read, context),
  };
}

function readRequirements(
  read: AttributeReader,
  context: ManifestContext,
  manifest: JobManifest,
): TaskQueueRequirements {
  const tags = readTags(read);
  const asked = readProcessors(read, context.jobDescription.maxProcessors);
  const minProcessors = Math.max(asked.minProcessors, tags.processors ?? 1);
  const wholeNode = read.flag('WholeNode') || tags.wholeNode;
  const open = wholeNode || asked.maxProcessors === 0 || tags.multiProcessor;
  return normalizeRequirements({
    vo: context.vo,
    ownerGroup: context.ownerGroup,
    owner: context.owner,
    jobType: manifest.jobType,
    cpuTimeS: cpuTimeSegmentS(manifest.cpuTimeS),
    ...readPlaces(read, context),
    computingElements: read.list('GridCE'),
    tags: tags.tags,
    minProcessors,
    maxProcessors: open && !read.has('NumberOfProcessors') ? 0 : Math.max(asked.maxProcessors, minProcessors),
    wholeNode,
    memoryMiB: Math.max(readMemoryMiB(read), tags.memoryMiB ?? 0),
    diskMiB: read.sizeMiB('DiskSpace', 'GB') ?? 0,
    gpus: read.integerWithin('NumberOfGPUs', 0, 64) ?? 0,
  });
}

/** The description as it goes to the node: what the user wrote, defaults filled in, the server's word on top. */
function complete(
  description: JdlDescription,
  manifest: JobManifest,
  requirements: TaskQueueRequirements,
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

/** Never throws; the errors say everything that is wrong. The description must not be parametric any more. */
export function processManifest(description: JdlDescription, context: ManifestContext): ProcessedManifest {
  const read = new AttributeReader(description);
  warnOfServerAttributes(read, description);
  checkEnvironment(read);
  const manifest = readManifest(read, context);
  const requirements = readRequirements(read, context, manifest);
  return {
    manifest,
    requirements,
    siteColumn: siteColumn(requirements.sites),
    processedJdl: (jobId) =>
      printJdl(complete(description, manifest, requirements)).replaceAll('%j', String(jobId)),
    errors: read.errors,
    warnings: read.warnings,
  };
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
