/**
 * Writes `docs/reference/` from the code, where every page is a pure function of the tables it documents, and the
 * schemas that the migrations amount to. With `--check` nothing is written; stale files are named and the exit code
 * is 1. Asked by `npm run generate` and `npm run check`.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pages } from './reference/index.ts';
import { schemas } from './schemas.ts';

const root = join(import.meta.dirname, '..');
const checkOnly = process.argv.includes('--check');

const written: string[] = [];

function write(file: string, text: string): void {
  const path = join(root, file);
  if (existsSync(path) && readFileSync(path, 'utf8') === text) return;
  written.push(file);
  if (checkOnly) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

for (const page of pages) write(join('docs', 'reference', page.file), page.render());
for (const { file, text } of await schemas()) write(file, text);

if (checkOnly && written.length > 0) {
  process.stderr.write(`Stale: ${written.join(', ')}. Run "npm run generate" and commit the result.\n`);
  process.exit(1);
}
process.stderr.write(
  written.length === 0 ? 'Generated files are fresh.\n' : `Wrote ${written.join(', ')}.\n`,
);
