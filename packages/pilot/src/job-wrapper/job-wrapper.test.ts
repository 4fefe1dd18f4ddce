import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { isWmsError } from '@wm/wms-core/vocabulary';
import { archiveOf } from '../testing/pilot-world.ts';
import { parseEnvironment, readJobDescription } from './job-description.ts';
import { JobStop } from './job-stop.ts';
import { findOutputFiles, segmentPattern } from './output-files.ts';
import { createReporter } from './report.ts';
import { shellWords } from './shell-words.ts';
import { lastLines, wholeText } from './tail.ts';
import { unpack } from './unpack.ts';

describe('Arguments', () => {
  for (const [text, words] of [
    ['', []],
    ['a  b\tc', ['a', 'b', 'c']],
    [`'a b' "c d"`, ['a b', 'c d']],
    [`--name="x y"z`, ['--name=x yz']],
    [`"" ''`, ['', '']],
    [String.raw`a\ b "q\"q" '\n'`, ['a b', 'q"q', String.raw`\n`]],
    ['$HOME `id` ; rm', ['$HOME', '`id`', ';', 'rm']],
    ['"open', ['open']],
  ] as const)
    test(`${JSON.stringify(text)} are ${words.length} words`, () =>
      assert.deepEqual(shellWords(text), words));

  test('any words quoted for a shell come back', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (words) => {
        const text = words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
        assert.deepEqual(shellWords(text), words);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the job description', () => {
  test('takes DIRAC defaults where the JDL says nothing', () => {
    const { stdOutput, stdError, outputSandbox } = readJobDescription('[Executable = "/bin/ls";]');
    assert.deepEqual([stdOutput, stdError, outputSandbox], ['std.out', 'std.err', []]);
  });
  test('takes the needs of the job as the matcher saw them', () => {
    const jdl = '[Executable = "x"; CPUTime = 600; JobRequirements = [MemoryMiB = 512; NumberOfGPUs = 1;];]';
    const { cpuTimeS, memoryMiB, diskMiB, gpus } = readJobDescription(jdl);
    assert.deepEqual([cpuTimeS, memoryMiB, diskMiB, gpus], [600, 512, 0, 1]);
  });
  test('is read however long the server made it', () => {
    const many = Array.from({ length: 1100 }, (_, n) => `A${n} = 1;`).join(' ');
    const jdl = `[Executable = "x"; Arguments = "${'a'.repeat(2_000_000)}"; ${many} CPUTime = 600;]`;
    assert.equal(readJobDescription(jdl).cpuTimeS, 600);
  });
  test('without an executable is refused', () => {
    assert.throws(() => readJobDescription('[JobName = "x";]'), JobStop);
  });
  test('names variables only by names a shell would take', () => {
    assert.deepEqual(parseEnvironment(['A=1;B=x%20y', 'C=a=b', '=bad', '1D=2', 'E%=%']), {
      A: '1',
      B: 'x y',
      C: 'a=b',
    });
  });
});

describe('the tail of an output', () => {
  test('never begins or ends inside a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.nat(8), fc.nat(8), (text, cutHead, cutTail) => {
        const bytes = Buffer.from(text.replaceAll('\ufffd', ''));
        const part = bytes.subarray(cutHead, Math.max(cutHead, bytes.length - cutTail));
        assert.ok(!wholeText(part, cutHead > 0).includes('\ufffd'));
      }),
      { numRuns: 300 },
    );
  });
  test('holds the last whole lines', () => {
    assert.equal(lastLines('a\nb\nc\n', 2, false), 'b\nc\n');
    assert.equal(lastLines('a\nb\nc', 2, false), 'b\nc');
    assert.equal(lastLines('cut\nwhole\n', 9, true), 'whole\n');
    assert.equal(lastLines('one long line', 9, true), 'one long line');
    assert.equal(lastLines('', 9, false), '');
  });
});

describe('the output sandbox', () => {
  test('patterns match as in a shell', () => {
    for (const [pattern, name, fits] of [
      ['*.log', 'a.log', true],
      ['*.log', '.log', false],
      ['.*', '.hidden', true],
      ['a?c', 'abc', true],
      ['[ab]*', 'bx', true],
      ['[!ab]*', 'bx', false],
      ['a+(b)', 'a+(b)', true],
      ['вы*', 'выход', true],
    ] as const)
      assert.equal(segmentPattern(pattern).test(name), fits, `${pattern} and ${name}`);
  });
  test('takes folders and patterns once, and nothing from outside the folder of the job', async () => {
    const folder = realpathSync(mkdtempSync(join(tmpdir(), 'wm-output-')));
    try {
      mkdirSync(join(folder, 'plots/deep'), { recursive: true });
      for (const name of ['a.txt', 'b.txt', 'plots/p.png', 'plots/deep/q.png'])
        writeFileSync(join(folder, name), name);
      symlinkSync('/etc/passwd', join(folder, 'stolen'));
      symlinkSync('a.txt', join(folder, 'alias'));
      symlinkSync('..', join(folder, 'plots/loop'));
      const { files, missing } = await findOutputFiles(folder, [
        '*.txt',
        './a.txt',
        'plots/deep/',
        'stolen',
        'alias',
        '../x',
        'none*',
        '/etc/passwd',
      ]);
      assert.deepEqual(
        files.map((file) => file.name),
        ['a.txt', 'b.txt', 'plots/deep/q.png', 'alias'],
      );
      assert.deepEqual(missing, ['stolen', '../x', 'none*', '/etc/passwd']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('unpacking', () => {
  const refused = async (
    archive: Buffer,
    format: string,
    limits?: { files: number; bytes: number },
  ): Promise<void> => {
    const folder = mkdtempSync(join(tmpdir(), 'wm-unpack-'));
    try {
      await assert.rejects(
        unpack(Readable.from([archive]), format, folder, limits),
        (error) => isWmsError(error) && error.code === 'sandbox.unsafe',
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
  };
  test('stops at too many files and too many bytes', async () => {
    const archive = await archiveOf({ a: 'aaaa', b: 'bbbb' });
    await refused(archive, 'tar.gz', { files: 1, bytes: 100 });
    await refused(archive, 'tar.gz', { files: 9, bytes: 7 });
  });
  test('refuses what is no archive, is cut short, or has another format', async () => {
    const archive = await archiveOf({ a: 'a'.repeat(5000) });
    await refused(Buffer.from('nonsense'), 'tar.gz');
    await refused(archive.subarray(0, archive.length / 2), 'tar.gz');
    await refused(archive, 'tar.bz2');
  });
});

test('a stale attempt reports nothing, and times grow under a clock that goes back', () => {
  const sent: number[] = [];
  let nowMs = 100;
  const reporter = createReporter(
    1,
    1,
    (report) => sent.push(report.atMs),
    () => nowMs,
  );
  reporter.step('received');
  nowMs = 50;
  reporter.step('initialization');
  reporter.silence();
  reporter.step('done');
  assert.deepEqual(sent, [100, 101]);
});
