/**
 * The bytes of sandboxes on disk. An archive is written to a temporary file, checked (length, digest, contents),
 * made durable and only then renamed to its place, so what is there is whole. Files are of mode 0600.
 * Every stored object gets a key of its own: removing one can never hit a newer one of equal content.
 */
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, opendir, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Clock } from '../kernel/clock.ts';
import { WmsError } from '../kernel/wms-error.ts';
import type { SandboxFile, SandboxFormat, SandboxUpload } from '../use-cases.ts';
import { inspectArchive, readArchivedFile } from './archive-reader.adapter.ts';
import type { ArchiveLimits } from './sandbox-archive.ts';

export interface StoredArchive {
  readonly objectKey: string;
  readonly files: readonly SandboxFile[];
}

export interface SandboxFiles {
  /**
   * Stores what was announced and nothing else. Throws `sandbox.checksum`, `sandbox.unsafe`, `storage.full`;
   * then nothing is left behind.
   */
  store(
    body: AsyncIterable<Uint8Array>,
    announced: SandboxUpload,
    limits: ArchiveLimits,
  ): Promise<StoredArchive>;
  /** Throws `sandbox.not-found`. */
  open(
    objectKey: string,
  ): Promise<{ readonly stream: AsyncIterable<Uint8Array>; readonly sizeBytes: number }>;
  /** Undefined when the archive has no file of that name. */
  readFile(
    objectKey: string,
    format: SandboxFormat,
    name: string,
    maxBytes: number,
  ): Promise<Uint8Array | undefined>;
  remove(objectKey: string): Promise<void>;
  /** Keys of objects last changed before the instant; also clears temporary files as old as that. */
  keysOlderThan(instantMs: number): AsyncIterable<string>;
}

const keyPattern = /^[0-9a-f]{2}\/[0-9a-f]{2}\/[0-9a-f]{64}-[0-9a-f]{16}\.tar\.[a-z0-9]+$/;

export const createSandboxFiles = (deps: {
  readonly folder: string;
  readonly clock: Clock;
}): SandboxFiles => {
  const { folder } = deps;
  const incoming = join(folder, 'incoming');
  const pathOf = (objectKey: string): string => {
    if (!keyPattern.test(objectKey)) throw new Error(`${objectKey} is no key of a sandbox`);
    return join(folder, objectKey);
  };

  const store: SandboxFiles['store'] = async (body, announced, limits) => {
    const objectKey = newKey(announced);
    const temporary = join(incoming, randomBytes(16).toString('hex'));
    try {
      await mkdir(incoming, { recursive: true, mode: 0o700 });
      await receive(body, temporary, announced);
      const files = await inspectArchive(createReadStream(temporary), announced.format, limits);
      const place = pathOf(objectKey);
      await mkdir(dirname(place), { recursive: true, mode: 0o700 });
      await rename(temporary, place);
      await syncFolder(dirname(place));
      return { objectKey, files };
    } catch (error) {
      await rm(temporary, { force: true }).catch(() => undefined);
      throw isFull(error) ? storageFull(error) : error;
    }
  };

  return {
    store,
    open: async (objectKey) => {
      const path = pathOf(objectKey);
      const { size } = await stat(path).catch((cause: unknown) => {
        throw new WmsError('sandbox.not-found', 'The file of the sandbox is gone.', {}, { cause });
      });
      return { stream: createReadStream(path), sizeBytes: size };
    },
    readFile: (objectKey, format, name, maxBytes) =>
      readArchivedFile(createReadStream(pathOf(objectKey)), format, name, maxBytes),
    remove: (objectKey) => rm(pathOf(objectKey), { force: true }),
    keysOlderThan: (instantMs) => oldKeys(folder, incoming, instantMs),
  };
};

const newKey = ({ checksum, format }: SandboxUpload): string => {
  const digest = checksum.toLowerCase();
  return `${digest.slice(0, 2)}/${digest.slice(2, 4)}/${digest}-${randomBytes(8).toString('hex')}.${format}`;
};

/** Writes the body to a new file; exact length and digest, flushed to the disk. */
const receive = async (
  body: AsyncIterable<Uint8Array>,
  path: string,
  announced: SandboxUpload,
): Promise<void> => {
  const file = await open(path, 'wx', 0o600);
  try {
    const hash = createHash('sha256');
    let received = 0;
    for await (const chunk of body) {
      received += chunk.length;
      if (received > announced.sizeBytes) throw wrongLength(announced.sizeBytes, 'more');
      hash.update(chunk);
      // Not `write`: on a disk that is nearly full it writes a part of the chunk and calls that a success.
      await file.writeFile(chunk);
    }
    if (received < announced.sizeBytes) throw wrongLength(announced.sizeBytes, `${received}`);
    const digest = hash.digest('hex');
    if (digest !== announced.checksum.toLowerCase()) {
      throw new WmsError(
        'sandbox.checksum',
        'The SHA-256 of the bytes is not the checksum that was announced.',
        {
          announced: announced.checksum.toLowerCase(),
          received: digest,
        },
      );
    }
    await file.sync();
  } finally {
    await file.close();
  }
};

const wrongLength = (announcedBytes: number, received: string): WmsError =>
  new WmsError('sandbox.checksum', `The size announced was ${announcedBytes} bytes, but ${received} came.`, {
    announcedBytes,
  });

/** Makes the new name itself durable. */
const syncFolder = async (path: string): Promise<void> => {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
};

const isFull = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT');

const storageFull = (cause: unknown): WmsError =>
  new WmsError(
    'storage.full',
    'The sandbox store has no space left; nothing was stored. Try again later or tell the operators.',
    {},
    { cause },
  );

async function* oldKeys(folder: string, incoming: string, instantMs: number): AsyncGenerator<string> {
  const found = await opendir(folder, { recursive: true }).catch(() => undefined);
  if (found === undefined) return;
  for await (const entry of found) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const state = await stat(path).catch(() => undefined);
    if (state === undefined || state.mtimeMs >= instantMs) continue;
    const key = path.slice(folder.length + 1).replaceAll('\\', '/');
    if (keyPattern.test(key)) yield key;
    else if (entry.parentPath === incoming) await rm(path, { force: true });
  }
}
