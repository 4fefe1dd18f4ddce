import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { propertyRuns } from '../../../testing/property-runs.ts';
import { delegationIdOf, failureReason, jobListBody, readJobs } from './arc-answers.ts';

const seen = (body: string) => readJobs(body).map(({ code, state, id }) => [code, state, id]);

describe('answers of A-REX about jobs', () => {
  it('are none for an empty body', () => {
    assert.deepEqual(readJobs(''), []);
    assert.deepEqual(readJobs('{}'), []);
  });

  it('are an object when there is one', () => {
    const body = '{"job":{"status-code":"200","reason":"OK","id":"A","state":"FAILED"}}';
    assert.deepEqual(seen(body), [[200, 'FAILED', 'A']]);
  });

  it('are a list when there are several, good and bad ones side by side', () => {
    const body =
      '{"job":[{"status-code":"201","reason":"Created","id":"A","state":"ACCEPTING"},{"status-code":"500","reason":"Requested queue nosuch is not allowed for this user"}]}';
    assert.deepEqual(seen(body), [
      [201, 'ACCEPTING', 'A'],
      [500, undefined, undefined],
    ]);
    assert.match(readJobs(body)[1]?.reason ?? '', /queue nosuch/);
  });

  it('bring the name of the job where it was asked for', () => {
    const body =
      '{"job":{"status-code":"200","id":"A","info_document":{"ComputingActivity":{"Name":"wm-pilot-1","State":["arcrest:FAILED"]}}}}';
    assert.equal(readJobs(body)[0]?.name, 'wm-pilot-1');
  });

  it('never break the reader, whatever they hold', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((job) => `{"job":${job}}`),
        ),
        (body) => {
          for (const { code } of readJobs(body)) assert.ok(Number.isInteger(code));
        },
      ),
      propertyRuns(),
    );
  });

  it('are asked for with the one form of a list that is understood', () => {
    assert.equal(jobListBody(['A', 'B']), '{"job":[{"id":"A"},{"id":"B"}]}');
  });
});

describe('the id of a delegation', () => {
  it('stands behind the last slash of the location', () => {
    assert.equal(delegationIdOf('/arex/rest/1.0/delegations?action=new/3508544c4567'), '3508544c4567');
    for (const none of [undefined, '', '/arex/', 'a/..']) assert.equal(delegationIdOf(none), undefined, none);
  });
});

describe('the reason of a failed job', () => {
  const failed = 'LRMS error: (3) Job finished with wrong exit code - 3 != 0\n';

  it('is the cause that A-REX names', () => {
    assert.equal(failureReason(failed, ''), failed.trim());
  });

  it('keeps the words of the batch system, without the job script and the diary around them', () => {
    const errors = `echo "error in script" >&2
if [ "$RESULT" = '0' ] ; then
sbatch: error: invalid partition specified: nope
2026-11-26T18:25:00Z Job state change SUBMIT -> FINISHING   Reason: Job failure detected
----- exiting submit_slurm_job -----
`;
    assert.equal(
      failureReason('Job submission to LRMS failed', errors),
      'Job submission to LRMS failed · sbatch: error: invalid partition specified: nope',
    );
  });

  it('is never empty and never endless', () => {
    assert.notEqual(failureReason('', ''), '');
    assert.ok(failureReason('x'.repeat(9000), '').length <= 500);
  });
});
