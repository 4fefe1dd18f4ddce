import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import * as fc from 'fast-check';
import { WmsError } from '../../kernel/wms-error.ts';
import { aConfiguration, aUser } from '../../testing/builders.ts';
import type { PreparedJob } from '../job-submission.service.ts';
import { readJdl } from '../jdl/parse.ts';
import { processManifest } from '../job-manifest.ts';
import { propertyRuns } from '../../testing/property-runs.ts';
import { planParametricJobs } from '../parametric-jobs.ts';
import { manifestContext, prepareJobs } from '../prepare-jobs.ts';
import { isDemand } from './bulk-facets.ts';
import { rulesOf, type BulkTemplate } from './bulk-template.ts';
import { makeTemplate, noLimits } from './make-template.ts';

const configuration = aConfiguration({ jobDescription: { maxJobsPerSubmission: 20_000 } });
const context = manifestContext(aUser(), configuration);
const limits = { maxJobs: 1_000_000, maxJdlBytes: 1_048_576 };
const templateOf = (jdl: string): BulkTemplate => makeTemplate([jdl], context, limits);

function refusalOf(template: BulkTemplate): WmsError | undefined {
  const check = template.check();
  for (;;) {
    const { done, value } = check.next();
    if (done) return value ?? undefined;
  }
}

/** What a submission job by job makes of it: the jobs, or the words of the refusal. */
function oneByOne(jdl: string): { readonly jobs?: readonly PreparedJob[]; readonly refusal?: string } {
  try {
    return { jobs: prepareJobs([jdl], aUser(), configuration) };
  } catch (error) {
    if (error instanceof WmsError) return { refusal: error.message };
    throw error;
  }
}

function asBulk(jdl: string): { readonly template?: BulkTemplate; readonly refusal?: string } {
  try {
    const template = templateOf(jdl);
    const refusal = refusalOf(template);
    return refusal ? { refusal: refusal.message } : { template };
  } catch (error) {
    if (error instanceof WmsError) return { refusal: error.message };
    throw error;
  }
}

function assertSame(jdl: string): void {
  const expected = oneByOne(jdl);
  const found = asBulk(jdl);
  assert.equal(found.refusal, expected.refusal, jdl);
  const { jobs } = expected;
  const { template } = found;
  if (!jobs || !template) return;
  assert.equal(template.count, jobs.length);
  // Backwards, as no sequence likes it.
  for (let index = jobs.length - 1; index >= 0; index--) {
    const { original, processed, ...row } = jobs[index] as PreparedJob;
    assert.deepEqual(template.job(index), row, jdl);
    assert.deepEqual(template.describe(index, 7000 + index), {
      original,
      processed: processed(7000 + index),
    });
  }
}

const word = fc.stringMatching(/^[a-z0-9._/ éß]{0,6}$/);
const value = fc.oneof(word, fc.constantFrom('/x', '..', 'a/../b', '', 'x'.repeat(40), '%s', '%n', '日本'));
const number = fc.oneof(fc.integer({ min: -20, max: 20 }), fc.double({ min: -3, max: 3, noNaN: true }));
const quoted = (text: string): string => `"${text}"`;

const parameters = fc.oneof(
  fc
    .array(value, { minLength: 1, maxLength: 12 })
    .map((values) => `Parameters = {${values.map(quoted).join(', ')}};`),
  fc
    .array(fc.array(word, { minLength: 0, maxLength: 3 }), { minLength: 1, maxLength: 4 })
    .map((lists) => `Parameters = {${lists.map((list) => `{${list.map(quoted).join(', ')}}`).join(', ')}};`),
  fc
    .tuple(fc.integer({ min: 1, max: 40 }), number, number, fc.constantFrom(1, 2, 0.5, -1))
    .map(
      ([count, start, step, factor]) =>
        `Parameters = ${count}; ParameterStart = ${start}; ParameterStep = ${step}; ParameterFactor = ${factor};`,
    ),
);

const filled = fc
  .tuple(word, fc.constantFrom('%s', '%n', '%j', '%(A)s', ''), word)
  .map(([before, placeholder, after]) => quoted(before + placeholder + after));
