/**
 * What a description asks of a slot, in numbers: processors, memory, disk, GPUs, system, kind of pilot. Asked by
 * `job-manifest.ts`. DIRAC's tags for size are read as the numbers they stand for; contradictions are faults.
 */
import type { RareRequirements, TaskQueueRequirements } from '../task-queues/task-queue.ts';
import { shortened, type AttributeReader } from './attribute-reader.ts';
import { containerFormOf, containerForms } from './container-image.ts';

/** DIRAC's tags for size; all others stay tags. */
interface SizeTags {
  readonly tags: readonly string[];
  readonly wholeNode: boolean;
  readonly processors: number;
  readonly multiProcessor: boolean;
  readonly memoryMiB: number;
  readonly gpus: number;
}

export function readTags(read: AttributeReader): SizeTags {
  const rest: string[] = [];
  const named = { wholeNode: false, multiProcessor: false, processors: 0, memoryMiB: 0, gpus: 0 };
  for (const tag of read.list('Tags')) {
    const [, amount, kind] = /^(\d{1,4})(Processors|GB)$/.exec(tag) ?? [];
    if (kind === 'Processors') named.processors = Math.max(named.processors, Number(amount));
    else if (kind === 'GB') named.memoryMiB = Math.max(named.memoryMiB, Number(amount) * 1000);
    else if (tag === 'WholeNode') named.wholeNode = true;
    else if (tag === 'MultiProcessor') named.multiProcessor = true;
    else if (tag === 'GPU') named.gpus = 1;
    else rest.push(tag);
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
  const isOpen = wholeNode || range.max === 0 || (tags.multiProcessor && !read.has('NumberOfProcessors'));
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
export function readMemory(read: AttributeReader, tags: SizeTags): MemoryDemand {
  const min = read.sizeMiB('MinRAM');
  const max = read.sizeMiB('MaxRAM', min === undefined ? undefined : 'MB');
  const memory = read.sizeMiB('Memory');
  if (min !== undefined && max !== undefined && max < min)
    read.fail('MaxRAM', `MaxRAM is ${max} MB, less than MinRAM ${min} MB`);
  return {
    memoryMiB: Math.max(min ?? max ?? memory ?? 0, tags.memoryMiB),
    memoryPerProcessorMiB: read.sizeMiB('MemoryPerProcessor') ?? 0,
    maxMemoryMiB: min === undefined ? 0 : (max ?? 0),
  };
}

type GpuDemand = Pick<TaskQueueRequirements, 'gpus'> &
  Pick<RareRequirements, 'gpuVendors' | 'gpuModels' | 'gpuMemoryMiB' | 'gpuComputeCapability'>;

const gpuAttributes = ['GPUVendor', 'GPUModel', 'GPUMemory', 'GPUComputeCapability'];

/** Who says what the GPUs must be like wants at least one. */
export function readGpus(read: AttributeReader, tags: SizeTags): GpuDemand {
  const asked = read.integerWithin('NumberOfGPUs');
  const described = gpuAttributes.filter((name) => read.has(name));
  for (const name of described)
    if (asked === 0) read.fail(name, `${name} contradicts NumberOfGPUs = 0; leave one out`);
  if (asked === 0 && tags.gpus > 0)
    read.fail('Tags', 'the tag GPU contradicts NumberOfGPUs = 0; leave one out');
  const gpus = Math.max(asked ?? (described.length > 0 ? 1 : 0), tags.gpus);
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
