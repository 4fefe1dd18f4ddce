import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { unpackTar } from 'modern-tar';
import {
  WmsError,
  defaultJobLimits,
  listValue,
  parseJdl,
  printJdl,
  textValue,
  withEntry,
  withoutEntry,
} from '@wm/wms-core/vocabulary';
import { blocker, checkDraft, errorOf, problemsOfRefusal, rulesOf, withRefusal } from './draft-check.ts';
import {
  durationText,
  fieldText,
  fieldTexts,
  optionalFields,
  shownFields,
  valueOfText,
  valueOfTexts,
  type FormField,
} from './form-fields.ts';
import { admitFiles, baseName, sizeText } from './input-files.ts';
import { jdlOfSet, setAttribute } from './jdl-draft.ts';
import { readState, startState } from './launchpad-state.ts';
import { packSandbox } from './sandbox-archive.ts';

const description = (text: string) => parseJdl(text).description;

// ---------------------------------------------------------------- form and text

const hello = `[
    # my first job
    JobName = "Hello";
    executable = "/bin/echo"; // prints
    MyOwn = {1, "two"};
]`;

test('the form changes one value and leaves the rest as written', () => {
  assert.equal(
    setAttribute(hello, 'JobName', textValue('Задача "один"')),
    hello.replace('"Hello"', String.raw`"Задача \"один\""`),
  );
});

test('a new attribute stands below the last one, with its indent', () => {
  assert.equal(
    setAttribute(hello, 'Arguments', textValue('Hi')),
    hello.replace('"two"};\n', '"two"};\n    Arguments = "Hi";\n'),
  );
});

test('an attribute that is taken out takes its line along', () => {
  assert.equal(setAttribute(hello, 'MyOwn', undefined), hello.replace('    MyOwn = {1, "two"};\n', ''));
});

test('texts without brackets, on one line, without ; and empty ones can be changed too', () => {
  for (const text of ['', '[]', '[ ]', 'A = 1', 'A = 1;', '[ A = 1; B = 2 ]', '[A=1]', '[ A = "x\n B = 2;']) {
    const more = setAttribute(text, 'JobName', textValue('n'));
    assert.deepEqual(parseJdl(more).errors, [], `${text} → ${more}`);
    assert.equal(
      printJdl(description(more)),
      printJdl(withEntry(description(text), 'JobName', textValue('n'))),
    );
    const fewer = setAttribute(text, 'A', undefined);
    assert.equal(printJdl(description(fewer)), printJdl(withoutEntry(description(text), 'A')), text);
  }
});

test('whatever the form writes is what the text then says, and unknown attributes survive', () => {
  const names = fc.constantFrom('JobName', 'Executable', 'Arguments', 'MyOwn', 'CPUTime', 'B');
  const values = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.constantFrom('"', '\\', ';', '}', '\n]'),
  );
  const steps = fc.array(fc.tuple(names, fc.option(values)), { maxLength: 8 });
  fc.assert(
    fc.property(fc.constantFrom(hello, '', '[A=1]', 'A = {1,\n2}'), steps, (start, changes) => {
      let text: string = start;
      let wanted = description(start);
      for (const [name, value] of changes) {
        text = setAttribute(text, name, value === null ? undefined : textValue(value));
        wanted = value === null ? withoutEntry(wanted, name) : withEntry(wanted, name, textValue(value));
      }
      assert.deepEqual(parseJdl(text).errors, []);
      assert.equal(printJdl(description(text)), printJdl(wanted));
    }),
    { numRuns: 200 },
  );
});

test('a text as long as an operator may allow is changed like any other', () => {
  const long = `[ Executable = "/bin/echo"; Arguments = "${'a'.repeat(2_000_000)}"; ]`;
  const changed = setAttribute(long, 'JobName', textValue('x'));
  assert.ok(changed.startsWith(long.slice(0, -' ]'.length)));
  assert.match(changed.slice(-30), /JobName = "x";/);
});

test('a set of the job list becomes a description', () => {
  const text = jdlOfSet({ Executable: '/bin/echo', CPUTime: 600, OutputSandbox: ['StdOut', 'StdErr'] });
  assert.equal(
    text,
    '[\n    Executable = "/bin/echo";\n    CPUTime = 600;\n    OutputSandbox = {"StdOut", "StdErr"};\n]',
  );
});

// ---------------------------------------------------------------- fields

const field = (name: string): FormField => {
  const found = shownFields(description(''), optionalFields, defaultJobLimits).find(
    (each) => each.name === name,
  );
  assert.ok(found, name);
  return found;
};

