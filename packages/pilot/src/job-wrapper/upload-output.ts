/**
 * After the payload: packs the files of the output sandbox into one tar.gz, announces it with its SHA-256
 * and posts it through the presigned door.
 */
import { createHash } from 'node:crypto';
import { createWriteStream, openAsBlob } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { packTar } from 'modern-tar/fs';
import { WmsError, isWmsError } from '@wm/wms-core/vocabulary';
import { patiently, withTimeout, type PilotServer } from '../server.ts';
import type { OutputFile } from './output-files.ts';

export interface Upload {
  readonly server: PilotServer;
  readonly jobId: number;
  readonly attempt: number;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  /** Told when the first try failed for a reason that passes. */
  readonly onFirstFailure?: (error: unknown) => void;
  /** Where the archive lies meanwhile. */
  readonly archive: string;
}

interface Packed {
  readonly checksum: string;
  readonly sizeBytes: number;
}

const uploadPatienceMs = 600_000;
/** One try of the smallest upload; every 100 bytes give a millisecond more, which is a line of 0.8 Mbit/s. */
const firstUploadMs = 15_000;
const mib = (bytes: number): string => (bytes / 1_048_576).toFixed(1);

async function pack(files: readonly OutputFile[], archive: string, maxBytes: number): Promise<Packed> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  const meter = new Transform({
    transform(chunk: Buffer, _, done) {
      hash.update(chunk);
      sizeBytes += chunk.length;
      const unpackedBytes = files.reduce((sum, file) => sum + file.sizeBytes, 0);
      // Stopped here, not when complete: the archive of a runaway payload would fill the node's disk.
      const error =
        sizeBytes > maxBytes
          ? new WmsError(
              'sandbox.too-large',
              `The output sandbox of ${mib(unpackedBytes)} MiB packs to more than the ${mib(maxBytes)} MiB allowed.`,
            )
          : null;
      done(error, chunk);
    },
  });
  const sources = files.map((file) => ({ type: 'file' as const, source: file.path, target: file.name }));
  await pipeline(
    packTar(sources),
    createGzip({ level: 5 }),
    meter,
    createWriteStream(archive, { mode: 0o600 }),
  );
  return { checksum: hash.digest('hex'), sizeBytes };
}

async function refusal(answer: Response): Promise<WmsError> {
  const body = (await answer.json().catch(() => ({}))) as { code?: WmsError['code']; detail?: string };
  const message = body.detail ?? `The sandbox store answered ${answer.status}.`;
  if (answer.status >= 500) return new WmsError(body.code ?? 'service.unavailable', message);
  // A door that closed while the server was away is announced anew.
  if (answer.status === 401 || answer.status === 403) return new WmsError('service.unavailable', message);
  return new WmsError(body.code ?? (answer.status === 413 ? 'sandbox.too-large' : 'sandbox.unsafe'), message);
}

async function send(upload: Upload, packed: Packed, signal: AbortSignal): Promise<string> {
  const { server, jobId, attempt } = upload;
  const door = await server.call(
    'POST /pilot/v1/jobs/:jobId/sandbox/output',
    {
      params: { jobId },
      body: {
        attempt,
        checksum_algorithm: 'sha256',
        checksum: packed.checksum,
        size: packed.sizeBytes,
        format: 'tar.gz',
      },
    },
    { signal },
  );
  if (door.url === null) return door.pfn;
  const form = new FormData();
  for (const [name, value] of Object.entries(door.fields)) form.append(name, value);
  form.append('file', await openAsBlob(upload.archive), 'sandbox.tar.gz');
  const answer = await fetch(new URL(door.url, server.baseUrl), { method: 'POST', body: form, signal }).catch(
    (cause: unknown) => {
      throw new WmsError('service.unavailable', 'The sandbox store cannot be reached.', {}, { cause });
    },
  );
  if (!answer.ok) throw await refusal(answer);
  await answer.body?.cancel();
  return door.pfn;
}

/** Returns the PFN. Throws `WmsError`: `sandbox.too-large`, `job.stale-attempt`, or `service.unavailable` after 10 minutes. */
export async function uploadOutput(files: readonly OutputFile[], upload: Upload): Promise<string> {
  const packed = await pack(files, upload.archive, upload.maxBytes);
  try {
    return await patiently(
      () =>
        withTimeout((signal) => send(upload, packed, signal), {
          signal: upload.signal,
          timeoutMs: Math.min(uploadPatienceMs, firstUploadMs + packed.sizeBytes / 100),
        }),
      {
        signal: upload.signal,
        giveUpAfterMs: uploadPatienceMs,
        onFirstFailure: upload.onFirstFailure,
      },
    );
  } finally {
    await rm(upload.archive, { force: true });
  }
}

export const isTooLarge = (error: unknown): boolean =>
  isWmsError(error) && error.code === 'sandbox.too-large';
