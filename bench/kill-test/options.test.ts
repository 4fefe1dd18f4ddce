import assert from 'node:assert/strict';
import { test } from 'node:test';
import { killTestOptions } from './options.ts';

test('everything has a default, and what dies depends on the engine', () => {
  const usual = { kills: 200, engine: 'sqlite', targets: ['server', 'pilot'], seed: 7, keep: false };
  assert.deepEqual(killTestOptions([], 7), { ...usual, report: undefined });
  const onPostgres = killTestOptions(['--engine', 'postgres'], 7);
  assert.deepEqual(typeof onPostgres === 'object' && onPostgres.targets, ['server', 'pilot', 'database']);
});

for (const args of [
  ['--kills', 'many'],
  ['--kills', '0'],
  ['--engine', 'oracle'],
  ['--targets', ''],
  ['--targets', 'server,network'],
  ['--targets', 'database'],
])
  test(`${args.join(' ')} is refused by name`, () => {
    const answer = killTestOptions(args);
    assert.match(typeof answer === 'string' ? answer : 'accepted', new RegExp(`^${args[0]}: `));
  });
