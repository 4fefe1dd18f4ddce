/** Makes the one file of the command line, for computers without this project. It runs alone on Node.js 20 and newer. */
import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

export async function bundleCli(outFile: string): Promise<void> {
  await mkdir(dirname(outFile), { recursive: true });
  await promisify(execFile)(process.execPath, [join(import.meta.dirname, 'make-bundle.ts'), outFile]);
}
