/** The checks of `job-manifest.ts` that look at several attributes or at the installation: where, what, files. */
import type { AttributeReader } from './attribute-reader.ts';
import type { ManifestContext } from './manifest-context.ts';

const isAny = (name: string): boolean => name.toUpperCase() === 'ANY';

export interface Places {
  readonly sites: readonly string[];
  readonly bannedSites: readonly string[];
  readonly platforms: readonly string[];
}

export function readPlaces(read: AttributeReader, context: ManifestContext): Places {
  const wanted = read.list('Site').filter((site) => !isAny(site));
  const bannedSites = read.list('BannedSites');
  for (const site of wanted)
    if (context.sites && !context.sites.includes(site))
      read.fail('Site', `${site} is no site of ${context.vo}; it has ${context.sites.join(', ') || 'none'}`);
  const sites = wanted.filter((site) => !bannedSites.includes(site));
  if (wanted.length > 0 && sites.length === 0)
    read.fail('Site', 'Site and BannedSites exclude each other: no site is left');
  return { sites, bannedSites, platforms: readPlatforms(read, context) };
}

function readPlatforms(read: AttributeReader, context: ManifestContext): readonly string[] {
  const platforms = read.list('Platform').filter((platform) => !isAny(platform));
  const known = new Set(Object.entries(context.platforms ?? {}).flatMap(([name, runs]) => [name, ...runs]));
  for (const platform of platforms)
    if (known.size > 0 && !known.has(platform))
      read.fail('Platform', `${platform} is no known platform; known are ${[...known].join(', ')}`);
  return platforms;
}

export interface Processors {
  readonly minProcessors: number;
  /** 0 = no upper bound. */
  readonly maxProcessors: number;
}

export function readProcessors(read: AttributeReader, most: number): Processors {
  const exact = read.integerWithin('NumberOfProcessors', 1, most);
  const min = read.integerWithin('MinNumberOfProcessors', 1, most);
  const max = read.integerWithin('MaxNumberOfProcessors', 1, most);
  if (exact !== undefined) {
    for (const name of ['MinNumberOfProcessors', 'MaxNumberOfProcessors'])
      if (read.has(name)) read.warn(name, `${name} is ignored beside NumberOfProcessors`);
    return { minProcessors: exact, maxProcessors: exact };
  }
  if (min !== undefined && max !== undefined && max < min)
    read.fail('MaxNumberOfProcessors', `MaxNumberOfProcessors ${max} is less than the minimum ${min}`);
  if (max !== undefined) return { minProcessors: min ?? 1, maxProcessors: max };
  return min === undefined
    ? { minProcessors: 1, maxProcessors: 1 }
    : { minProcessors: min, maxProcessors: 0 };
}

/**
 * Memory the job needs, 0 = unsaid. `Memory` and `MaxRAM` are GB as in DIRAC 8; `MinRAM` is MB as in DIRAC 9,
 * and so is `MaxRAM` beside it. The least that is asked for decides where the job fits.
 */
export function readMemoryMiB(read: AttributeReader): number {
  const min = read.sizeMiB('MinRAM', 'MB');
  const max = read.sizeMiB('MaxRAM', min === undefined ? 'GB' : 'MB');
  const memory = read.sizeMiB('Memory', 'GB');
  if (min !== undefined && max !== undefined && max < min)
    read.fail('MaxRAM', `MaxRAM is ${max} MB, less than MinRAM ${min} MB`);
  return min ?? max ?? memory ?? 0;
}

export interface TagDemands {
  readonly tags: readonly string[];
  readonly wholeNode: boolean;
  readonly processors: number | undefined;
  readonly multiProcessor: boolean;
  readonly memoryMiB: number | undefined;
}

/** DIRAC's tags for size become numbers; all others stay tags. */
export function readTags(read: AttributeReader): TagDemands {
  const rest: string[] = [];
  let wholeNode = false;
  let multiProcessor = false;
  let processors: number | undefined;
  let memoryMiB: number | undefined;
  for (const tag of read.list('Tags')) {
    const processorTag = /^(\d{1,4})Processors$/.exec(tag);
    const memoryTag = /^(\d{1,4})GB$/.exec(tag);
    if (processorTag) processors = Math.max(Number(processorTag[1]), 1);
    else if (memoryTag) memoryMiB = Number(memoryTag[1]) * 1000;
    else if (tag === 'WholeNode') wholeNode = true;
    else if (tag === 'MultiProcessor') multiProcessor = true;
    else rest.push(tag);
  }
  return { tags: rest, wholeNode, processors, multiProcessor, memoryMiB };
}

