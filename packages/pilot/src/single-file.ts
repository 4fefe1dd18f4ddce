/**
 * Makes the pilot as one file that brings its own Node.js, for worker nodes without one: a shell script with an archive
 * behind it. Made anew only when pilot or Node.js changed; 45 MB, a few seconds of work.
 */
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm, stat } from 'node:fs/promises';
import { machine, type } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { createTarPacker } from 'modern-tar';
import { singleFileHeader } from './single-file-header.ts';

export interface SingleFileOrder {
  /** The bundled pilot. */
  readonly pilotFile: string;
  readonly outFile: string;
  /** The Node.js to bring; this one when left out. */
  readonly node?: { readonly path: string; readonly version: string };
}

const changedAtMs = (path: string): Promise<number> =>
  stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => 0,
  );

/** Entries are streamed: the Node.js alone is more than 100 MB. */
async function writeArchive(files: Readonly<Record<string, string>>, outFile: string): Promise<string> {
  const { readable, controller } = createTarPacker();
  const add = async (): Promise<void> => {
    for (const [name, path] of Object.entries(files)) {
      const { size } = await stat(path);
      const entry = controller.add({ name, size, mode: name === 'node' ? 0o755 : 0o644, type: 'file' });
      await Readable.toWeb(createReadStream(path)).pipeTo(entry as WritableStream);
    }
    controller.finalize();
  };
  const hash = createHash('sha256');
  const written = pipeline(
    Readable.fromWeb(readable as Parameters<typeof Readable.fromWeb>[0]),
    createGzip({ level: 6 }),
    async function* (source) {
      for await (const chunk of source as AsyncIterable<Buffer>) {
        hash.update(chunk);
        yield chunk;
      }
    },
    createWriteStream(outFile, { mode: 0o600 }),
  );
  await Promise.all([add(), written]);
  return hash.digest('hex');
}

/** Returns false when `outFile` was still fresh. Run with `/bin/sh outFile`, as `node pilot.mjs` is. */
export async function makeSingleFile(order: SingleFileOrder): Promise<boolean> {
  const { pilotFile, outFile, node = { path: process.execPath, version: process.version } } = order;
  const newest = Math.max(await changedAtMs(pilotFile), await changedAtMs(node.path));
  if ((await changedAtMs(outFile)) > newest) return false;
  const draft = join(dirname(outFile), `.${process.pid}-${Date.now()}-${basename(outFile)}`);
  const archive = `${draft}.tar.gz`;
  try {
    const sha256 = await writeArchive({ node: node.path, 'pilot.mjs': pilotFile }, archive);
    const header = singleFileHeader({ sha256, system: `${type()} ${machine()}`, nodeVersion: node.version });
    await pipeline(
      async function* () {
        yield Buffer.from(header);
        yield* createReadStream(archive);
      },
      createWriteStream(draft, { mode: 0o700 }),
    );
    await rename(draft, outFile);
    return true;
  } finally {
    await Promise.all([draft, archive].map((path) => rm(path, { force: true })));
  }
}
