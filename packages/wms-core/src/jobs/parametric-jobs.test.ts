import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { propertyRuns } from '../testing/property-runs.ts';
import type { JdlValue } from './jdl/description.ts';
import { parseJdl, utf8Length } from './jdl/parse.ts';
import { printJdl } from './jdl/print.ts';
import { planParametricJobs } from './parametric-jobs.ts';
import { pythonNumber } from './parametric-values.ts';

function plain(value: JdlValue): unknown {
  if (value.kind === 'list') return value.items.map(plain);
  return value.kind === 'text' || value.kind === 'number' ? value.text : value.kind;
}
const plan = (jdl: string, maxJobs = 1000) => planParametricJobs(parseJdl(jdl).description, maxJobs);
const expanded = (jdl: string): Record<string, unknown>[] => {
  const made = plan(jdl);
  assert.deepEqual(made.errors, []);
  const jobs = Array.from(made.jobs(), ({ entries }) =>
    Object.fromEntries(entries.map(({ name, value }) => [name, plain(value)])),
  );
  assert.equal(jobs.length, made.count);
  return jobs;
};

const valueCases: readonly [string, readonly string[]][] = [
  ['Parameters = 3;', ['1', '1', '1']],
  ['Parameters = "3"; ParameterStep = 1;', ['1', '2', '3']],
  ['Parameters = 3; ParameterStart = 0; ParameterStep = 10;', ['0', '10', '20']],
  ['Parameters = 4; ParameterFactor = 2;', ['1', '2', '4', '8']],
  ['Parameters = 3; ParameterStart = 2; ParameterStep = 1; ParameterFactor = 3;', ['2', '7', '22']],
  ['Parameters = 3; ParameterStart = 1; ParameterStep = 0.5;', ['1', '1.5', '2.0']],
  ['Parameters = 3; ParameterStart = 0.5; ParameterStep = 0.5;', ['0.5', '1.0', '1.5']],
  ['Parameters = 3; ParameterStart = -1; ParameterStep = -1;', ['-1', '-2', '-3']],
  ['Parameters = {"a", "b c", 3};', ['a', 'b c', '3']],
  ['Parameters = {True, FALSE, 1.0};', ['True', 'FALSE', '1.0']],
];
for (const [jdl, values] of valueCases)
  test(`values of ${jdl}`, () => {
    const jobs = expanded(`${jdl} Arguments = "%s";`);
    assert.deepEqual(
      jobs.map((job) => job['Arguments']),
      values,
    );
    assert.deepEqual(
      jobs.map((job) => job['Parameter']),
      values,
    );
    assert.deepEqual(
      jobs.map((job) => job['ParameterNumber']),
      values.map((_, index) => String(index)),
    );
    for (const job of jobs)
      for (const name of Object.keys(job)) assert.doesNotMatch(name, /^Parameter(s|St|F)/);
  });

test('named parameters go side by side', () => {
  const jobs = expanded(
    'Parameters.A = {"x","y"}; Parameters.B = 2; ParameterStart.B = 5; ParameterStep.B = 1; Arguments = "%(A)s-%(B)s-%(C)s-%s";',
  );
  assert.deepEqual(
    jobs.map((job) => job['Arguments']),
    ['x-5-%(C)s-%s', 'y-6-%(C)s-%s'],
  );
  assert.deepEqual(
    jobs.map((job) => [job['Parameter.A'], job['Parameter.B']]),
    [
      ['x', '5'],
      ['y', '6'],
    ],
  );
});

test('names that differ in case are different parameters', () => {
  const [job] = expanded('Parameters.x = {1, 2}; Parameters.X = {3, 4}; Arguments = "%(x)s %(X)s";');
  assert.deepEqual([job?.['Arguments'], job?.['Parameter.x'], job?.['Parameter.X']], ['1 3', '1', '3']);
});

test('a rule of a name may follow the bare count', () => {
  const jobs = expanded('Parameters = 2; ParameterStart.B = 7; ParameterStep.B = 1; Arguments = "%s %(B)s";');
  assert.deepEqual(
    jobs.map((job) => job['Arguments']),
    ['1 7', '1 8'],
  );
});

