/** `node make-bundle.ts OUTFILE`: bundles the command line. A program of its own, as that of the pilot is. */
import { renameSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from 'rolldown';

const outFile = process.argv[2];
if (outFile === undefined) throw new Error('Say where the bundle should go: node make-bundle.ts OUTFILE');

// Written aside and renamed, so that nobody reads half a file.
const draft = join(dirname(outFile), `.${process.pid}-${Date.now()}.mjs`);
await build({
  input: join(import.meta.dirname, 'main.ts'),
  platform: 'node',
  transform: { target: 'node20' },
  output: { file: draft, format: 'esm', minify: true, codeSplitting: false },
  logLevel: 'warn',
});
renameSync(draft, outFile);
