import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { filesIn } from '../../hosts/pilot-area.ts';
import { answerOf, sectionsOf } from '../../hosts/shell-script.ts';
import { idleProcessors, isRefusal, jobIdIn, jobsIn, knowsNone, sbatchWords } from './slurm-answers.ts';

const stamp = '0123456789abcdef0123456789abcdef';

describe('what the commands of Slurm print', () => {
  it('rows of squeue, with messages in between left out', () => {
    const text = `squeue: warning: be patient\n50|PENDING|QOSMaxJobsPerUserLimit|/home/g/ce/${stamp}\n51|RUNNING|None|/home/g\n`;
    assert.deepEqual(jobsIn(text), [
      { jobId: '50', state: 'PENDING', detail: 'QOSMaxJobsPerUserLimit', stamp },
      { jobId: '51', state: 'RUNNING', detail: 'None', stamp: undefined },
    ]);
  });

  it('rows of sacct, also those of cancelled jobs', () => {
    assert.deepEqual(jobsIn(`9|CANCELLED by 999|0:15|/a|b/${stamp}`), [
      { jobId: '9', state: 'CANCELLED by 999', detail: '0:15', stamp },
    ]);
  });

  it('an accounting that is not there is no job', () => {
    assert.deepEqual(jobsIn('Slurm accounting storage is disabled\n'), []);
    assert.deepEqual(jobsIn(''), []);
  });

  it('the number of a job, of one cluster or of several', () => {
    assert.equal(jobIdIn('50'), '50');
    assert.equal(jobIdIn('50;north'), '50');
    assert.equal(jobIdIn('sbatch: warning\n51\n'), '51');
    assert.equal(jobIdIn('Submitted batch job 50'), undefined);
  });

  it('"no such job" is an answer, a daemon that is away is none', () => {
    assert.ok(knowsNone({ code: 1, text: 'slurm_load_jobs error: Invalid job id specified\n' }));
    assert.ok(!knowsNone({ code: 1, text: 'Unable to contact slurm controller (connect failure)' }));
  });

  const refusals = [
    'sbatch: error: invalid partition specified: nope\nsbatch: error: Batch job submission failed: Invalid partition name specified',
    'sbatch: error: Batch job submission failed: Invalid feature specification',
    'sbatch: error: Batch job submission failed: Requested node configuration is not available',
    'sbatch: error: Batch job submission failed: Job violates accounting/QOS policy (job submit limit, user’s size and/or time limits)',
    'sbatch: error: Batch job submission failed: Unable to contact slurm controller (connect failure)',
    'sbatch: error: This does not look like a batch script.  The first line must start with #! …',
    "sbatch: unrecognized option '--nope'",
    'sh: 5: sbatch: not found',
  ];
  for (const text of refusals) it(`a refusal: ${text.slice(0, 90)}`, () => assert.ok(isRefusal(text)));

  const unanswered = [
    'sbatch: error: Batch job submission failed: Socket timed out on send/recv operation',
    'sbatch: error: Batch job submission failed: Zero Bytes were transmitted or received',
    'sbatch: error: Batch job submission failed: Unexpected message received',
    'sbatch: error: slurm_receive_msg: Connection reset by peer',
    'Killed',
    '',
  ];
  for (const text of unanswered)
    it(`the job may be there: ${text || 'not a word'}`, () => assert.ok(!isRefusal(text)));

  it('the words of sbatch without what every line begins with', () => {
    assert.equal(sbatchWords('sbatch: error: a  b sbatch: error: c'), 'a b c');
    assert.equal(sbatchWords(''), 'sbatch failed without a word');
  });

  it('processors that are free', () => {
    assert.equal(idleProcessors('4/12/0/16\n'), 12);
    assert.equal(idleProcessors('sinfo: error'), undefined);
  });

  it('sections and files of an answer', () => {
    const sections = sectionsOf(
      `C|0\nQ|a\nQ|b|c\nnoise\nF|${stamp}|12|3|50\nF|${stamp.replace('0', 'f')}|1||\n`,
    );
    assert.deepEqual(answerOf(sections, 'C', 'Q'), { code: 0, text: 'a\nb|c\n' });
    assert.deepEqual(
      [...filesIn(sections.get('F') ?? '').values()],
      [
        { ageS: 12, exitCode: '3', jobId: '50' },
        { ageS: 1, exitCode: '', jobId: '' },
      ],
    );
    assert.equal(answerOf(sectionsOf(''), 'C', 'Q').code, 1, 'no answer is a failure');
  });
});
