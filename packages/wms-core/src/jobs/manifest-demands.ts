/**
 * What a description asks of a slot, in numbers: processors, memory, disk, GPUs, system, kind of pilot. Asked by
 * `job-manifest.ts`. DIRAC's tags for size are read as the numbers they stand for; contradictions are faults.
 */
import { sizeTagOf } from '../task-queues/size-tags.ts';
import type { RareRequirements, TaskQueueRequirements } from '../task-queues/task-queue.ts';
import type { AttributeReader } from './attribute-reader.ts';
import { containerFormOf, containerForms } from './container-image.ts';
import { shortened } from './quoting.ts';
import { mibOfUnit } from './size-units.ts';

/** DIRAC's tags for size; all others stay tags. */
interface SizeTags {
  readonly tags: readonly string[];
  readonly wholeNode: boolean;
  readonly processors: number;
  readonly multiProcessor: boolean;
  readonly memoryMiB: number;
  readonly gpus: number;
}

/** What a tag names is bounded like the attribute it stands for. */
export function readTags(read: AttributeReader): SizeTags {
  const rest: string[] = [];
  const named = { wholeNode: false, multiProcessor: false, processors: 0, memoryMiB: 0, gpus: 0 };
  for (const tag of read.list('Tags')) {
    const size = sizeTagOf(tag);
    const origin = { attribute: 'Tags', reason: `Tags name ${shortened(tag)}` };
    switch (size?.kind) {
      case 'Processors':
        read.checkDerived('NumberOfProcessors', size.amount, origin);
        named.processors = Math.max(named.processors, size.amount);
        break;
      case 'GB':
        read.checkDerived('Memory', size.amount * mibOfUnit.GB, origin);
        named.memoryMiB = Math.max(named.memoryMiB, size.amount * mibOfUnit.GB);
        break;
      case 'WholeNode':
        named.wholeNode = true;
        break;
      case 'MultiProcessor':
        named.multiProcessor = true;
        break;
      case 'GPU':
        named.gpus = 1;
        break;
      case undefined:
        rest.push(tag);
    }
  }
  return { tags: rest, ...named };
}

type ProcessorDemand = Pick<TaskQueueRequirements, 'minProcessors' | 'maxProcessors' | 'wholeNode'>;

/** The exact number wins over minimum and maximum; a minimum alone is open upwards (wms.md §3.2). */
function readRange(read: AttributeReader): { min: number; max: number } {
  const exact = read.integerWithin('NumberOfProcessors');
  const min = read.integerWithin('MinNumberOfProcessors');
  const max = read.integerWithin('MaxNumberOfProcessors');
  if (exact !== undefined) {
    for (const name of ['MinNumberOfProcessors', 'MaxNumberOfProcessors'])
      if (read.has(name)) read.warn(name, `${name} is ignored beside NumberOfProcessors`);
    return { min: exact, max: exact };
  }
  if (min !== undefined && max !== undefined && max < min)
    read.fail('MaxNumberOfProcessors', `MaxNumberOfProcessors ${max} is less than the minimum ${min}`);
  return { min: min ?? 1, max: max ?? (min === undefined ? 1 : 0) };
}

const hasUpperBound = (read: AttributeReader): boolean =>
  read.has('NumberOfProcessors') || read.has('MaxNumberOfProcessors');

export function readProcessors(read: AttributeReader, tags: SizeTags): ProcessorDemand {
  const range = readRange(read);
  const wholeNode = read.flag('WholeNode') || tags.wholeNode;
  const minProcessors = Math.max(range.min, tags.processors, 1);
  for (const name of ['NumberOfProcessors', 'MaxNumberOfProcessors'])
    if (wholeNode && read.has(name))
      read.fail(
        name,
        `${name} contradicts WholeNode, which gives all processors of the node; leave one out, or say MinNumberOfProcessors`,
      );
  if (range.max !== 0 && tags.processors > range.max && hasUpperBound(read))
    read.fail('Tags', `Tags ask for ${tags.processors} processors, but the job takes at most ${range.max}`);
  if (range.max === 1 && tags.multiProcessor && !wholeNode && hasUpperBound(read))
    read.fail('Tags', 'the tag MultiProcessor contradicts a job of one processor; leave one out');
  const isOpen = wholeNode || range.max === 0 || (tags.multiProcessor && !hasUpperBound(read));
  return { minProcessors, maxProcessors: isOpen ? 0 : Math.max(range.max, minProcessors), wholeNode };
}

interface MemoryDemand {
  /** 0 = unsaid. */
  readonly memoryMiB: number;
  readonly memoryPerProcessorMiB: number;
  /** The job is stopped beyond; 0 = beyond what it needs. */
  readonly maxMemoryMiB: number;
}

/**
 * `Memory` and `MaxRAM` are GB as in DIRAC 8; `MinRAM` is MB as in DIRAC 9, and so is `MaxRAM` beside it. The
 * least that is asked for decides where the job fits, the most when it is stopped.
 */
