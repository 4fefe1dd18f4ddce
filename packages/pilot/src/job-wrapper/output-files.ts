/** Which files of the job's folder the `OutputSandbox` attribute means: names, folders, `*`, `?` and `[…]`. */
import { readdir, realpath, stat } from 'node:fs/promises';
import { join, normalize, sep } from 'node:path';

export interface OutputFile {
  /** Name inside the archive, relative to the job's folder. */
  readonly name: string;
  /** Real path: links were followed, and lead to nowhere but the job's folder. */
  readonly path: string;
  readonly sizeBytes: number;
}

export interface OutputFiles {
  readonly files: readonly OutputFile[];
  /** Entries that fit no file. */
  readonly missing: readonly string[];
}

const hasWildcard = (text: string): boolean => /[*?[]/.test(text);

/** One segment of a path; a leading dot must be written, as in a shell. */
export function segmentPattern(segment: string): RegExp {
  const body = segment.replace(/\[!?[^\]]+\]|[.*+?^${}()|[\]\\]/g, (part) => {
    if (part === '*') return '[^/]*';
    if (part === '?') return '[^/]';
    if (part.length > 1) return part.replace(/^\[!/, '[^').replaceAll('\\', '\\\\');
    return `\\${part}`;
  });
  return new RegExp(`^${segment.startsWith('.') ? '' : '(?!\\.)'}${body}$`, 'u');
}

async function matches(
  folder: string,
  prefix: string,
  segments: readonly string[],
): Promise<readonly string[]> {
  const [segment, ...rest] = segments;
  if (segment === undefined) return [prefix];
  const names = hasWildcard(segment)
    ? (await readdir(join(folder, prefix)).catch(() => [])).filter((name) =>
        segmentPattern(segment).test(name),
      )
    : [segment];
  const found = await Promise.all(names.toSorted().map((name) => matches(folder, join(prefix, name), rest)));
  return found.flat();
}

/** Files at or below `name`. Links that lead out of the folder are left out; a circle of links ends by depth. */
async function filesBelow(folder: string, name: string, depth = 0): Promise<readonly OutputFile[]> {
  const path = await realpath(join(folder, name)).catch(() => undefined);
  if (path === undefined || depth > 32 || (path !== folder && !path.startsWith(folder + sep))) return [];
  const facts = await stat(path);
  if (facts.isFile()) return [{ name, path, sizeBytes: facts.size }];
  if (!facts.isDirectory()) return [];
  const names = await readdir(path);
  const below = await Promise.all(
    names.toSorted().map((entry) => filesBelow(folder, join(name, entry), depth + 1)),
  );
  return below.flat();
}

/** `folder` must be a real path. No file is listed twice. */
export async function findOutputFiles(folder: string, entries: readonly string[]): Promise<OutputFiles> {
  const files = new Map<string, OutputFile>();
  const missing: string[] = [];
  for (const entry of entries) {
    const relative = normalize(entry).replace(/^(\.?\/)+|\/+$/g, '');
    const names = relative.split('/').includes('..') ? [] : await matches(folder, '', relative.split('/'));
    const found = (await Promise.all(names.map((name) => filesBelow(folder, name)))).flat();
    if (found.length === 0) missing.push(entry);
    for (const file of found) files.set(file.name, file);
  }
  return { files: [...files.values()], missing };
}
