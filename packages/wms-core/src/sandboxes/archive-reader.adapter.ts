/**
 * Opens sandbox archives as streams: decompression by Node, tar by modern-tar. Nothing is unpacked to disk.
 * tar.bz2 cannot be opened here (Node has no bzip2), so it is refused when announced.
 */
import { Readable } from 'node:stream';
import { createGunzip, createZstdDecompress } from 'node:zlib';
import type { Transform } from 'node:stream';
import { createTarDecoder } from 'modern-tar';
import type { ParsedTarEntry } from 'modern-tar';
import { WmsError, isWmsError } from '../kernel/wms-error.ts';
import type { SandboxFile, SandboxFormat } from '../use-cases.ts';
import { createArchiveCheck, safeEntryName } from './sandbox-archive.ts';
import type { ArchiveLimits } from './sandbox-archive.ts';

const decompressors: Record<SandboxFormat, (() => Transform) | undefined> = {
  'tar.gz': () => createGunzip(),
  'tar.zst': () => createZstdDecompress(),
  'tar.bz2': undefined,
};

export const canOpenFormat = (format: SandboxFormat): boolean => decompressors[format] !== undefined;

/** Headers and padding come on top of the files. */
const overheadBytes = ({ files }: ArchiveLimits): number => 65_536 + files * 4096;

/** All files of the archive; throws `sandbox.unsafe` when it cannot be opened or holds what it must not. */
export const inspectArchive = async (
  packed: AsyncIterable<Uint8Array>,
  format: SandboxFormat,
  limits: ArchiveLimits,
): Promise<readonly SandboxFile[]> => {
  const archive = createArchiveCheck(limits);
  try {
    for await (const { header, body } of entriesOf(
      packed,
      format,
      limits.unpackedBytes + overheadBytes(limits),
    )) {
      archive.check({
        name: header.name,
        type: header.type ?? 'file',
        sizeBytes: header.size,
        modifiedAtMs: header.mtime?.getTime() ?? 0,
      });
      await drain(body);
    }
  } catch (error) {
    throw isWmsError(error) || isSystemError(error) ? error : cannotOpen(format, error);
  }
  return archive.files;
};

/** A fault of our disk, not of the archive. */
const isSystemError = (error: unknown): boolean => error instanceof Error && 'syscall' in error;

/** At most `maxBytes` of the start of one file; undefined when the archive has none of that name. */
export const readArchivedFile = async (
  packed: AsyncIterable<Uint8Array>,
  format: SandboxFormat,
  name: string,
  maxBytes: number,
): Promise<Uint8Array | undefined> => {
  for await (const entry of entriesOf(packed, format, Number.POSITIVE_INFINITY)) {
    const isWanted = entry.header.type !== 'directory' && safeEntryName(entry.header.name) === name;
    if (isWanted) return await firstBytes(entry.body, maxBytes);
    await drain(entry.body);
  }
  return undefined;
};

async function* entriesOf(
  packed: AsyncIterable<Uint8Array>,
  format: SandboxFormat,
  maxBytes: number,
): AsyncGenerator<ParsedTarEntry> {
  const makeDecompressor = decompressors[format];
  if (makeDecompressor === undefined) throw cannotOpen(format);
  const source = Readable.from(packed);
  const decompressor = makeDecompressor();
  source.on('error', (error) => decompressor.destroy(error));
  const unpacked = Readable.from(bounded(source.pipe(decompressor), maxBytes));
  const decoder = createTarDecoder({ strict: true });
  try {
    yield* Readable.toWeb(unpacked).pipeThrough(decoder);
  } finally {
    source.destroy();
    decompressor.destroy();
    unpacked.destroy();
  }
}

const cannotOpen = (format: SandboxFormat, cause?: unknown): WmsError =>
  new WmsError(
    'sandbox.unsafe',
    `The file cannot be opened as ${format}; it is damaged or of another format.`,
    { format },
    { cause },
  );

/** Stops archives that unpack to far more than they may, whatever their headers say. */
async function* bounded(chunks: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array> {
  let total = 0;
  for await (const chunk of chunks) {
    total += chunk.length;
    if (total > maxBytes) {
      throw new WmsError('sandbox.unsafe', `The archive unpacks to more than ${maxBytes} bytes.`, {
        limit: maxBytes,
      });
    }
    yield chunk;
  }
}

const drain = async (body: ReadableStream<Uint8Array>): Promise<void> => {
  for await (const _ of body);
};

const firstBytes = async (body: ReadableStream<Uint8Array>, maxBytes: number): Promise<Uint8Array> => {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of body) {
    chunks.push(chunk.subarray(0, maxBytes - total));
    total += chunk.length;
    if (total >= maxBytes) break;
  }
  return Buffer.concat(chunks);
};
