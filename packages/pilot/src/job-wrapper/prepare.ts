/** Before the payload: a folder of its own and the input sandboxes in it, checked and safely unpacked. */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, mkdir, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { WmsError, isWmsError, type MatchedJob } from '@wm/wms-core/vocabulary';
import { patiently, withTimeout } from '../server.ts';
import { JobStop, sentenceOf } from './job-stop.ts';
import { unpack } from './unpack.ts';

export interface JobFolder {
  readonly root: string;
  /** Current folder of the payload. */
  readonly work: string;
  readonly temporary: string;
  /** The wrapper's own, out of the payload's sight. */
  readonly archives: string;
}

export async function makeJobFolder(workDirectory: string, name: string): Promise<JobFolder> {
  try {
    const root = join(await realpath(workDirectory), name);
    const folder = {
      root,
      work: join(root, 'work'),
      temporary: join(root, 'tmp'),
      archives: join(root, 'archives'),
    };
    await mkdir(root, { mode: 0o700 });
    await Promise.all([folder.work, folder.temporary, folder.archives].map((path) => mkdir(path)));
    return folder;
  } catch (cause) {
    const exists = (cause as NodeJS.ErrnoException).code === 'EEXIST';
    throw new JobStop(
      'reschedule',
      exists ? 'Working Directory already exists' : 'Could Not Create Working Directory',
      sentenceOf(cause),
      { cause },
    );
  }
}

/** Removes the folder also when the payload took its own rights away. */
export async function removeJobFolder(folder: JobFolder): Promise<void> {
  try {
    await rm(folder.root, { recursive: true, force: true });
  } catch {
    await chmod(folder.work, 0o700).catch(() => {});
    await rm(folder.root, { recursive: true, force: true }).catch(() => {});
  }
}

const largestArchiveBytes = 1_073_741_824;
const downloadPatienceMs = 120_000;
const pfnPattern = /sha256:([0-9a-f]{64})\.(tar\.(?:gz|zst|bz2))$/i;

/** Streams the archive to `file` and returns its SHA-256. Throws `WmsError`. */
async function download(url: URL, file: string, signal: AbortSignal): Promise<string> {
  const answer = await fetch(url, { signal }).catch((cause: unknown) => {
    throw new WmsError('service.unavailable', 'The sandbox store cannot be reached.', {}, { cause });
  });
  if (!answer.ok || answer.body === null)
    throw new WmsError(
      answer.status >= 500 ? 'service.unavailable' : 'sandbox.not-found',
      `The sandbox store answered ${answer.status}.`,
    );
  const hash = createHash('sha256');
  let bytes = 0;
  const meter = new Transform({
    transform(chunk: Buffer, _, done) {
      hash.update(chunk);
      bytes += chunk.length;
      done(
        bytes > largestArchiveBytes ? new WmsError('sandbox.too-large', 'The archive is too large.') : null,
        chunk,
      );
    },
  });
  await pipeline(Readable.fromWeb(answer.body), meter, createWriteStream(file), { signal });
  return hash.digest('hex');
}

async function fetchOne(
  sandbox: MatchedJob['inputSandboxes'][number],
  baseUrl: string,
  file: string,
  work: string,
  signal: AbortSignal,
): Promise<void> {
  const [, checksum, format] = pfnPattern.exec(sandbox.pfn) ?? [];
  if (checksum === undefined || format === undefined)
    throw new WmsError('sandbox.not-found', `${sandbox.pfn} does not name a sandbox with its SHA-256.`);
  await patiently(
    async () => {
      const digest = await withTimeout((one) => download(new URL(sandbox.url, baseUrl), file, one), {
        signal,
        timeoutMs: downloadPatienceMs,
      });
      if (digest !== checksum.toLowerCase())
        throw new WmsError('sandbox.checksum', 'The input sandbox arrived damaged.');
    },
    { signal, giveUpAfterMs: downloadPatienceMs },
  );
  await unpack(createReadStream(file), format, work);
  await rm(file);
}

const failed = 'Failed Downloading InputSandbox';

/** Later sandboxes overwrite files of earlier ones. Throws `JobStop`. */
export async function fetchInputSandboxes(
  job: MatchedJob,
  baseUrl: string,
  folder: JobFolder,
  signal: AbortSignal,
): Promise<void> {
  for (const [index, sandbox] of job.inputSandboxes.entries()) {
    try {
      await fetchOne(sandbox, baseUrl, join(folder.archives, `input-${index}`), folder.work, signal);
    } catch (cause) {
      signal.throwIfAborted();
      // What is wrong with the archive itself will be wrong on every node.
      const lasting = isWmsError(cause) && ['sandbox.unsafe', 'sandbox.too-large'].includes(cause.code);
      throw new JobStop(lasting ? 'failed' : 'reschedule', failed, sentenceOf(cause), { cause });
    }
  }
}
