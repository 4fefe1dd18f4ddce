import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CondorJob } from './htcondor-answers.ts';
import { condorVerdict, jobStatuses, type CondorFacts } from './htcondor-states.ts';

const job = (status: number, fields: Partial<CondorJob> = {}): CondorJob => ({
  ...{
    jobId: '1.0',
    stamp: 's',
    status: String(status),
    exitCode: '',
    holdCode: '',
    holdSubcode: '',
    ageS: 5,
  },
  ...{ removeReason: '', holdReason: '', ...fields },
});
const files = (ageS = 5, jobId = '1.0') => ({ exitCode: '', ageS, jobId });
const facts = (fields: Partial<CondorFacts>): CondorFacts => ({
  ...{ job: undefined, files: undefined, hasJobId: true, historyWords: '', ...fields },
});

describe('how a pilot of HTCondor is', () => {
  it('every JobStatus has a meaning', () => {
    assert.deepEqual(Object.keys(jobStatuses), ['1', '2', '3', '4', '5', '6', '7']);
  });

  const cases: readonly (readonly [string, Partial<CondorFacts>, string, RegExp])[] = [
    ['waits', { job: job(1) }, 'Waiting', /^HTCondor: Idle\.$/],
    ['runs', { job: job(2) }, 'Running', /^HTCondor: Running\.$/],
    ['brings its output home', { job: job(6) }, 'Running', /Transferring output/],
    ['is suspended', { job: job(7) }, 'Running', /Suspended/],
    [
      'was removed',
      { job: job(3, { removeReason: 'via condor_rm' }) },
      'Aborted',
      /Removed \(via condor_rm\)/,
    ],
    ['ended well', { job: job(4, { exitCode: '0' }) }, 'Done', /^HTCondor: Completed\. .*exit code 0/],
    ['ended, nobody says how', { job: job(4) }, 'Done', /^HTCondor: Completed\.$/],
    ['ended badly at a CE that does not hold', { job: job(4, { exitCode: '3' }) }, 'Failed', /exit code 3/],
    [
      'ended badly',
      { job: job(5, { holdCode: '3', holdSubcode: '55', exitCode: '3', holdReason: 'OnExitHold' }) },
      'Failed',
      /^HTCondor: Held 3\/55 \(OnExitHold\)\. The pilot ended with exit code 3\.$/,
    ],
    [
      'gets its input',
      { job: job(5, { holdCode: '16', holdSubcode: '0' }) },
      'Waiting',
      /^HTCondor: Held 16\/0\.$/,
    ],
    ['never got its input', { job: job(5, { holdCode: '16', ageS: 3601 }) }, 'Aborted', /Held 16/],
    [
      'is held by a policy of the site',
      { job: job(5, { holdCode: '3', holdSubcode: '1' }) },
      'Aborted',
      /3\/1/,
    ],
    [
      'is held',
      { job: job(5, { holdCode: '26', holdSubcode: '0', holdReason: 'too much memory' }) },
      'Aborted',
      /^HTCondor: Held 26\/0 \(too much memory\)\.$/,
    ],
    ['is in a state this table does not know', { job: job(9) }, 'Unknown', /JobStatus 9/],
    ['is nowhere', { files: files() }, 'Unknown', /nor in its history/],
    [
      'is nowhere, but a file tells that it was a job',
      { files: files(), hasJobId: false },
      'Unknown',
      /nor in/,
    ],
    [
      'is not in the queue of a CE that hides',
      { files: files(), historyWords: 'no' },
      'Unknown',
      /closed: no\.$/,
    ],
    [
      'was ordered without an answer just now',
      { files: files(5, ''), hasJobId: false },
      'Waiting',
      /looked for/,
    ],
    [
      'was ordered without an answer long ago',
      { files: files(700, ''), hasJobId: false },
      'Aborted',
      /no job of it/,
    ],
    ['never was', { hasJobId: false }, 'Aborted', /no such pilot/],
  ];
  for (const [name, fields, status, reason] of cases) {
    it(`it ${name}`, () => {
      const verdict = condorVerdict(facts(fields));
      assert.equal(verdict.status, status);
      assert.match(verdict.reason, reason);
    });
  }
});
