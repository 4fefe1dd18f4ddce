import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { condorWords, isRefusal, jobIdsIn, jobsIn, knowsNone } from './htcondor-answers.ts';

const stamp = '0123456789abcdef0123456789abcdef';

describe('what the commands of HTCondor print', () => {
  it('rows of jobs; messages in between and other jobs are left out, a reason may hold anything', () => {
    const text = [
      'WARNING: the configuration is old',
      `107\t0\t${stamp}\t5\tundefined\t26\t0\t12\tundefined\ttoo\tmuch memory`,
      `107\t1\tundefined\t1\tundefined\tundefined\tundefined\t3\tundefined\tundefined`,
      `\t107\t2\t${stamp}\t4\t3\terror\tundefined\t99\tundefined\tundefined`,
    ].join('\n');
    const [held, completed, ...more] = jobsIn(text);
    assert.deepEqual(held, {
      ...{ jobId: '107.0', stamp, status: '5', exitCode: '', holdCode: '26', holdSubcode: '0', ageS: 12 },
      ...{ removeReason: '', holdReason: 'too much memory' },
    });
    assert.deepEqual([completed?.jobId, completed?.exitCode, completed?.holdCode], ['107.2', '3', '']);
    assert.deepEqual(more, []);
  });

  it('the numbers of jobs, in order, if there are as many as asked', () => {
    assert.deepEqual(jobIdsIn('107.0 - 107.2\n', 3), ['107.0', '107.1', '107.2']);
    assert.deepEqual(jobIdsIn('8.0 - 8.0', 1), ['8.0']);
    assert.deepEqual(jobIdsIn('8.0 - 8.0', 2), []);
    assert.deepEqual(jobIdsIn('1 job(s) submitted to cluster 8.', 1), []);
  });

  it('"no such job" is an answer, a schedd that is away is none', () => {
    const none = "Couldn't find/remove all jobs matching constraint (x)";
    assert.ok(knowsNone({ code: 1, text: none }));
    assert.ok(!knowsNone({ code: 1, text: `AUTHENTICATE:1003:Failed to authenticate\n${none}` }));
    assert.ok(!knowsNone({ code: 1, text: 'Error: Failed to connect' }));
  });

  const refusals = [
    'ERROR: Failed to parse command file (line 3).',
    "ERROR: Can't find address of schedd ce.example.org",
    'ERROR: Failed to connect to queue manager ce CEDAR:6001:Failed to connect to <1.2.3.4:9619>',
    'AUTHENTICATE:1003:Failed to authenticate with any method',
    'ERROR: Failed to commit job submission into the queue. ERROR: too many jobs of this VO',
    'sh: 1: condor_submit: not found',
  ];
  for (const text of refusals) it(`refused: ${text}`, () => assert.ok(isRefusal(text)));

  const unanswered = [
    'ERROR: Failed to spool job files.',
    'ERROR: Failed to commit job submission into the queue.',
    'ERROR: Failed to commit job submission into the queue. ERROR: timed out after 20 seconds',
    '',
    'something new',
  ];
  for (const text of unanswered) it(`not known: ${text || 'no word'}`, () => assert.ok(!isRefusal(text)));

  it('words without what every line begins with', () => {
    assert.equal(condorWords('ERROR: a\nERROR: b\n'), 'a b');
    assert.equal(condorWords(' '), 'it failed without a word');
  });
});
