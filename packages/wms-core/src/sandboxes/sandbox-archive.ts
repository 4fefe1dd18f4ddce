/**
 * What an archive may hold: plain files and folders below the working folder, within limits. Asked by the store
 * for every entry before an archive becomes visible; pilots and people unpack it later on foreign ground.
 */
import { WmsError } from '../kernel/wms-error.ts';
import type { SandboxFile } from '../use-cases.ts';

export interface ArchiveEntry {
  readonly name: string;
  /** Type of the tar header; `file` and `directory` are accepted. */
  readonly type: string;
  readonly sizeBytes: number;
  readonly modifiedAtMs: number;
}

export interface ArchiveLimits {
  readonly files: number;
  readonly unpackedBytes: number;
}

const maxNameBytes = 255;
const maxPathBytes = 1024;
const encoder = new TextEncoder();
const bytesOf = (text: string): number => encoder.encode(text).length;

/** Printable form of a hostile name: quoted, control characters escaped, cut. */
const shown = (name: string): string => JSON.stringify(name.length > 120 ? `${name.slice(0, 120)}…` : name);

const unsafe = (name: string, why: string): WmsError =>
  new WmsError('sandbox.unsafe', `The archive entry ${shown(name)} ${why}.`, { entry: name.slice(0, 255) });

// eslint-disable-next-line no-control-regex -- control characters are what is looked for
const controlCharacter = /[\u0000-\u001f\u007f]/;

/** The name below the working folder without `./`; '' for that folder itself. Throws `sandbox.unsafe`. */
export const safeEntryName = (name: string): string => {
  if (name.includes('\ufffd')) throw unsafe(name, 'has a name that is not UTF-8');
  if (controlCharacter.test(name)) throw unsafe(name, 'has control characters in its name');
  if (name.startsWith('/') || name.startsWith('\\') || /^[A-Za-z]:[\\/]/.test(name)) {
    throw unsafe(name, 'has an absolute path; use paths below the working folder');
  }
  const parts = name.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.some((part) => part.split('\\').includes('..'))) {
    throw unsafe(name, 'climbs out of the working folder with ".."');
  }
  if (parts.some((part) => bytesOf(part) > maxNameBytes))
    throw unsafe(name, `has a name longer than ${maxNameBytes} bytes`);
  const path = parts.join('/');
  if (bytesOf(path) > maxPathBytes) throw unsafe(name, `has a path longer than ${maxPathBytes} bytes`);
  return path;
};

/** Takes the entries of one archive in turn; `files` are those accepted so far, folders left out. */
export const createArchiveCheck = (
  limits: ArchiveLimits,
): { readonly check: (entry: ArchiveEntry) => void; readonly files: readonly SandboxFile[] } => {
  const files: SandboxFile[] = [];
  const kinds = new Map<string, string>();
  let totalBytes = 0;

  const check = (entry: ArchiveEntry): void => {
    if (entry.type !== 'file' && entry.type !== 'directory') {
      throw unsafe(entry.name, `is a ${entry.type}; only files and folders are accepted`);
    }
    const name = safeEntryName(entry.name);
    if (name === '' && entry.type === 'file') throw unsafe(entry.name, 'has no name');
    if (kinds.has(name) && (entry.type === 'file' || kinds.get(name) === 'file')) {
      throw unsafe(entry.name, 'is there twice');
    }
    kinds.set(name, entry.type);
    if (entry.type === 'file')
      files.push({ name, sizeBytes: entry.sizeBytes, modifiedAtMs: entry.modifiedAtMs });
    if (files.length > limits.files || kinds.size > limits.files * 2) {
      throw new WmsError('sandbox.unsafe', `The archive holds more than ${limits.files} files.`, {
        limit: limits.files,
      });
    }
    totalBytes += entry.sizeBytes;
    if (totalBytes > limits.unpackedBytes) {
      throw new WmsError('sandbox.unsafe', `The files unpack to more than ${limits.unpackedBytes} bytes.`, {
        limit: limits.unpackedBytes,
      });
    }
  };
  return { check, files };
};
