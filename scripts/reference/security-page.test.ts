/** The page on security names a test for each attack; a test that is gone must not be named. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '..', '..');
const page = readFileSync(join(root, 'docs', 'explanation', 'security.md'), 'utf8');
const rows = page
  .slice(page.indexOf('## Threats and their tests'), page.indexOf('## What is not protected'))
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| Attack') && !line.startsWith('| ---'));

test('every attack has a test that is there', () => {
  assert.ok(rows.length > 30, String(rows.length));
  for (const row of rows) {
    const files = [...row.matchAll(/`([a-z][^`]*\.(?:test|spec)\.ts)`/g)].map(([, file = '']) => file);
    assert.ok(files.length > 0, row);
    for (const file of files) assert.ok(existsSync(join(root, file)), file);
  }
});
