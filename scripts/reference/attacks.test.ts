/** Every row of the two tables names tests that are there, under the titles they have. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { threats } from './attacks.ts';
import { badInputs } from './bad-inputs.ts';
import { hasTestOfTitle } from './test-titles.ts';

const root = join(import.meta.dirname, '..', '..');
const textOf = (file: string): string => readFileSync(join(root, file), 'utf8');

for (const { attack, tests } of [...threats, ...badInputs])
  test(`tried: ${attack}`, () => {
    assert.ok(tests.length > 0);
    for (const [file, title] of tests) assert.ok(hasTestOfTitle(textOf(file), title), `${file}: ${title}`);
  });

test('the tables are whole, and name nothing twice', () => {
  assert.deepEqual([threats.length, badInputs.length], [34, 25]);
  for (const rows of [threats, badInputs])
    assert.equal(new Set(rows.map(({ attack }) => attack)).size, rows.length);
});

test('a title counts only where a test has it', () => {
  const source = `
    const cases = { 'a weak key': 1 };
    test('it\\'s told', () => {});
    for (const what in cases)
      test(
        \`\${what} is refused\${what ? \` (\${what})\` : ''}\`, () => {});
    // a strong key is refused
  `;
  for (const title of ["it's told", 'a weak key is refused', 'a weak key is refused (weak)'])
    assert.equal(hasTestOfTitle(source, title), true, title);
  for (const title of ["it's", 'a good reason is refused', 'a weak key is let in', ''])
    assert.equal(hasTestOfTitle(source, title), false, title);
});
