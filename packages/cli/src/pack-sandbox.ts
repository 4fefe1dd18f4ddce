/** Packs files of this computer into the tar.gz that becomes an input sandbox. */
import { createHash } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { packTar, type TarEntry } from 'modern-tar';
import { CliError } from './cli-error.ts';

export interface PackedSandbox {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly sha256: string;
}

async function entryOf(path: string, cwd: string): Promise<TarEntry> {
  const at = resolve(cwd, path);
  const facts = await stat(at).catch((error: NodeJS.ErrnoException) => {
    throw new CliError(`InputSandbox: ${path} cannot be read (${error.code}). Is the path right?`);
  });
  if (!facts.isFile())
    throw new CliError(`InputSandbox: ${path} is no file. Name its files, or pack it into one.`);
  const body = await readFile(at);
  const header = {
    name: basename(at),
    type: 'file',
    size: body.byteLength,
    mode: (facts.mode & 0o111) === 0 ? 0o644 : 0o755,
    mtime: new Date(Math.floor(facts.mtimeMs / 1000) * 1000),
  } as const;
  return { header, body };
}

/** The same files give the same bytes, which are sent once only. */
export async function packSandbox(paths: readonly string[], cwd: string): Promise<PackedSandbox> {
  const entries: TarEntry[] = [];
  for (const path of paths.toSorted()) entries.push(await entryOf(path, cwd));
  const names = entries.map(({ header }) => header.name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined)
    throw new CliError(`InputSandbox: two files are called ${twice}; the job would see one of them only.`);
  const packed = await promisify(gzip)(await packTar(entries));
  const bytes = new Uint8Array(packed);
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex') };
}