test('%n is padded with zeros to the width of the last number', () => {
  const jobs = expanded('Parameters = 11; JobName = "job_%n"; OutputSandbox = {"out_%n.txt", "std.out"};');
  assert.equal(jobs[3]!['JobName'], 'job_03');
  assert.equal(jobs[10]!['JobName'], 'job_10');
  assert.deepEqual(jobs[3]!['OutputSandbox'], ['out_03.txt', 'std.out']);
});

test('%j is left for the moment the job gets its number', () => {
  assert.equal(expanded('Parameters = 1; Arguments = "%j";')[0]!['Arguments'], '%j');
});

test('an inner list becomes items of the list that it stands in', () => {
  const jobs = expanded('Parameters = {{"a","b"},{"c"}}; InputData = {"%s", "z"}; Arguments = "%s";');
  assert.deepEqual(
    jobs.map((job) => job['InputData']),
    [
      ['a', 'b', 'z'],
      ['c', 'z'],
    ],
  );
  assert.equal(jobs[0]!['Arguments'], 'a, b');
});

const refused: readonly [string, RegExp][] = [
  ['Parameters = 0;', /must be a whole number, at least 1, not 0/],
  ['Parameters = -3;', /at least 1/],
  ['Parameters = 1.5;', /at least 1/],
  ['Parameters = abc;', /a number of jobs or a list/],
  ['Parameters = {};', /list of Parameters is empty/],
  ['Parameters = 2000;', /2000 jobs are more than the 1000/],
  ['Parameters = 99999999999999;', /more than the 1000/],
  ['Parameters = 2; ParameterStart = x;', /ParameterStart must be a number such as 2 or 0\.5, not x/],
  ['Parameters = 2; ParameterStart = 0x10;', /must be a number such as 2 or 0\.5, not 0x10/],
  ['Parameters = 2; ParameterStart = " ";', /ParameterStart must be a number/],
  ['Parameters = 2.0;', /must be a whole number, at least 1, not 2\.0/],
  ['Parameters = {{{"a"}}, "x"};', /value 1 of Parameters must be a text, a number or a flat list/],
  ['Parameters = {"x", [a = 1;]};', /value 2 of Parameters must be/],
  ['Parameters.A = {1,2}; Parameters.B = {1};', /Parameters\.B has 1 value, but Parameters\.A has 2/],
  ['Parameters.A = {1,2}; ParameterStep.B = 1;', /Parameters\.B is missing/],
  ['Parameters = 1000; ParameterFactor = 10;', /value of job 16 is too large/],
];
for (const [jdl, message] of refused)
  test(`refused: ${jdl}`, () => {
    const made = plan(`Executable = "x";\n${jdl}`);
    assert.equal(made.count, 0);
    assert.match(made.errors[0]!.message, message);
    assert.equal(made.errors[0]!.line, 2);
    assert.deepEqual([...made.jobs()], []);
  });

test('a description without Parameters is one job, unchanged', () => {
  const { description } = parseJdl('Executable = "x"; ParameterStart = 1;');
  const made = planParametricJobs(description, 10);
  assert.deepEqual([made.isParametric, made.count, [...made.jobs()]], [false, 1, [description]]);
});

test('jobs are made one at a time', () => {
  const made = plan('Parameters = 1000000000; Arguments = "%s";', 2_000_000_000);
  assert.equal(made.count, 1_000_000_000);
  const iterator = made.jobs()[Symbol.iterator]();
  assert.equal(iterator.next().done, false);
});

test('numbers are printed as Python prints them', () => {
  const cases: readonly [number, boolean, string][] = [
    [3, true, '3'],
    [3, false, '3.0'],
    [0, false, '0.0'],
    [0.1 + 0.2, false, '0.30000000000000004'],
    [1e15, false, '1000000000000000.0'],
    [1e16, false, '1e+16'],
    [1.5e-5, false, '1.5e-05'],
    [0.0001, false, '0.0001'],
    [-2.5e100, false, '-2.5e+100'],
  ];
  for (const [value, whole, text] of cases) assert.equal(pythonNumber(value, whole), text);
});

