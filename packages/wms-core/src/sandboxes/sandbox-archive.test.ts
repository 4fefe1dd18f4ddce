import assert from 'node:assert/strict';
import { posix } from 'node:path';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { createArchiveCheck, safeEntryName } from './sandbox-archive.ts';
import type { ArchiveEntry } from './sandbox-archive.ts';

const anEntry = (fields: Partial<ArchiveEntry> = {}): ArchiveEntry => ({
  name: 'a.txt',
  type: 'file',
  sizeBytes: 1,
  modifiedAtMs: 0,
  ...fields,
});

const checked = (entries: readonly ArchiveEntry[], files = 3, unpackedBytes = 100) => {
  const archive = createArchiveCheck({ files, unpackedBytes });
  entries.forEach(archive.check);
  return archive.files.map(({ name }) => name);
};

describe('what an archive may hold', () => {
  it('files and folders, by their names below the working folder', () => {
    const entries = [
      anEntry({ name: './', type: 'directory', sizeBytes: 0 }),
      anEntry({ name: './results/', type: 'directory', sizeBytes: 0 }),
      anEntry({ name: './results/b.txt' }),
      anEntry({ name: 'кот "a" и \'b\'.txt' }),
    ];
    assert.deepEqual(checked(entries), ['results/b.txt', 'кот "a" и \'b\'.txt']);
  });

  for (const name of [
    '/etc/passwd',
    '../x',
    'a/../../x',
    'a/..',
    '..\\x',
    'C:\\x',
    '\\x',
    'a\nb',
    'a\u0000',
    'a\ufffd',
    '',
  ]) {
    it(`not a file named ${JSON.stringify(name)}`, () =>
      assert.throws(() => checked([anEntry({ name })]), { code: 'sandbox.unsafe' }));
  }

  for (const type of ['symlink', 'link', 'character-device', 'block-device', 'fifo']) {
    it(`no ${type}`, () => assert.throws(() => checked([anEntry({ type })]), { code: 'sandbox.unsafe' }));
  }

  it('names of 255 bytes, and not of 256', () => {
    assert.equal(safeEntryName('é'.repeat(127)).length, 127);
    assert.throws(() => safeEntryName('é'.repeat(128)), { code: 'sandbox.unsafe' });
  });

  it('no name twice', () => {
    assert.throws(() => checked([anEntry(), anEntry({ name: './a.txt' })]), { code: 'sandbox.unsafe' });
  });

  it('not more files and bytes than allowed', () => {
    const many = (count: number, sizeBytes = 1) =>
      Array.from({ length: count }, (_, index) => anEntry({ name: `f${index}`, sizeBytes }));
    assert.equal(checked(many(3)).length, 3);
    assert.throws(() => checked(many(4)), { code: 'sandbox.unsafe' });
    assert.throws(() => checked(many(2, 51)), { code: 'sandbox.unsafe' });
  });

  it('an accepted name never leaves the working folder', () => {
    const parts = fc.constantFrom('..', '.', '', 'a', 'б', '\\', 'C:', '~');
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 6 }), (segments) => {
        let name: string;
        try {
          name = safeEntryName(segments.join('/'));
        } catch {
          return;
        }
        assert.ok(posix.join('/work', name).startsWith('/work'));
        assert.equal(name.split('/').includes('..'), false);
      }),
      { numRuns: 200 },
    );
  });
});
