import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isWmsError } from '../../kernel/wms-error.ts';
import { findEntry, textOf, textsOf, withEntry, withoutEntry, textValue } from './description.ts';
import type { JdlEntry, JdlValue } from './description.ts';
import { parseJdl, readJdl } from './parse.ts';

/** Values without their places, for comparing. */
function plain(value: JdlValue): unknown {
  if (value.kind === 'list') return value.items.map(plain);
  if (value.kind === 'ad')
    return Object.fromEntries(value.entries.map((each) => [each.name, plain(each.value)]));
  if (value.kind === 'boolean') return { boolean: value.text };
  return value.kind === 'number' ? { number: value.text } : value.text;
}
const plainEntries = (entries: readonly JdlEntry[]): unknown =>
  entries.map((entry) => [entry.name, plain(entry.value)]);
const read = (text: string): Record<string, unknown> => {
  const parsed = parseJdl(text);
  assert.deepEqual(parsed.errors, [], text);
  return Object.fromEntries(parsed.description.entries.map(({ name, value }) => [name, plain(value)]));
};

test('the simple job of the EGI guide is read', () => {
  const text = `[ JobName = "Simple_Job"; Executable = "/bin/ls"; Arguments = "-ltr";
StdOutput = "StdOut"; StdError = "StdErr"; OutputSandbox = {"StdOut","StdErr"};
]`;
  assert.deepEqual(read(text), {
    JobName: 'Simple_Job',
    Executable: '/bin/ls',
    Arguments: '-ltr',
    StdOutput: 'StdOut',
    StdError: 'StdErr',
    OutputSandbox: ['StdOut', 'StdErr'],
  });
});

test('the sandbox job of the EGI guide is read without brackets', () => {
  const text = `JobName    = "InputAndOuputSandbox";
Executable = "testJob.sh";
StdOutput = "StdOut";
StdError = "StdErr";
InputSandbox = {"testJob.sh"};
OutputSandbox = {"StdOut","StdErr"};
`;
  assert.deepEqual(read(text)['InputSandbox'], ['testJob.sh']);
});

const accepted: readonly [string, string, Record<string, unknown>][] = [
  ['nothing at all', '', {}],
  ['empty brackets', '[]', {}],
  ['a last attribute without ;', '[A="x"]', { A: 'x' }],
  ['signs of the grammar in quotes', 'A = "a;b=c[d]{e},#f//g/*h*/";', { A: 'a;b=c[d]{e},#f//g/*h*/' }],
  ['escaped quotes and backslashes', String.raw`A = "say \"hi\" \\ \n";`, { A: String.raw`say "hi" \ \n` }],
  ['bare words', 'A = hello   world;', { A: 'hello world' }],
  ['a bare address', 'A = https://example.org/x#y;', { A: 'https://example.org/x#y' }],
  ['an assignment in a bare word', 'A = --seed=7;', { A: '--seed=7' }],
  [
    'numbers',
    'A = 4; B = -1.5; C = 1e3;',
    { A: { number: '4' }, B: { number: '-1.5' }, C: { number: '1e3' } },
  ],
  ['leading zeros as text', 'A = 007;', { A: '007' }],
  ['booleans as they are written', 'A = True; B = "true";', { A: { boolean: 'True' }, B: 'true' }],
  ['an empty value', 'A = ;', { A: '' }],
  ['spaces in list items', 'A = {"a b", c d};', { A: ['a b', 'c d'] }],
  ['a list without braces', 'A = "a", "b";', { A: ['a', 'b'] }],
  ['nested lists', 'A = {{"a","b"},{"c"}};', { A: [['a', 'b'], ['c']] }],
  ['environment items', 'A = {X=1, Y=2};', { A: ['X=1', 'Y=2'] }],
  ['a comma at the end of a list', 'A = {"a",};', { A: ['a'] }],
  ['nested descriptions', 'A = [ B = 1; C = "x" ];', { A: { B: { number: '1' }, C: 'x' } }],
  [
    'comments',
    '# one\nA = 1; // two\n/* three\n */ B = {/*four*/ 2};',
    { A: { number: '1' }, B: [{ number: '2' }] },
  ],
  ['a text of several lines', 'A = "one\ntwo";', { A: 'one\ntwo' }],
  ['Cyrillic and quotes', 'JobName = "Задача «один»";', { JobName: 'Задача «один»' }],
  [
    'any case of names',
    'jobname = "x"; BANNEDSITE = "EGI.A.org";',
    { JobName: 'x', BannedSites: 'EGI.A.org' },
  ],
];
for (const [what, text, expected] of accepted)
  test(`accepted: ${what}`, () => {
    assert.deepEqual(read(text), expected);
  });

