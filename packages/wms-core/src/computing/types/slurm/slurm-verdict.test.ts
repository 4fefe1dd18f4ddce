import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SlurmJob } from './slurm-answers.ts';
import { isLive, slurmStates, statusOfSlurmState } from './slurm-states.ts';
import { slurmVerdict, type SlurmFacts } from './slurm-verdict.ts';

const job = (state: string, detail = ''): SlurmJob => ({ jobId: '1', state, detail, stamp: undefined });
const files = (exitCode = '', ageS = 5, jobId = '1') => ({ exitCode, ageS, jobId });

describe('states of Slurm', () => {
  it('only the first word counts, and what is new is unknown', () => {
    assert.equal(statusOfSlurmState('CANCELLED by 999'), 'Aborted');
    assert.equal(statusOfSlurmState('CANCELLED+'), 'Aborted');
    assert.equal(statusOfSlurmState('OUT_OF_MEMORY'), 'Failed');
    assert.equal(statusOfSlurmState('LEVITATING'), 'Unknown');
    assert.equal(statusOfSlurmState(''), 'Unknown');
  });

  it('every one that Slurm 22.05 knows has a meaning', () => {
    // enum job_states and the flags of slurm.h that squeue prints.
    const words = `PENDING RUNNING SUSPENDED COMPLETED CANCELLED FAILED TIMEOUT NODE_FAIL PREEMPTED BOOT_FAIL DEADLINE
      OUT_OF_MEMORY CONFIGURING COMPLETING LAUNCH_FAILED REQUEUED REQUEUE_FED REQUEUE_HOLD RESIZING RESV_DEL_HOLD REVOKED
      SIGNALING SPECIAL_EXIT STAGE_OUT STOPPED RECONFIG_FAIL`;
    assert.deepEqual(words.split(/\s+/).toSorted(), Object.keys(slurmStates).toSorted());
  });

  it('what waits or runs is live', () => {
    assert.ok(isLive('PENDING') && isLive('COMPLETING'));
    assert.ok(!isLive('COMPLETED') && !isLive('LEVITATING'));
  });
});

describe('a pilot that Slurm can never start', () => {
  it('says so, with what would help', () => {
    assert.deepEqual(slurmVerdict({ queued: job('PENDING', 'PartitionTimeLimit'), hasJobId: true }), {
      status: 'Waiting',
      reason:
        'Slurm: PENDING (PartitionTimeLimit). The partition allows less time: lower maxWallTimeS of the queue.',
      isHopeless: true,
    });
  });

  it('is none that only waits for its turn', () => {
    for (const reason of ['Priority', 'Resources', 'QOSMaxJobsPerUserLimit', 'None', ''])
      assert.equal(slurmVerdict({ queued: job('PENDING', reason), hasJobId: true }).isHopeless, undefined);
  });
});

describe('how a pilot of Slurm is', () => {
  const cases: readonly (readonly [string, SlurmFacts, string, RegExp])[] = [
    [
      'waits, with the reason',
      { queued: job('PENDING', 'JobHeldAdmin'), hasJobId: true },
      'Waiting',
      /^Slurm: PENDING \(JobHeldAdmin\)\.$/,
    ],
    [
      'runs, whatever the accounting of an earlier try says',
      { queued: job('RUNNING', 'None'), accounted: job('NODE_FAIL'), hasJobId: true },
      'Running',
      /^Slurm: RUNNING\.$/,
    ],
    [
      'ended badly: words of queue, accounting and pilot together',
      {
        queued: job('FAILED', 'NonZeroExitCode'),
        accounted: job('FAILED', '3:0'),
        files: files('3'),
        hasJobId: true,
      },
      'Failed',
      /^Slurm: FAILED \(NonZeroExitCode, exit code 3:0\)\. The pilot ended with exit code 3\.$/,
    ],
    [
      'was cancelled',
      { queued: undefined, accounted: job('CANCELLED by 999', '0:15'), hasJobId: true },
      'Aborted',
      /CANCELLED by 999 \(exit code 0:15\)/,
    ],
    [
      'could not start on its node',
      { queued: job('FAILED', 'JobLaunchFailure'), hasJobId: true },
      'Failed',
      /folder must lie on a file system that all nodes share/,
    ],
    [
      'ended; the accounting lags behind',
      { queued: undefined, accounted: job('RUNNING'), files: files('0'), hasJobId: true },
      'Done',
      /does not list/,
    ],
    [
      'ended; only its file tells',
      { queued: undefined, files: files('4'), hasJobId: true },
      'Failed',
      /exit code 4/,
    ],
    [
      'is nowhere but has run',
      { queued: undefined, files: files(), hasJobId: true },
      'Unknown',
      /no accounting/,
    ],
    [
      'is nowhere, but a file tells that it was a job',
      { queued: undefined, files: files(), hasJobId: false },
      'Unknown',
      /no accounting/,
    ],
    [
      'was ordered without an answer just now',
      { queued: undefined, files: files('', 5, ''), hasJobId: false },
      'Waiting',
      /looked for/,
    ],
    [
      'was ordered without an answer long ago',
      { queued: undefined, files: files('', 700, ''), hasJobId: false },
      'Aborted',
      /no job of it/,
    ],
    ['never was', { queued: undefined, hasJobId: false }, 'Aborted', /no such pilot/],
    [
      'is in a state this table does not know',
      { queued: job('LEVITATING', 'Magic'), hasJobId: true },
      'Unknown',
      /LEVITATING \(Magic\)/,
    ],
  ];
  for (const [name, facts, status, reason] of cases) {
    it(`it ${name}`, () => {
      const verdict = slurmVerdict(facts);
      assert.equal(verdict.status, status);
      assert.match(verdict.reason, reason);
    });
  }
});
