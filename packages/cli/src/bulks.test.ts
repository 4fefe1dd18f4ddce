/** Large sweeps from the command line: which door they take, what is told of them, confirming and giving up. */
import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { Refusal } from './testing/fake-world.ts';
import { submitWorld } from './testing/submit-world.ts';

const sweep = (jobs: number): string => `Executable = "/bin/echo"; Arguments = "%s"; Parameters = ${jobs};`;

const bulk = (fields: Record<string, unknown> = {}) => ({
  bulkId: 7,
  state: 'Expanding',
  reason: null,
  firstJobId: 2001,
  jobCount: 6,
  expanded: 0,
  isSettled: false,
  owner: 'jane',
  ownerGroup: 'demo_user',
  jobName: 'scan',
  jobGroup: 'NoGroup',
  createdAt: '2026-11-20T12:00:00.000Z',
  confirmUntil: null,
  ...fields,
});
const submitted = (fields: Record<string, unknown> = {}) => ({ ...bulk(fields), warnings: [] });

test('a sweep of more jobs than plain submissions take is a bulk under a key of its own, and its ids are kept', async () => {
  await using w = await submitWorld(
    { 'POST /bff/bulks': submitted(), 'POST /api/jobs/jdl': [[{ JobID: 1 }]] },
    { maxJobsPerSubmission: 5 },
  );
  await writeFile(join(w.cwd, 'large.jdl'), sweep(6));
  await writeFile(join(w.cwd, 'small.jdl'), sweep(5));
  assert.equal(await w.run('wms-job-submit', 'large.jdl', 'small.jdl', '-f', 'ids'), 0, w.complained.join());
  assert.deepEqual(w.printed, ['Bulk 7: JobID = 2001 to 2006, 6 jobs', 'JobID = 1']);
  assert.equal(await readFile(join(w.cwd, 'ids'), 'utf8'), '2001\n2002\n2003\n2004\n2005\n2006\n1\n');
  const [large, small] = w.posted();
  assert.match(large?.url ?? '', /\/bff\/bulks$/);
  assert.equal(large?.body, JSON.stringify({ jdls: [sweep(6)], confirm: false }));
  assert.match(large?.idempotencyKey ?? '', /^[\da-f-]{36}$/);
  assert.notEqual(large?.idempotencyKey, small?.idempotencyKey);
});

test('a description may be as large as the server allows, not as this program thinks', async () => {
  const long = `Executable = "/bin/echo"; Arguments = "${'a'.repeat(2_000_000)}";`;
  await using w = await submitWorld({ 'POST /api/jobs/jdl': [[{ JobID: 1 }]] }, { maxJdlBytes: 4_000_000 });
  await using strict = await submitWorld({}, { maxJdlBytes: 1000 });
  for (const { cwd } of [w, strict]) await writeFile(join(cwd, 'long.jdl'), long);
  assert.equal(await w.run('wms-job-submit', 'long.jdl'), 0, w.complained.join());
  assert.equal(await strict.run('wms-job-submit', 'long.jdl'), 1);
  assert.match(strict.complained[0] ?? '', /larger than 1000 bytes/);
  assert.deepEqual(strict.posted(), []);
});

test('the jobs of a sweep may be as long as the server allows when it is told which door it takes', async () => {
  await using w = await submitWorld(
    { 'POST /bff/bulks': submitted() },
    { maxJdlBytes: 4_000_000, maxJobsPerSubmission: 5 },
  );
  const jdl = `Executable = "/bin/echo"; Arguments = "${'%s'.repeat(10)}"; Parameters = {"${'a'.repeat(1_000_000)}",1,2,3,4,5};`;
  await writeFile(join(w.cwd, 'long.jdl'), jdl);
  assert.equal(await w.run('wms-job-submit', 'long.jdl'), 0, w.complained.join());
  assert.match(w.posted()[0]?.url ?? '', /\/bff\/bulks$/);
});

test('more jobs than a bulk may have are refused in the words of the server', async () => {
  const detail = 'One bulk may make at most 10 jobs, not 11.';
  await using w = await submitWorld(
    { 'POST /bff/bulks': new Refusal(400, { detail, code: 'jobs.too-many' }) },
    { maxJobsPerSubmission: 5, maxJobsPerBulk: 10 },
  );
  await writeFile(join(w.cwd, 'a.jdl'), sweep(11));
  assert.equal(await w.run('wms-job-submit', 'a.jdl'), 1);
  assert.deepEqual(w.complained, [`ERROR: a.jdl: ${detail}`]);
});