test('of duplicate names the last counts, with a warning', () => {
  const parsed = parseJdl('JobName = "a"; jobname = "b";');
  assert.deepEqual(plainEntries(parsed.description.entries), [['JobName', 'b']]);
  assert.match(parsed.warnings[0]!.message, /given twice/);
});

test('Tag and Tags add up, as DIRAC unites them; of the same spelling the last counts', () => {
  const united = parseJdl('Tag = "AVX512"; Tags = {"CVMFS", "EU"};');
  assert.deepEqual(plainEntries(united.description.entries), [['Tags', ['AVX512', 'CVMFS', 'EU']]]);
  const twice = parseJdl('Tag = {"a"}; Tags = {"b"}; TAG = {"c"};');
  assert.deepEqual(plainEntries(twice.description.entries), [['Tags', ['b', 'c']]]);
  const alone = parseJdl('Tags = {"a"}; tags = "late";');
  assert.deepEqual(plainEntries(alone.description.entries), [['Tags', 'late']]);
  assert.deepEqual(
    [united, twice, alone].map(({ warnings }) => warnings.length),
    [0, 1, 1],
  );
  const others = parseJdl('BannedSite = "a"; BannedSites = "b";');
  assert.match(others.warnings[0]?.message ?? '', /given twice/);
});

test('the name of a parameter is told from others by its case, as its placeholder is', () => {
  const parsed = parseJdl('parameters.x = {1}; Parameters.X = {2}; PARAMETERS.X = {3};');
  assert.deepEqual(plainEntries(parsed.description.entries), [
    ['Parameters.x', [{ number: '1' }]],
    ['Parameters.X', [{ number: '3' }]],
  ]);
  assert.match(parsed.warnings[0]?.message ?? '', /Parameters\.X is given twice/);
});

test('a forgotten closing quote costs only its line', () => {
  for (const end of ['', ';', '; ']) {
    const parsed = parseJdl(`Arguments = "jobDescription.xml -o LogLevel=INFO${end}\nExecutable = "x";`);
    assert.deepEqual(parsed.errors, []);
    assert.deepEqual(plainEntries(parsed.description.entries), [
      ['Arguments', 'jobDescription.xml -o LogLevel=INFO'],
      ['Executable', 'x'],
    ]);
    assert.equal(parsed.warnings.length, 1);
    assert.equal(parsed.warnings[0]!.line, 1);
  }
});

