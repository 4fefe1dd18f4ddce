/**
 * Makes the one file a worker node gets. Used by whoever starts the server; made anew only when a source
 * is newer than the last bundle.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const sources = dirname(fileURLToPath(import.meta.url));
const packages = join(sources, '../..');
/** What the bundle is made of, beside packages of the registry. */
const sourceFolders = [sources, join(packages, 'api-contract/src'), join(packages, 'wms-core/src')];

const changedAtMs = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

const newestSourceMs = (): number =>
  Math.max(
    ...sourceFolders.flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
        .map((name) => changedAtMs(join(folder, name))),
    ),
  );

/** Returns false when `outFile` was still fresh. It runs alone on Node.js 20 and newer. */
export async function bundlePilot(outFile: string): Promise<boolean> {
  if (changedAtMs(outFile) > newestSourceMs()) return false;
  mkdirSync(dirname(outFile), { recursive: true });
  await promisify(execFile)(process.execPath, [join(sources, 'make-bundle.ts'), outFile]);
  return true;
}
