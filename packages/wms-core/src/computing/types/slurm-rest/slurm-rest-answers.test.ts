import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { aPilotLaunch } from '../../computing-element.contract.ts';
import { idleProcessorsIn, jobIdIn, jobOrder, jobsIn, knowsNoJob, restWords } from './slurm-rest-answers.ts';
import { slurmRestParameters } from './slurm-rest-parameters.ts';

const stamp = '0123456789abcdef0123456789abcdef';
const values = slurmRestParameters.parse({
  endpoint: 'http://127.0.0.1:6820',
  user: 'pilots',
  tokenFile: '/t',
  folder: '/shared',
  jobFields: { account: 'physics' },
  queueJobFields: { queue: { partition: 'long', account: 'chemistry' } },
});

describe('what slurmrestd answers', () => {
  it('jobs, with the stamp from their folder', () => {
    const job = { job_id: 50, job_state: 'PENDING', state_reason: 'Resources', exit_code: 0 };
    const text = JSON.stringify({
      errors: [],
      jobs: [
        { ...job, current_working_directory: `/shared/${stamp}` },
        { ...job, job_id: 51 },
      ],
    });
    assert.deepEqual(jobsIn(text), [
      { jobId: '50', state: 'PENDING', detail: 'Resources', folder: `/shared/${stamp}`, stamp },
      { jobId: '51', state: 'PENDING', detail: 'Resources', folder: '', stamp: undefined },
    ]);
    assert.equal(jobsIn('{"errors":[{"error":"x"}]}'), undefined);
    assert.equal(jobsIn('Authentication failure'), undefined);
  });

  it('a submission is judged by the number of its job, not by its status', () => {
    assert.equal(jobIdIn('{"errors":[],"job_id":50,"step_id":"BATCH"}'), '50');
    const refused = '{"errors":[{"error_code":2000,"error":"Invalid partition name specified"}]}';
    assert.equal(jobIdIn(refused), undefined);
    assert.equal(jobIdIn('{"job_id":0}'), undefined);
    assert.equal(restWords(refused), 'Invalid partition name specified');
  });

  it('"no such job" is an answer', () => {
    assert.ok(knowsNoJob('{"errors":[{"error_number":2017,"error":"Invalid job id specified"}],"jobs":[]}'));
    assert.ok(!knowsNoJob('{"errors":[{"error_number":5005,"error":"Zero Bytes were transmitted"}]}'));
  });

  it('words, also those that are no JSON', () => {
    assert.equal(restWords('Authentication failure'), 'Authentication failure');
    assert.equal(restWords('{"errors":[]}'), '');
  });

  it('processors that are free on nodes that take jobs', () => {
    const nodes = [
      { state: 'idle', cpus: 2, alloc_cpus: 0 },
      { state: 'mixed', cpus: 4, alloc_cpus: 3 },
      { state: 'down', cpus: 8, alloc_cpus: 0 },
    ];
    assert.equal(idleProcessorsIn(JSON.stringify({ nodes })), 3);
    assert.equal(idleProcessorsIn('{}'), undefined);
  });
});

describe('the order to slurmrestd', () => {
  it('holds what the batch queue promises, fields of the site last, and no secret', () => {
    const launch = aPilotLaunch({ token: 'very-secret', maxWallTimeS: 61 });
    const text = jobOrder(launch, `/shared/${launch.stamp}`, '#!/bin/sh', values);
    assert.equal(text.includes('very-secret'), false);
    const { job } = JSON.parse(text) as { job: Record<string, unknown> };
    assert.deepEqual(
      [job['time_limit'], job['partition'], job['account'], job['comment'], job['memory_per_node']],
      [2, 'long', 'chemistry', launch.stamp, 512],
    );
  });
});
