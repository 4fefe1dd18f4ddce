/** What `npm run fuzz` found worth keeping, again at every run of the tests, and a few thousand new changes. */
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, test } from 'node:test';
import { fuzzTargets, mutate, type FuzzTarget } from './testing/index.ts';

const corpus = join(import.meta.dirname, '..', 'fuzz-corpus');
const changesEach = 300;

let targets: readonly FuzzTarget[];
before(async () => {
  targets = await fuzzTargets();
});

/** The same every time. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const keptFor = (name: string): readonly Uint8Array[] => {
  const folder = join(corpus, name);
  return existsSync(folder)
    ? readdirSync(folder).map((file) => new Uint8Array(readFileSync(join(folder, file))))
    : [];
};

test('what parsers begin from is read', async () => {
  for (const { name, seeds, run } of targets)
    for (const seed of seeds) assert.equal(await run(seed), 'read', name);
});

test('kept inputs are read or refused, never anything else', async () => {
  for (const { name, run } of targets) for (const input of keptFor(name)) assert.ok(await run(input), name);
});

test('changed inputs are read or refused, never anything else', async () => {
  for (const { name, seeds, run } of targets) {
    const random = seededRandom(name.length);
    const inputs = [...seeds, ...keptFor(name)];
    for (let round = 0; round < changesEach; round += 1) {
      const pick = (): Uint8Array => inputs[Math.floor(random() * inputs.length)] ?? new Uint8Array();
      assert.ok(await run(mutate(pick(), pick(), random)), name);
    }
  }
});