test('whoever waits is told how far a bulk is until all its jobs are made', async () => {
  const done = { state: 'Complete', expanded: 6, isSettled: true };
  await using w = await submitWorld(
    {
      'POST /bff/bulks': submitted(),
      'GET /bff/bulks/7': [bulk({ expanded: 4 }), bulk({ expanded: 4 }), bulk(done)],
    },
    { maxJobsPerSubmission: 5 },
  );
  await writeFile(join(w.cwd, 'a.jdl'), sweep(6));
  assert.equal(await w.run('wms-job-submit', 'a.jdl', '--wait'), 0, w.complained.join());
  assert.deepEqual(w.printed.slice(1), ['Bulk 7: 4 of 6 jobs made', 'Bulk 7: 6 of 6 jobs made']);
});

test('what is to be confirmed is a bulk, however few its jobs, and says how and until when', async () => {
  const confirmUntil = '2026-11-20T12:05:00.000Z';
  await using w = await submitWorld({ 'POST /bff/bulks': submitted({ state: 'Unconfirmed', confirmUntil }) });
  await writeFile(join(w.cwd, 'a.jdl'), sweep(6));
  assert.equal(await w.run('wms-job-submit', 'a.jdl', '--confirm', '--wait'), 0, w.complained.join());
  assert.deepEqual(w.printed, [
    'Bulk 7: JobID = 2001 to 2006, 6 jobs',
    `Nothing starts before: dirac-wms-bulk-confirm 7 (until ${confirmUntil})`,
  ]);
  assert.match(w.posted()[0]?.body ?? '', /"confirm":true/);
});

test('warnings and refusals of a bulk name the place in the file', async () => {
  const warnings = [{ index: 0, attribute: 'OutputData', line: 9, column: 9, message: 'not yet' }];
  await using w = await submitWorld(
    { 'POST /bff/bulks': { ...bulk(), warnings } },
    { maxJobsPerSubmission: 5 },
  );
  await writeFile(join(w.cwd, 'a.jdl'), `${sweep(6)}\nOutputData = "x";`);
  assert.equal(await w.run('wms-job-submit', 'a.jdl'), 0);
  assert.deepEqual(w.complained, ['WARNING: a.jdl: line 2, column 14: not yet']);
});

test('the newest bulks, or those named, are a line each', async () => {
  const abandoned = bulk({ bulkId: 8, state: 'Abandoned', reason: 'Bulk submission abandoned' });
  await using w = await submitWorld({
    'GET /bff/bulks': { bulks: [abandoned] },
    'GET /bff/bulks/7': bulk({ expanded: 4 }),
    'GET /bff/bulks/9': new Refusal(404, { detail: 'There is no bulk 9.', code: 'not-found' }),
  });
  assert.equal(await w.run('wms-bulk-status'), 0);
  assert.equal(await w.run('wms-bulk-status', '7,9'), 1);
  assert.deepEqual(w.printed, [
    'BulkID=8 State=Abandoned; Reason=Bulk submission abandoned; Jobs=6; Made=0; FirstJobID=2001; JobName=scan;',
    'BulkID=7 State=Expanding; Jobs=6; Made=4; FirstJobID=2001; JobName=scan;',
  ]);
  assert.deepEqual(w.complained, ['ERROR: bulk 9: There is no bulk 9.']);
});

for (const [command, done] of [
  ['confirm', 'Confirmed bulks 7,8'],
  ['abandon', 'Abandoned bulks 7,8'],
] as const)
  test(`${command}: what is wrong with one bulk is told, and the others are done`, async () => {
    await using w = await submitWorld({
      [`POST /bff/bulks/7/${command}`]: bulk(),
      [`POST /bff/bulks/9/${command}`]: new Refusal(409, { detail: 'It is over.', code: 'conflict' }),
      [`POST /bff/bulks/8/${command}`]: bulk({ bulkId: 8 }),
    });
    assert.equal(await w.run(`wms-bulk-${command}`, '7', '9', '8'), 1);
    assert.deepEqual([w.printed, w.complained], [[done], ['ERROR: bulk 9: It is over.']]);
    assert.equal(await w.run(`wms-bulk-${command}`), 2);
    assert.match(w.complained[1] ?? '', /Say which bulks: one or more bulk ids/);
  });