const someValue = fc.oneof(
  filled,
  fc.array(filled, { minLength: 1, maxLength: 3 }).map((items) => `{${items.join(', ')}}`),
);
const attribute = fc.constantFrom(
  'Arguments',
  'JobName',
  'JobGroup',
  'ProcessingType',
  'StdOutput',
  'StdError',
  'OutputSandbox',
  'InputData',
  'ExecutionEnvironment',
  'OutputPath',
  'OutputData',
  'LogLevel',
  'Site',
  'BannedSites',
  'CPUTime',
  'Priority',
  'Tags',
  'MyOwn',
  'Memory',
);
const descriptions = fc
  .tuple(
    parameters,
    fc.uniqueArray(fc.tuple(attribute, someValue), { maxLength: 5, selector: ([name]) => name }),
  )
  .map(
    ([sweep, attributes]) =>
      `Executable = "/bin/echo";\n${attributes.map(([name, text]) => `${name} = ${text};\n`).join('')}${sweep}`,
  );

describe('a bulk', () => {
  it('has the jobs, texts and refusals that a submission job by job has', () => {
    fc.assert(fc.property(descriptions, assertSame), propertyRuns(400));
  });

  const telling: readonly string[] = [
    'InputData = {"LFN:/biomed/run%n.root", "LFN:/biomed/x"}; Parameters = 3;',
    'InputData = {"LFN:/%s/run.root"}; Parameters = {"biomed", "other"};',
    'InputData = {"%s"}; Parameters = {"LFN:/biomed/x", "", "LFN:/biomed/y"};',
    'InputData = {"LFN:/biomed/%n"}; DisableDataScheduling = "%s"; Parameters = {"yes", "no"};',
    'ExecutionEnvironment = {"SEED=%s;N=1"}; Parameters = 3; ParameterStep = 1;',
    'ExecutionEnvironment = {"%s=1"}; Parameters = {"A", "B-C"};',
    'ExecutionEnvironment = {"X%s=1"}; Parameters = 3; ParameterStart = 0.5; ParameterStep = 1;',
    'OutputSandbox = {"o_%n.txt", "%s/x"}; StdOutput = "o_%n.txt"; Parameters = {"a", "b", "..", "/c"};',
    'JobName = "%s"; Parameters = {"a", "bb"};',
    'JobGroup = "group of %s"; Parameters = {"a", "a name that is longer than it may be"};',
    'Site = "%s"; Parameters = {"EGI.Demo.org", "EGI.Other.org", "EGI.Demo.org"};',
    'Site = "%s"; Parameters = {"EGI.Demo.org", "EGI.Nowhere.org"};',
    'NumberOfProcessors = "%s"; Parameters = {"1", "2", "2000"};',
    'CPUTime = "%s"; Parameters = 30; ParameterStart = 100; ParameterStep = 1000;',
    'OutputPath = "run_%s"; Parameters = {"1", "../2"};',
    'OutputData = {"LFN:/%s/x"}; Parameters = {"biomed", "other"};',
    'OutputData = {"%n.root", "LFN:/biomed/%n"}; LogLevel = "INFO"; Parameters = 3;',
    'LogLevel = "%s"; Parameters = {"INFO", "CHATTY"};',
    'Tags = {"%s", "gpu"}; Parameters = {{"a", "b"}, {"c"}};',
  ];
  for (const jdl of telling)
    it(`agrees on ${jdl}`, () => assertSame(`Executable = "/bin/echo";\nArguments = "%s %j";\n${jdl}`));

  it('is the same when it is made again from what is stored', () => {
    const jdl = 'Executable = "/bin/echo"; CPUTime = "%s"; Parameters = {"7000", "1"};';
    const again = makeTemplate([jdl], rulesOf(context), noLimits);
    assert.deepEqual(again.describe(1, 5), templateOf(jdl).describe(1, 5));
  });
});

test('what was accepted under other rules is told again, never refused', () => {
  const jdl = 'Executable = "/bin/echo"; CPUTime = 1;';
  for (const jdls of [[jdl, jdl], [`${jdl} Parameters = 2;`]])
    assert.match(makeTemplate(jdls, rulesOf(context), noLimits).describe(1, 5).processed, /CPUTime = 100;/);
});

test('the faulty job is named with its attribute and its place', () => {
  const refusal = refusalOf(
    templateOf('Executable = "/bin/echo";\n  Site = "%s";\nParameters = {"EGI.Demo.org", "X.Y.Z"};'),
  );
  assert.match(refusal?.message ?? '', /^Job 1 of the sweep: line 2, column 10: Site: X\.Y\.Z is no site/);
  assert.equal(refusal?.details['job'], 1);
});