const faults: readonly [string, string, readonly [number, number, RegExp][]][] = [
  ['a missing ;', 'JobName = "a"\nExecutable = "b";', [[1, 14, /; is missing after the value of JobName/]]],
  ['a missing ; after bare words', 'A = a b\nC = 2;', [[1, 8, /; is missing/]]],
  ['an unclosed list', 'A = {"a", "b";\nC = 2;', [[1, 5, /list of A is not closed/]]],
  ['a list forgotten before the next line', 'A = {"a"\nC = 2;', [[1, 5, /list of A is not closed/]]],
  ['a missing comma', 'A = {"a" "b"};', [[1, 10, /comma is missing/]]],
  ['words behind a quote', 'A = "a" b;', [[1, 9, /has ended/]]],
  ['a name without a value', 'A;\nB = 1;', [[1, 1, /A needs =/]]],
  [
    'something that is no name',
    '  = 3;\n7 = 2;',
    [
      [1, 3, /name is expected/],
      [2, 1, /name is expected/],
    ],
  ],
  ['text behind the end', '[A = 1;] more', [[1, 10, /nothing may follow/]]],
  ['a comment without end', 'A = 1; /* x', [[1, 8, /comment is not closed/]]],
  ['a stray brace', 'A = };', [[1, 5, /no { for this }/]]],
  [
    'several faults, all of them',
    'A = "a" b;\nB;\nC = {1;\nD = 4;',
    [
      [1, 9, /ended/],
      [2, 1, /B needs/],
      [3, 5, /C is not closed/],
    ],
  ],
];
for (const [what, text, expected] of faults)
  test(`reported: ${what}`, () => {
    const { errors } = parseJdl(text);
    assert.deepEqual(
      errors.map(({ column, line }) => [line, column]),
      expected.map(([line, column]) => [line, column]),
      JSON.stringify(errors),
    );
    expected.forEach(([, , message], index) => assert.match(errors[index]!.message, message));
  });

test('after a fault the other attributes are still read', () => {
  const { description } = parseJdl('A = "a" b;\nB;\nC = {1;\nD = 4;');
  assert.equal(textOf(findEntry(description, 'D')!.value), '4');
});

test('a name that is still being typed does not swallow the next line', () => {
  const { description, errors } = parseJdl('[\n  A = 1;\n  CPUT\n  Executable = "x";\n]');
  assert.deepEqual(
    errors.map(({ line }) => line),
    [3],
  );
  assert.ok(findEntry(description, 'Executable'));
});

test('size, depth and number of attributes are limited', () => {
  assert.equal(parseJdl('x'.repeat(101), { maxBytes: 100 }).tooLarge, true);
  assert.equal(parseJdl('я'.repeat(51), { maxBytes: 100 }).tooLarge, true);
  assert.match(parseJdl(`A = ${'{'.repeat(11)}`).errors[0]!.message, /nested deeper than 10/);
  assert.match(parseJdl('A=1;B=2;C=3;', { maxEntries: 2 }).errors[0]!.message, /more than 2 attributes/);
});

test('a service gets the first fault as an error with its place, and all in the details', () => {
  assert.throws(
    () => readJdl('A;\nB;'),
    (error) =>
      isWmsError(error) &&
      error.code === 'jdl.syntax' &&
      error.details['line'] === 1 &&
      Array.isArray(error.details['errors']) &&
      error.details['errors'].length === 2,
  );
  assert.throws(
    () => readJdl('A = 1;', { maxBytes: 2 }),
    (error) => isWmsError(error) && error.code === 'jdl.too-large',
  );
});

test('hostile texts of a megabyte are answered quickly', () => {
  for (const piece of [
    '[',
    '{',
    '"',
    'A=',
    'A={',
    'A="\n',
    'A={X=1,',
    '/*',
    '\\',
    'A = {"a" ',
    '},',
    'a=b,',
    String.raw`\"` + '\n',
  ])
    parseJdl(piece.repeat(Math.floor(1_000_000 / piece.length)));
});

// ---------------------------------------------------------------- changing a description

test('entries are replaced in place, appended and removed under any spelling', () => {
  const { description } = parseJdl('JobName = "a"; Executable = "b";');
  const changed = withEntry(withEntry(description, 'jobname', textValue('c')), 'Arguments', textValue('d'));
  assert.deepEqual(plainEntries(changed.entries), [
    ['JobName', 'c'],
    ['Executable', 'b'],
    ['Arguments', 'd'],
  ]);
  assert.deepEqual(plainEntries(withoutEntry(changed, 'EXECUTABLE').entries), [
    ['JobName', 'c'],
    ['Arguments', 'd'],
  ]);
  assert.deepEqual(textsOf(parseJdl('A = {"x", "", 3};').description.entries[0]!.value), ['x', '3']);
});
