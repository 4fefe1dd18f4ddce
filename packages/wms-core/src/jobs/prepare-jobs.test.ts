import assert from 'node:assert/strict';
import { test } from 'node:test';
import { configurationSchema } from '../configuration/schema.ts';
import { isWmsError } from '../kernel/wms-error.ts';
import type { UserPrincipal } from '../identity/principal.ts';
import { prepareJobs } from './prepare-jobs.ts';
import { SubmissionWarnings } from './submission-warnings.ts';

const principal: UserPrincipal = {
  kind: 'user',
  accountId: 'a',
  userName: 'alice',
  vo: 'vo.demo',
  group: 'demo_user',
  properties: ['NormalUser'],
};
const site = { computingElements: {}, vos: [] as string[] };
const configuration = configurationSchema.parse({
  vos: { 'vo.demo': { groups: { demo_user: { properties: ['NormalUser'] } } } },
  sites: { 'EGI.A.org': site, 'EGI.B.org': { ...site, vos: ['vo.other'] } },
  jobDescription: { maxJobsPerSubmission: 5 },
});
const prepare = (...jdls: string[]) => prepareJobs(jdls, principal, configuration);
const refusedWith = (code: string, message: RegExp, index?: number) => (error: unknown) => {
  assert.ok(isWmsError(error));
  assert.equal(error.code, code);
  assert.match(error.message, message);
  if (index !== undefined) assert.equal(error.details['index'], index);
  return true;
};

test('several descriptions become jobs in the same order', () => {
  const jobs = prepare(
    'Executable = "/bin/a"; JobName = "one";',
    'Executable = "/bin/b"; InputSandbox = {"SB:x","LFN:/y"};',
  );
  assert.deepEqual(
    jobs.map(({ jobName }) => jobName),
    ['one', 'Unknown'],
  );
  assert.deepEqual(jobs[1]!.inputSandboxes, ['SB:x']);
  assert.equal(jobs[0]!.original, 'Executable = "/bin/a"; JobName = "one";');
  assert.match(jobs[0]!.processed(9), /JobID = 9;/);
});

test('a sweep becomes one job a value, each with its own original', () => {
  const jobs = prepare('Executable = "/bin/a"; Parameters = 3; ParameterStep = 1; JobName = "j%s";');
  assert.deepEqual(
    jobs.map(({ jobName }) => jobName),
    ['j1', 'j2', 'j3'],
  );
  assert.match(jobs[1]!.original, /Parameter = "2"/);
  assert.match(jobs[1]!.processed(1), /ParameterNumber = 1;/);
});

test('faults refuse the whole submission and say where they are', () => {
  assert.throws(() => prepare('Executable "x"'), refusedWith('jdl.syntax', /^Line 1, column 1/));
  assert.throws(
    () => prepare('Executable = "/x";', '\nExecutable = "run.sh";'),
    refusedWith(
      'jdl.invalid',
      /^Description 2: line 2, column 14: Executable: run\.sh is not in the input sandbox/,
      1,
    ),
  );
  assert.throws(() => prepare('Executable = "/x";', 'A "x"'), refusedWith('jdl.syntax', /^Description 2/, 1));
  assert.throws(
    () => prepare('Executable = "/x"; Site = "EGI.B.org";'),
    refusedWith('jdl.invalid', /no site of vo\.demo/),
  );
  assert.throws(() => prepare(), refusedWith('jdl.invalid', /at least one/));
});

test('the number of jobs of one submission is limited, however they are written', () => {
  assert.throws(
    () => prepare('Executable = "/x"; Parameters = 6;'),
    refusedWith('jobs.too-many', /at most 5 jobs, not 6/),
  );
  assert.throws(() => prepare(...Array(6).fill('Executable = "/x";')), refusedWith('jobs.too-many', /not 6/));
});

test('a sweep stands alone in its call', () => {
  assert.throws(
    () => prepare('Executable = "/x"; Parameters = 2;', 'Executable = "/x";'),
    refusedWith('jdl.invalid', /bulk fashion/, 0),
  );
});

test('a sweep cannot be blown up beyond measure', () => {
  const text = 'x'.repeat(1_040_000);
  const many = configurationSchema.parse({
    ...configuration,
    jobDescription: { maxJobsPerSubmission: 10_000 },
  });
  assert.throws(
    () => prepareJobs([`Executable = "/x"; Arguments = "${text}"; Parameters = 10000;`], principal, many),
    refusedWith('jdl.too-large', /10000 descriptions of this sweep/),
  );
});

const warningsOf = (...jdls: string[]) => {
  const warnings = new SubmissionWarnings();
  prepareJobs(jdls, principal, configuration, warnings);
  return warnings.list();
};

test('every description of a call is warned of, each at its place', () => {
  assert.deepEqual(
    warningsOf(
      'Executable = "/x";',
      'Executable = "/x";\n OutputPath = "a";',
      'Executable = "/x"; Exexutable = 1;',
    ).map(({ attribute, column, index, line }) => [index, attribute, line, column]),
    [
      [1, 'OutputPath', 2, 15],
      [2, 'Exexutable', 1, 20],
    ],
  );
});

test('a sweep is warned of once, and of values that only some of its jobs have', () => {
  const warnings = warningsOf(
    'Executable = "/x"; OutputPath = "a"; Memory = "%s"; Parameters = {"1", "2000", "2000"};',
  );
  assert.deepEqual(
    warnings.map(({ attribute }) => attribute),
    ['OutputPath', 'Memory'],
  );
});

test('parts of a sweep without Parameters are warned of', () => {
  assert.deepEqual(
    warningsOf('Executable = "/x"; ParameterStart = 5;').map(({ message }) => message),
    ['ParameterStart does nothing without Parameters'],
  );
  assert.deepEqual(warningsOf('Executable = "/x"; Parameters = 2; ParameterStart = 5;'), []);
});

test('one job of a sweep keeps its value and place when it is submitted again by itself', () => {
  const [, second] = prepare('Executable = "/x"; Parameters = {"a", "b"}; Arguments = "%s";');
  const [again] = prepare(second?.original ?? '');
  assert.equal(again?.processed(1), second?.processed(1));
  assert.deepEqual(warningsOf(second?.original ?? ''), []);
});

test('parts of a sweep that do nothing are warned of once', () => {
  const places = warningsOf('Executable = "/x"; Parameters = {1, 2};\nParameterStart = 9;\nParameter = "m";');
  assert.deepEqual(
    places.map(({ attribute, line }) => [attribute, line]),
    [
      ['ParameterStart', 2],
      ['Parameter', 3],
    ],
  );
});

test('more warnings than anybody reads are cut, and the last one says so', () => {
  const unknown = Array.from({ length: 30 }, (_, index) => `Mine${index}x = 1;`).join(' ');
  const warnings = warningsOf(`Executable = "/x"; ${unknown}`);
  assert.equal(warnings.length, 21);
  assert.match(warnings.at(-1)?.message ?? '', /more to warn of/);
  const [long] = warningsOf(`Executable = "/x"; ${'n'.repeat(5000)} = 1;`);
  assert.ok((long?.message.length ?? 0) < 200);
});