const uploaded = /^SB:/;
const catalogued = /^lfn:\//i;

export function checkInputSandbox(read: AttributeReader): readonly string[] {
  const files = read.list('InputSandbox');
  for (const file of files)
    if (!uploaded.test(file) && !catalogued.test(file))
      read.fail('InputSandbox', `the file ${file} was not uploaded; entries are SB:… or LFN:/…`);
  return files;
}

const isOutside = (file: string): boolean => file.startsWith('/') || file.split('/').includes('..');

function checkInside(read: AttributeReader, attribute: string, files: readonly string[]): void {
  for (const file of files)
    if (isOutside(file))
      read.fail(attribute, `${file} lies outside the folder of the job; give a name inside it`);
}

export function checkOutputSandbox(read: AttributeReader): readonly string[] {
  const files = read.list('OutputSandbox');
  for (const name of ['OutputSandbox', 'StdOutput', 'StdError']) checkInside(read, name, read.list(name));
  for (const [name, fallback] of [
    ['StdOutput', 'std.out'],
    ['StdError', 'std.err'],
  ] as const) {
    const file = read.text(name) ?? fallback;
    if (read.has(name) && !files.some((pattern) => pattern === file || pattern.includes('*')))
      read.warn(name, `${file} is not in OutputSandbox, so it will not come back`);
  }
  return files;
}

/**
 * A relative executable must come with the job. A bare command name such as `echo` may also be on the node, so
 * it is left to the search path there.
 */
export function checkExecutable(read: AttributeReader, context: ManifestContext): string {
  const executable = read.text('Executable');
  if (executable === undefined) {
    read.fail('Executable', 'Executable is missing; name the program to run');
    return '';
  }
  const name = executable.replace(/^\.\//, '');
  if (!executable.startsWith('/')) checkInside(read, 'Executable', [executable]);
  const sandbox = read.list('InputSandbox');
  const catalogNames = sandbox.filter((file) => catalogued.test(file)).map((file) => file.split('/').at(-1)!);
  const mayBeUploaded = sandbox.some((file) => uploaded.test(file)) && !context.sandboxFiles;
  if (executable.startsWith('/') || mayBeUploaded || catalogNames.includes(name)) return executable;
  const base = name.split('/')[0]!;
  if (context.sandboxFiles?.some((file) => file === name || file === base)) return executable;
  if (/^[\w+-]+$/.test(executable)) return executable;
  // Named in the input sandbox but not uploaded: that is said once, there.
  if (!sandbox.some((file) => file === executable || file === name))
    read.fail(
      'Executable',
      `${executable} is not in the input sandbox; add it there, or give an absolute path of the worker node`,
    );
  return executable;
}

/** Items `NAME=value`; one text may hold several, separated by ; */
export function checkEnvironment(read: AttributeReader): void {
  const items = read.list('ExecutionEnvironment').flatMap((item) => item.split(';'));
  for (const item of items)
    if (item.trim() !== '' && !/^\s*[A-Za-z_]\w*\s*=/.test(item))
      read.fail('ExecutionEnvironment', `${item.trim()} is no variable; write NAME=value`);
}

export function checkInputData(read: AttributeReader, context: ManifestContext): readonly string[] {
  const most = context.jobDescription.maxInputData;
  const files = read.list('InputData').map((file) => `LFN:${file.replace(/^lfn:/i, '')}`);
  if (files.length > most)
    read.fail('InputData', `InputData lists ${files.length} files; at most ${most} are allowed`);
  const root = `LFN:/${context.vo}/`;
  for (const file of files) {
    if (file.includes('//')) read.fail('InputData', `${file} contains //`);
    else if (!file.startsWith(root)) read.fail('InputData', `${file} is not below ${root}`);
  }
  return files;
}
