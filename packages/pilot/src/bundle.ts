/**
 * Makes the one file a worker node gets. Used by whoever starts the server; made anew only when a source
 * is newer than the last bundle.
 */
import { mkdirSync, readdirSync, renameSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

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
  // Written aside and renamed, so that a pilot starting just now never reads half a file.
  const draft = join(dirname(outFile), `.${process.pid}-${Date.now()}.mjs`);
  const { build } = await import('rolldown');
  await build({
    input: join(sources, 'main.ts'),
    platform: 'node',
    transform: { target: 'node20' },
    output: { file: draft, format: 'esm', minify: true, codeSplitting: false },
    logLevel: 'warn',
  });
  renameSync(draft, outFile);
  return true;
}
