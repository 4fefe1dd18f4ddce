import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jobWarningsHeader, readJobWarnings, writeJobWarnings } from './job-warnings.ts';

const warning = (message: string, index = 0) => ({ index, attribute: 'X', line: 1, column: 2, message });

test('what is written as a header is read again, whatever letters it has', () => {
  const warnings = [warning('„Größe“ 日本 😀 \r\nSet-Cookie: a=b'), warning('plain', 3)];
  const written = writeJobWarnings(warnings);
  assert.match(written[jobWarningsHeader] ?? '', /^[\x20-\x7e]+$/);
  assert.deepEqual(readJobWarnings(new Headers(written)), warnings);
  assert.deepEqual(writeJobWarnings([]), {});
});

test('the header stays short, and says how many warnings it leaves out', () => {
  const many = Array.from({ length: 40 }, (_, index) => warning('é'.repeat(80), index));
  const written = writeJobWarnings(many);
  assert.ok((written[jobWarningsHeader] ?? '').length < 2200);
  const read = readJobWarnings(new Headers(written));
  const told = read.length - 1;
  assert.ok(told > 0);
  assert.match(read.at(-1)?.message ?? '', new RegExp(`^${40 - told} more;`));
});

test('a header that is no list of warnings is no warning', () => {
  for (const value of ['', 'x', '{}', '[1]', '[{"message":1}]', '[{"message":"a","line":{}}]', 'null'])
    assert.deepEqual(readJobWarnings(new Headers({ [jobWarningsHeader]: value })), [], value);
});
