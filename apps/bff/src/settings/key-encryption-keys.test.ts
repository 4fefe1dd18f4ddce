import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readKeyEncryptionKeys, type KeySources } from './key-encryption-keys.ts';

const folder = mkdtempSync(join(tmpdir(), 'wm-kek-'));
after(() => rmSync(folder, { recursive: true }));

const none: KeySources = { command: undefined, file: undefined, environment: undefined, former: [] };
const [first, second, third] = [randomBytes(32), randomBytes(32), randomBytes(32)];
const hex = (keys: readonly Uint8Array[]): readonly string[] =>
  keys.map((key) => Buffer.from(key).toString('hex'));

let count = 0;
function written(text: string, mode = 0o600): string {
  const path = join(folder, `file-${(count += 1)}`);
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

const program = (lines: string): string => written(`#!/bin/sh\n${lines}\n`, 0o700);

test('a command goes before a file, a file before the environment, and what is not first opens only', () => {
  const { keys, faults } = readKeyEncryptionKeys({
    command: program(`echo ${first.toString('base64')}`),
    file: written(`${second.toString('hex')}\n`, 0o400),
    environment: third,
    former: [first, randomBytes(32)],
  });
  assert.deepEqual(faults, []);
  assert.deepEqual(hex(keys).slice(0, 3), hex([first, second, third]));
  assert.equal(keys.length, 4, 'nothing twice');
});

test('a source may give former keys too, below the one that seals', () => {
  const file = written(`\n${first.toString('base64')}\n\n${second.toString('hex')}\n`);
  assert.deepEqual(hex(readKeyEncryptionKeys({ ...none, file }).keys), hex([first, second]));
});

for (const mode of [0o644, 0o640, 0o604, 0o620, 0o601])
  test(`a file of mode ${mode.toString(8)} is refused`, () => {
    const { keys, faults } = readKeyEncryptionKeys({ ...none, file: written(first.toString('hex'), mode) });
    assert.deepEqual(keys, []);
    assert.match(faults[0]?.wrong ?? '', /others than its owner/);
  });

const secret = first.toString('hex');
for (const [what, sources, wrong] of [
  ['a file that is not there', { file: join(folder, 'none') }, /no file/],
  ['a folder', { file: folder }, /no file/],
  ['an empty file', { file: written('') }, /does not give/],
  ['a file with a short key', { file: written(secret.slice(2)) }, /does not give/],
  ['a file with one good and one bad line', { file: written(`${secret}\nx`) }, /does not give/],
  ['a program by its name', { command: 'sh -c true' }, /whole path/],
  ['a program that is not there', { command: join(folder, 'none') }, /could not be run/],
  ['a program that fails', { command: program(`echo ${secret}\nexit 7`) }, /exit code 7/],
  ['a program that prints nothing', { command: program('true') }, /does not give/],
  [
    'a program that prints without end',
    { command: program('while :; do echo aaaaaaaaaaaaaaaa; done') },
    /could not/,
  ],
  ['a program that waits', { command: program('exec sleep 60') }, /gave nothing within/],
] as const)
  test(`${what} is a fault that says so and shows nothing`, () => {
    const { keys, faults } = readKeyEncryptionKeys({ ...none, ...sources }, 1500);
    assert.deepEqual(keys, []);
    assert.match(faults[0]?.wrong ?? '', wrong);
    assert.ok(!JSON.stringify(faults).includes(secret.slice(2, 20)));
  });

test('a command is run without a shell, and sees none of our variables', () => {
  const trap = join(folder, 'trap');
  const shown = program(`[ -z "$WM_KEK_TEST" ] && [ "$1" = ";" ] && [ "$2" = '$(touch' ] && echo ${secret}`);
  process.env['WM_KEK_TEST'] = 'secret';
  try {
    const { keys, faults } = readKeyEncryptionKeys({ ...none, command: `${shown} ; $(touch ${trap})` });
    assert.deepEqual(faults, []);
    assert.deepEqual(hex(keys), [secret]);
  } finally {
    delete process.env['WM_KEK_TEST'];
  }
});
