/**
 * Unpacks a foreign archive into a folder: plain files and folders below it, nothing else. Links, devices,
 * absolute and climbing names, and archives that swell beyond the limits are refused with `sandbox.unsafe`.
 */
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable, type Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import * as zlib from 'node:zlib';
import { createTarDecoder, type TarHeader } from 'modern-tar';
import { WmsError } from '@wm/wms-core/vocabulary';

export interface UnpackLimits {
  readonly files: number;
  readonly bytes: number;
}

const defaultLimits: UnpackLimits = { files: 100_000, bytes: 10_737_418_240 };
const longestName = 1024;

const unsafe = (message: string): WmsError => new WmsError('sandbox.unsafe', message);

function decompressor(format: string): Duplex {
  if (format === 'tar.gz') return zlib.createGunzip();
  // Present from Node 22.15 on; the bundle must load on 20.
  const zstd = (zlib as { createZstdDecompress?: () => Duplex }).createZstdDecompress;
  if (format === 'tar.zst' && zstd) return zstd();
  throw unsafe(
    `Archives of format ${format} cannot be unpacked with Node.js ${process.versions.node} on this node; use tar.gz.`,
  );
}

/** The name below the folder, or a refusal. */
export function safeName(header: Pick<TarHeader, 'name' | 'type'>): string {
  const { name, type = 'file' } = header;
  const shown = JSON.stringify(name.slice(0, 200));
  if (type !== 'file' && type !== 'directory')
    throw unsafe(`The archive holds ${shown}, a ${type}; only files and folders are allowed.`);
  if (name.length > longestName) throw unsafe(`The name ${shown}… in the archive is too long.`);
  if (name.startsWith('/') || name.includes('\0') || name.split('/').includes('..'))
    throw unsafe(`The name ${shown} in the archive leads out of the job's folder.`);
  return name;
}

/** Throws `WmsError` (`sandbox.unsafe`); what was written by then is left to the caller to remove. */
export async function unpack(
  archive: Readable,
  format: string,
  folder: string,
  limits: UnpackLimits = defaultLimits,
): Promise<void> {
  const plain = decompressor(format);
  // Faults of the compressed stream surface in the loop below, through the destroyed `plain`.
  const fed = pipeline(archive, plain).catch(() => {});
  let files = 0;
  let bytes = 0;
  try {
    const entries = Readable.toWeb(plain).pipeThrough(createTarDecoder({ strict: true })) as ReadableStream<{
      header: TarHeader;
      body: ReadableStream<Uint8Array>;
    }>;
    for await (const { header, body } of entries) {
      const name = safeName(header);
      files += 1;
      bytes += header.size;
      if (files > limits.files) throw unsafe(`The archive holds more than ${limits.files} files.`);
      if (bytes > limits.bytes) throw unsafe(`The archive unpacks to more than ${limits.bytes} bytes.`);
      const path = join(folder, name);
      if (header.type === 'directory') {
        await body.cancel();
        await mkdir(path, { recursive: true });
      } else {
        await mkdir(dirname(path), { recursive: true });
        const mode = ((header.mode ?? 0) & 0o111) === 0 ? 0o644 : 0o755;
        await pipeline(Readable.fromWeb(body), createWriteStream(path, { mode }));
      }
    }
  } catch (cause) {
    if (cause instanceof WmsError) throw cause;
    throw new WmsError('sandbox.unsafe', `The archive cannot be read: ${String(cause)}`, {}, { cause });
  } finally {
    plain.destroy();
    await fed;
  }
}