test('a printed number reads back as the same number', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      assert.equal(Number(pythonNumber(value, false)) + 0, value + 0);
    }),
    propertyRuns(300),
  );
});

const ignored: readonly [string, string, RegExp][] = [
  ['Parameters = {1, 2}; ParameterStart = 9;', 'ParameterStart', /is ignored: Parameters lists the values/],
  ['Parameters.X = {1, 2}; ParameterStep.X = 9;', 'ParameterStep.X', /ignored: Parameters\.X lists the/],
  ['Parameters = 2; Parameter = "mine";', 'Parameter', /is set by the server/],
  ['Parameters = 2; ParameterNumber = 7;', 'ParameterNumber', /is set by the server/],
  ['Parameters = 2; Parameter.Y = "q";', 'Parameter.Y', /is set by the server/],
];
for (const [jdl, attribute, message] of ignored)
  test(`kept without effect and pointed out: ${jdl}`, () => {
    const made = plan(`Executable = "x";\n${jdl} Arguments = "%s %(Y)s";`);
    assert.deepEqual(
      made.warnings.map((warning) => [warning.attribute, warning.line]),
      [[attribute, 2]],
    );
    assert.match(made.warnings[0]!.message, message);
    const [first] = [...made.jobs()];
    assert.doesNotMatch(printJdl(first!), /mine|ParameterNumber = 7|Parameter\.Y/);
  });

test('a rule of another name beside a list counts, so nothing is pointed out', () => {
  assert.deepEqual(plan('Parameters = {1, 2}; ParameterStart.B = 7;').warnings, []);
});

test('a job that no memory holds is refused before it is made', () => {
  const value = 'a'.repeat(400_000);
  const long = plan(`Executable = "x";\nArguments = "${'%s'.repeat(200_000)}"; Parameters = {"${value}"};`);
  assert.equal(long.count, 0);
  assert.deepEqual([long.errors[0]?.attribute, long.errors[0]?.line], ['Arguments', 2]);
  assert.match(long.errors[0]!.message, /has up to 80000800\d{3} bytes .* at most 8388608 are kept/);
  const lists = plan(`InputData = {${'"%s",'.repeat(20_000)}}; Parameters = {{${'"a",'.repeat(20_000)}}};`);
  assert.match(lists.errors[0]!.message, /up to \d{10} bytes .* most of them in InputData/);
});

test('many attributes that are short enough alone are too long together', () => {
  const attributes = Array.from({ length: 900 }, (_, n) => `A${n} = "${'%s'.repeat(n === 700 ? 17 : 16)}";`);
  const made = plan(`${attributes.join(' ')} Parameters = {"${'a'.repeat(500_000)}"};`);
  assert.deepEqual(
    made.errors.map(({ attribute }) => attribute),
    ['A700'],
  );
  assert.match(made.errors[0]!.message, /a job of this sweep has up to 7201\d{6} bytes/);
});

const measured: readonly string[] = [
  'Arguments = "%s and %s, %n, %(C)s"; Parameters = {"a", "bbb"};',
  `Arguments = "%s"; Parameters = {"a\\"b", "${'ü'.repeat(60)}"};`,
  `InputData = {"%s", "x"}; Parameters = {{${'"file", '.repeat(30)}"\\\\"}, {"a"}};`,
  `Mine = [ x = {"%(A)s", {"%(B)s"}}; ]; Parameters.A = {"${'é'.repeat(99)}", "b"}; Parameters.B = {{"c"}, {"d", "e"}};`,
  `OutputSandbox = {${'"out_%n", '.repeat(20)}"x"}; Parameters = 1000; ParameterStep = 0.001;`,
];
for (const jdl of measured)
  test(`no job is longer than its sweep may be: ${jdl.slice(0, 60)}`, () => {
    const { description } = parseJdl(jdl);
    const lengths = Array.from(plan(jdl).jobs(), (job) => utf8Length(printJdl(job)));
    assert.ok(lengths.length > 1);
    assert.notDeepEqual(planParametricJobs(description, 1000, Math.max(...lengths) - 1).errors, []);
  });