export function readMemory(read: AttributeReader, tags: SizeTags, processors: ProcessorDemand): MemoryDemand {
  const min = read.sizeMiB('MinRAM');
  const max = read.sizeMiB('MaxRAM', min === undefined ? undefined : 'MB');
  const memory = read.sizeMiB('Memory');
  const memoryPerProcessorMiB = read.sizeMiB('MemoryPerProcessor') ?? 0;
  const memoryMiB = Math.max(min ?? max ?? memory ?? 0, tags.memoryMiB);
  const stronger = ['MinRAM', 'MaxRAM'].find((name) => read.has(name));
  if (read.has('Memory') && stronger !== undefined)
    read.warn('Memory', `Memory is ignored beside ${stronger}`);
  const most = processors.maxProcessors === 0 ? processors.minProcessors : processors.maxProcessors;
  if (memoryPerProcessorMiB > 0)
    read.checkDerived('Memory', memoryMiB + memoryPerProcessorMiB * most, {
      attribute: 'MemoryPerProcessor',
      reason: `MemoryPerProcessor counts for ${most} ${most === 1 ? 'processor' : 'processors'}`,
    });
  const needed = memoryMiB + memoryPerProcessorMiB * processors.minProcessors;
  checkMostMemory(read, { min, max, needed, tagged: tags.memoryMiB });
  return { memoryMiB, memoryPerProcessorMiB, maxMemoryMiB: min === undefined ? 0 : (max ?? 0) };
}

/** All in MiB; `needed` with what each processor needs, `tagged` by a tag, 0 = by none. */
interface MemoryBounds {
  readonly min: number | undefined;
  readonly max: number | undefined;
  readonly needed: number;
  readonly tagged: number;
}

/** A job that needs more than it may use would be stopped wherever it runs. */
function checkMostMemory(read: AttributeReader, { max, min, needed, tagged }: MemoryBounds): void {
  if (max === undefined) return;
  if (min !== undefined && max < min) read.fail('MaxRAM', `MaxRAM is ${max} MB, less than MinRAM ${min} MB`);
  else if (tagged > max)
    read.fail('Tags', `Tags ask for ${tagged} MB of memory, but the job uses at most MaxRAM ${max} MB`);
  else if (min !== undefined && needed > max)
    read.fail(
      'MaxRAM',
      `MaxRAM is ${max} MB, less than the ${needed} MB that the job needs with MemoryPerProcessor`,
    );
}

type GpuDemand = Pick<TaskQueueRequirements, 'gpus'> &
  Pick<RareRequirements, 'gpuVendors' | 'gpuModels' | 'gpuMemoryMiB' | 'gpuComputeCapability'>;

const gpuAttributes = ['GPUVendor', 'GPUModel', 'GPUMemory', 'GPUComputeCapability'];

const originOfGpu = ([described]: readonly string[]): { attribute: string; reason: string } =>
  described === undefined
    ? { attribute: 'Tags', reason: 'Tags name GPU' }
    : { attribute: described, reason: `${described} asks for a GPU` };

/** Who says what the GPUs must be like wants at least one. */
export function readGpus(read: AttributeReader, tags: SizeTags): GpuDemand {
  const asked = read.integerWithin('NumberOfGPUs');
  const described = gpuAttributes.filter((name) => read.has(name));
  for (const name of described)
    if (asked === 0) read.fail(name, `${name} contradicts NumberOfGPUs = 0; leave one out`);
  if (asked === 0 && tags.gpus > 0)
    read.fail('Tags', 'the tag GPU contradicts NumberOfGPUs = 0; leave one out');
  const gpus = Math.max(asked ?? (described.length > 0 ? 1 : 0), tags.gpus);
  if (!read.has('NumberOfGPUs') && gpus > 0) read.checkDerived('NumberOfGPUs', gpus, originOfGpu(described));
  return {
    gpus,
    gpuVendors: read.names('GPUVendor'),
    gpuModels: read.names('GPUModel'),
    gpuMemoryMiB: read.sizeMiB('GPUMemory') ?? 0,
    gpuComputeCapability: read.numberWithin('GPUComputeCapability') ?? 0,
  };
}

const versionText = /^\d{1,3}\.\d{1,3}(?:\.\d{1,3})?$/;

type SystemDemand = Pick<RareRequirements, 'architectures' | 'operatingSystems'> & {
  readonly minGlibc: string;
};

export function readSystem(read: AttributeReader): SystemDemand {
  const minGlibc = read.text('MinGlibc') ?? '';
  if (minGlibc !== '' && !versionText.test(minGlibc))
    read.fail('MinGlibc', `MinGlibc must be a version such as 2.28, not ${shortened(minGlibc)}`);
  return {
    architectures: read.names('Architecture'),
    operatingSystems: read.names('OperatingSystem').map((name) => name.toLowerCase()),
    minGlibc,
  };
}

/** '' = any. */
export function readPilotType(read: AttributeReader): 'generic' | 'private' | '' {
  const text = (read.text('PilotType') ?? '').toLowerCase();
  if (text === '' || text === 'any') return '';
  if (text === 'generic' || text === 'private') return text;
  read.fail('PilotType', `PilotType must be generic or private, not ${shortened(text)}`);
  return '';
}

/** The tag a slot needs for the job's container image; none without an image. */
export function readContainerTags(read: AttributeReader): readonly string[] {
  const image = read.text('ContainerImage');
  if (image === undefined) return [];
  const form = containerFormOf(image);
  if (form !== undefined) return [form.tag];
  const examples = containerForms.map(({ example }) => example).join(', ');
  read.fail('ContainerImage', `ContainerImage must look like ${examples}; not like ${shortened(image)}`);
  return [];
}

/** Lists of which the task queue of a job is made. */
const namesOfDemands = [
  'Site',
  'BannedSites',
  'GridCE',
  'BannedGridCEs',
  'Platform',
  'Architecture',
  'OperatingSystem',
  'GPUVendor',
  'GPUModel',
  'Tags',
];

/** A demand with the number of the job would make a task queue for each job, and no resource could know it. */
export function checkNumberless(read: AttributeReader): void {
  for (const name of namesOfDemands)
    if (read.list(name).some((text) => text.includes('%j')))
      read.fail(name, `${name} decides where the job may run and cannot hold %j, its number`);
}