test('bounds are told in the unit of the field', () => {
  assert.equal(field('Memory').range, 'At most 16000 GB.');
  assert.equal(field('MinRAM').range, 'At most 16000000 MB.');
  assert.match(field('CPUTime').range ?? '', /^From \d+ to \d+\.$/);
});

test('shown are the basic fields, those written in any case, and those ticked', () => {
  const shown = shownFields(
    description('executable = "x"; bannedsite = "y"; Zork = 1;'),
    ['Site'],
    defaultJobLimits,
  );
  assert.deepEqual(
    shown.map(({ name }) => name),
    ['JobName', 'Executable', 'Arguments', 'OutputSandbox', 'Site', 'BannedSites'],
  );
});

test('fields write numbers as numbers, texts as texts, and nothing when empty', () => {
  const cases: readonly [string, string, string | undefined][] = [
    ['JobName', 'my job', '"my job"'],
    ['JobName', '', undefined],
    ['CPUTime', '3600', '3600'],
    ['CPUTime', 'soon', '"soon"'],
    ['GPUMemory', '40', '40'],
    ['GPUMemory', '500 MB', '"500 MB"'],
    ['Parameters', '10', '10'],
    ['Parameters', 'a, "b c" ,3', '{"a", "b c", "3"}'],
    ['Parameters', '{1,2}', '{"1", "2"}'],
    ['ParameterStep', '0.5', '0.5'],
  ];
  for (const [name, text, expected] of cases) {
    const value = valueOfText(field(name), text);
    const jdl = value ? setAttribute('[\n]', name, value) : undefined;
    assert.equal(jdl?.replace(/^\[\n\s*\w+ = |;\n\]$/g, ''), expected, `${name} ${text}`);
  }
});

test('fields read what the text says', () => {
  const read = description('CPUTime = 600; OutputSandbox = {"a b", "c"}; Parameters = {1, 2};');
  assert.equal(fieldText(read, 'CPUTime'), '600');
  assert.equal(fieldText(read, 'Parameters'), '1, 2');
  assert.equal(fieldText(read, 'Site'), '');
  assert.deepEqual(fieldTexts(read, 'OutputSandbox'), ['a b', 'c']);
  assert.equal(valueOfTexts([]), undefined);
  assert.deepEqual(valueOfTexts(['a']), listValue(['a']));
});

// ---------------------------------------------------------------- checks

const rules = rulesOf(
  { owner: 'alice', ownerGroup: 'demo_user', vo: 'vo.demo' },
  { jobDescription: { ...defaultJobLimits, maxJobsPerBulk: 100 }, sites: ['EGI.A.org'] },
);

test('a draft that can be sent has no blocker', () => {
  const draft = checkDraft(hello, [], rules);
  assert.equal(blocker(draft), undefined);
  assert.equal(draft.sweep, undefined);
});

test('a file that is named but not at hand blocks, and the place is the sandbox', () => {
  const text = 'Executable = "run.sh";\nInputSandbox = {"run.sh", "LFN:/vo.demo/x"};';
  const draft = checkDraft(text, [], rules);
  assert.deepEqual(draft.localNames, ['run.sh']);
  assert.equal(blocker(draft), 'Line 2: run.sh is not here: add the file below.');
  assert.equal(blocker(checkDraft(text, ['run.sh'], rules)), undefined);
});

test('an executable that no file brings is an error of its field', () => {
  const draft = checkDraft('Executable = "run.sh"; InputSandbox = {"other.txt"};', ['other.txt'], rules);
  assert.match(errorOf(draft, 'Executable') ?? '', /^run\.sh is not in the input sandbox/);
});

test('unreadable text is reported with its place and the form waits', () => {
  const draft = checkDraft('Executable "x";', [], rules);
  assert.equal(draft.isReadable, false);
  assert.equal(draft.problems[0]?.line, 1);
});

test('a sweep shows its size and its first three jobs', () => {
  const text =
    'Executable = "/bin/echo"; Arguments = "%s"; JobName = "j%n"; Parameters = 50; ParameterStep = 2;';
  assert.deepEqual(checkDraft(text, [], rules).sweep, {
    count: 50,
    first: [
      { name: 'j00', command: '/bin/echo 1' },
      { name: 'j01', command: '/bin/echo 3' },
      { name: 'j02', command: '/bin/echo 5' },
    ],
  });
  assert.match(
    blocker(checkDraft(text.replace('50', '101'), [], rules)) ?? '',
    /101 jobs are more than the 100/,
  );
});

