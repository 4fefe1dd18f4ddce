/**
 * Writes `docs/reference/` from the code: every page is a pure function of the tables it documents. With
 * `--check` nothing is written; stale pages are named and the exit code is 1. Asked by `npm run generate` and
 * `npm run check`.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pages } from './reference/index.ts';

const root = join(import.meta.dirname, '..');
const checkOnly = process.argv.includes('--check');

const written: string[] = [];
for (const page of pages) {
  const path = join(root, 'docs', 'reference', page.file);
  const text = page.render();
  if (existsSync(path) && readFileSync(path, 'utf8') === text) continue;
  written.push(page.file);
  if (checkOnly) continue;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

if (checkOnly && written.length > 0) {
  process.stderr.write(`Stale: ${written.join(', ')}. Run "npm run generate" and commit the result.\n`);
  process.exit(1);
}
process.stderr.write(
  written.length === 0 ? 'Reference pages are fresh.\n' : `Wrote ${written.join(', ')}.\n`,
);