test('a million jobs that differ in texts only are checked by looking at one', () => {
  const template = templateOf(
    'Executable = "/bin/echo"; Arguments = "%s"; JobName = "job_%n"; StdOutput = "o%n"; OutputSandbox = {"o%n"}; InputData = {"LFN:/biomed/%n"}; OutputPath = "run_%n"; OutputData = {"%n.root"}; Parameters = 1000000; ParameterStep = 1;',
  );
  const check = template.check();
  assert.equal(check.next().done, true);
  assert.equal(template.job(999_999).jobName, 'job_999999');
});

test('the server gives way after each description it looks at, and of other jobs after a hundred', () => {
  const pauses = (jdl: string): number => Array.from(templateOf(`Executable = "/x"; ${jdl}`).check()).length;
  assert.equal(pauses('CPUTime = "%s"; Parameters = 50; ParameterStart = 100; ParameterStep = 1;'), 49);
  assert.equal(pauses('OutputPath = "run_%s"; Parameters = {"a", "b"};'), 0);
  const values = Array.from({ length: 1000 }, (_, index) => `"v${index}"`);
  assert.equal(pauses(`OutputPath = "run_%s"; Parameters = {${values.join()}};`), 9);
});

test('too many different sets of requirements are refused where they begin to be too many', () => {
  const refusal = refusalOf(
    templateOf(
      'Executable = "/x";\nCPUTime = "%s"; Parameters = 1000000; ParameterStart = 100; ParameterStep = 1;',
    ),
  );
  assert.equal(refusal?.code, 'jdl.invalid');
  assert.match(
    refusal?.message ?? '',
    /^Job 10000 of the sweep: line 2, .*CPUTime.* more than 10000 different/,
  );
});

test('jobs with uploaded sandboxes of their own are no bulk', () => {
  const jdl = 'Executable = "/x"; InputSandbox = {"SB:%s"}; Parameters = 2;';
  assert.throws(() => templateOf(jdl), /must have the same uploaded InputSandbox/);
  assert.equal(
    asBulk('Executable = "/x"; InputSandbox = {"SB:x", "LFN:/f%n"}; Parameters = 2;').refusal,
    undefined,
  );
});

const unclear: readonly (readonly [string, RegExp])[] = [
  ['Parameters.A = {"%(A)s", "x"}; Arguments = "%(A)s";', /a value of Parameters\.A asks for %\(A\)s/],
  ['Parameters.A = {"%(B)s"}; Parameters.B = {"%(A)s"};', /a value of Parameters\.A asks for %\(B\)s/],
];
for (const [jdl, message] of unclear)
  test(`values that ask for each other are refused: ${jdl}`, () =>
    assert.match(asBulk(`Executable = "/x"; ${jdl}`).refusal ?? '', message));

test('a parameter nobody gave stays as it is written', () => {
  const jdl = 'Executable = "/x"; Arguments = "%(C)s %s ü"; Parameters = {"日本"};';
  assert.match(templateOf(jdl).describe(0, 1).processed, /Arguments = "%\(C\)s 日本 ü"/);
});

test('numbers written as texts are numbers', () => {
  const jdl =
    'Executable = "/x"; Arguments = "%s"; Parameters = "3"; ParameterStart = "5"; ParameterStep = "2";';
  const plan = planParametricJobs(readJdl(jdl).description, 10);
  assert.equal(plan.count, 3);
  assert.match(templateOf(jdl).describe(2, 1).original, /Parameter = "9"/);
});

test('every attribute that is no demand decides nothing about where the job runs', () => {
  const wild = ['x', '../..', '7', '%', 'a;b', 'LFN:/biomed/x', 'X=1'];
  const free = [
    'Arguments',
    'JobName',
    'JobGroup',
    'StdOutput',
    'OutputSandbox',
    'InputData',
    'ExecutionEnvironment',
    'OutputPath',
    'OutputData',
    'Foo',
  ];
  const requirements = (jdl: string) => processManifest(readJdl(jdl).description, context).requirements;
  const plain = requirements('Executable = "/x";');
  for (const name of free) {
    assert.equal(isDemand(name), false, name);
    for (const text of wild)
      assert.deepEqual(requirements(`Executable = "/x"; ${name} = ${quoted(text)};`), plain);
  }
});
