/** The checks of `job-manifest.ts` that look at the installation or at files: where, what, in and out. */
import type { AttributeReader } from './attribute-reader.ts';
import type { ManifestContext } from './manifest-context.ts';
import { listed, shortened } from './quoting.ts';

export interface Places {
  readonly sites: readonly string[];
  readonly bannedSites: readonly string[];
  readonly platforms: readonly string[];
  readonly computingElements: readonly string[];
  readonly bannedComputingElements: readonly string[];
}

/** Each once. */
const namesBeside = (names: readonly string[], known: ReadonlySet<string>): readonly string[] => [
  ...new Set(names.filter((name) => !known.has(name))),
];

export function readPlaces(read: AttributeReader, context: ManifestContext): Places {
  const wanted = read.names('Site');
  const bannedSites = read.list('BannedSites');
  const strangers = context.sites ? namesBeside(wanted, new Set(context.sites)) : [];
  if (strangers.length > 0)
    read.fail(
      'Site',
      `${listed(strangers)} ${strangers.length === 1 ? 'is no site' : 'are no sites'} of ${context.vo}; it has ${listed(context.sites ?? []) || 'none'}`,
    );
  const sites = wanted.filter((site) => !bannedSites.includes(site));
  if (wanted.length > 0 && sites.length === 0)
    read.fail('Site', 'Site and BannedSites exclude each other: no site is left');
  else if (
    wanted.length === 0 &&
    context.sites?.every((site) => bannedSites.includes(site)) &&
    bannedSites.length > 0
  )
    read.fail('BannedSites', `BannedSites bans every site of ${context.vo}: no site is left`);
  return { sites, bannedSites, platforms: readPlatforms(read, context), ...readComputingElements(read) };
}

function readComputingElements(
  read: AttributeReader,
): Pick<Places, 'computingElements' | 'bannedComputingElements'> {
  const wanted = read.names('GridCE');
  const bannedComputingElements = read.list('BannedGridCEs');
  const computingElements = wanted.filter((name) => !bannedComputingElements.includes(name));
  if (wanted.length > 0 && computingElements.length === 0)
    read.fail('GridCE', 'GridCE and BannedGridCEs exclude each other: no computing element is left');
  return { computingElements, bannedComputingElements };
}

function readPlatforms(read: AttributeReader, context: ManifestContext): readonly string[] {
  const platforms = read.names('Platform');
  const known = new Set(Object.entries(context.platforms ?? {}).flatMap(([name, runs]) => [name, ...runs]));
  const unknown = known.size > 0 ? namesBeside(platforms, known) : [];
  if (unknown.length > 0)
    read.fail(
      'Platform',
      `${listed(unknown)} ${unknown.length === 1 ? 'is no known platform' : 'are no known platforms'}; known are ${listed([...known])}`,
    );
  return platforms;
}

const uploaded = /^SB:/;
const catalogued = /^lfn:\//i;

export function checkInputSandbox(read: AttributeReader): readonly string[] {
  const files = read.list('InputSandbox');
  for (const file of files)
    if (!uploaded.test(file) && !catalogued.test(file))
      read.fail('InputSandbox', `the file ${shortened(file)} was not uploaded; entries are SB:… or LFN:/…`);
  return files;
}

/** Above or beside the folder it is meant for. */
export const isOutside = (file: string): boolean => file.startsWith('/') || file.split('/').includes('..');

function checkInside(read: AttributeReader, attribute: string, files: readonly string[]): void {
  for (const file of files)
    if (isOutside(file))
      read.fail(attribute, `${shortened(file)} lies outside the folder of the job; give a name inside it`);
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
      read.warn(name, `${shortened(file)} is not in OutputSandbox, so it will not come back`);
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
      `${shortened(executable)} is not in the input sandbox; add it there, or give an absolute path of the worker node`,
    );
  return executable;
}

/** Items `NAME=value`; one text may hold several, separated by ; */
export function checkEnvironment(read: AttributeReader): void {
  const items = read.list('ExecutionEnvironment').flatMap((item) => item.split(';'));
  for (const item of items)
    if (item.trim() !== '' && !/^\s*[A-Za-z_]\w*\s*=/.test(item))
      read.fail('ExecutionEnvironment', `${shortened(item.trim())} is no variable; write NAME=value`);
}

/** Read by the pilot; a fault there would be found too late. */
export function checkStopSignal(read: AttributeReader): void {
  for (const name of ['StopSigNumber', 'StopSigStartSeconds', 'StopSigFinishSeconds'])
    read.integerWithin(name);
  const pattern = read.text('StopSigRegex');
  if (pattern !== undefined && !isRegularExpression(pattern))
    read.fail('StopSigRegex', `${shortened(pattern)} is no regular expression`);
  read.flag('DisableCPUCheck');
}

function isRegularExpression(text: string): boolean {
  try {
    return new RegExp(text) instanceof RegExp;
  } catch {
    return false;
  }
}

export function checkInputData(read: AttributeReader, context: ManifestContext): readonly string[] {
  const files = read.list('InputData').map((file) => `LFN:${file.replace(/^lfn:/i, '')}`);
  const root = `LFN:/${context.vo}/`;
  for (const file of files) {
    if (file.includes('//')) read.fail('InputData', `${shortened(file)} contains //`);
    else if (!file.startsWith(root) || isOutside(file.slice(root.length)))
      read.fail('InputData', `${shortened(file)} is not below ${root}`);
  }
  return files;
}