test('sites are checked against those of the VO', () => {
  const draft = checkDraft('Executable = "/x";\nSite = "EGI.X.org";', [], rules);
  assert.match(errorOf(draft, 'Site') ?? '', /EGI\.X\.org is no site of vo\.demo/);
});

test('a refusal of the server stands at its field', () => {
  const text = 'Executable = "/x";\nPlatform = "old";';
  const error = new WmsError('jdl.invalid', 'line 2, column 12: old is no known platform.', {
    attribute: 'Platform',
    line: 2,
    column: 12,
  });
  const draft = withRefusal(checkDraft(text, [], rules), problemsOfRefusal(error, text));
  assert.equal(errorOf(draft, 'Platform'), 'old is no known platform.');
  assert.equal(draft.problems[0]?.line, 2);
  assert.deepEqual(problemsOfRefusal(new WmsError('proxy.missing', 'No proxy.'), text), []);
});

test('long times are said in words', () => {
  assert.deepEqual(['30', '600', '86400', '500000', 'x', ''].map(durationText), [
    undefined,
    '10 min',
    '24 h',
    '5.8 days',
    undefined,
    undefined,
  ]);
});

// ---------------------------------------------------------------- files

const limits = { sandboxBytes: 100, unpackedBytes: 1000, files: 2 };
const file = (name: string, sizeBytes: number) => ({ name, sizeBytes });

test('names lose their folders, whatever the system', () => {
  assert.deepEqual(
    ['a/b/c.txt', String.raw`C:\x\д.txt`, 'bad\u0007name', '../..', 'my file.txt'].map(baseName),
    ['c.txt', 'д.txt', 'badname', '', 'my file.txt'],
  );
});

test('a file of a known name replaces the old one and says so', () => {
  const { files, notes } = admitFiles([file('a', 1)], [file('a', 2)], limits);
  assert.deepEqual(files, [file('a', 2)]);
  assert.match(notes[0] ?? '', /a was there already and has been replaced/);
});

test('too large and too many files are refused with the limit', () => {
  assert.match(admitFiles([], [file('a', 1001)], limits).notes[0] ?? '', /a \(1001 B|a \(1/);
  assert.match(admitFiles([file('a', 600)], [file('b', 600)], limits).notes[0] ?? '', /1000 B/);
  const { files, notes } = admitFiles([], [file('a', 1), file('b', 1), file('c', 1)], limits);
  assert.equal(files.length, 2);
  assert.match(notes[0] ?? '', /at most 2 files/);
});

test('sizes are read easily', () => {
  assert.deepEqual([0, 312, 4096, 1_572_864, 104_857_600].map(sizeText), [
    '0 B',
    '312 B',
    '4 KiB',
    '1.5 MiB',
    '100 MiB',
  ]);
});

test('a sandbox holds every file, whatever its name, and programs may be run', async () => {
  const source = [
    { name: 'данные и "кавычки".txt', content: new Blob(['три']), modifiedAtMs: 1_700_000_000_000 },
    { name: 'run.sh', content: new Blob(['#!/bin/sh\n']), modifiedAtMs: 1_700_000_000_000 },
    { name: 'empty', content: new Blob([]), modifiedAtMs: 0 },
    { name: `${'long'.repeat(50)}.bin`, content: new Blob([new Uint8Array([0, 255, 128])]), modifiedAtMs: 0 },
  ].map((each) => ({ ...each, sizeBytes: each.content.size }));
  const archive = await packSandbox(source);
  assert.match(archive.sha256, /^[0-9a-f]{64}$/);
  assert.equal(archive.blob.size, archive.sizeBytes);
  const entries = await unpackTar(archive.blob.stream().pipeThrough(new DecompressionStream('gzip')));
  assert.deepEqual(
    entries.map(({ header }) => header.name).toSorted(),
    source.map(({ name }) => name).toSorted(),
  );
  const script = entries.find(({ header }) => header.name === 'run.sh');
  assert.equal(script?.header.mode, 0o755);
  assert.equal(
    new TextDecoder().decode(entries.find(({ header }) => header.name.startsWith('данные'))?.data),
    'три',
  );
  assert.equal((await packSandbox(source.toReversed())).sha256, archive.sha256);
});

// ---------------------------------------------------------------- state

test('a state of any origin becomes a usable one', () => {
  for (const stored of [undefined, null, 3, 'x', {}, { jdl: 7, view: 'zork', ticked: 'a' }])
    assert.deepEqual(readState(stored), startState);
  assert.deepEqual(readState({ jdl: 'A=1', view: 'jdl', ticked: ['Site', 3] }), {
    ...startState,
    jdl: 'A=1',
    view: 'jdl',
    ticked: ['Site'],
  });
});
