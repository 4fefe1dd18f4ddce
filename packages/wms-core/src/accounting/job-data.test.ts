/** The keys and values of jobs that come from descriptions and from what nodes say of data. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rows } from '../db/database.ts';
import { checkAccounting } from '../testing/accounting-check.ts';
import { aPilot, aUser } from '../testing/builders.ts';
import { openJobWorld, type JobWorld } from '../testing/job-world.ts';

const threeFiles = 'InputData = {"LFN:/biomed/a", "LFN:/biomed/b", "LFN:/biomed/c"};';
const described = `Executable = "/bin/true"; ProcessingType = "reprocessing"; ${threeFiles}`;

interface Recorded {
  readonly attempt: number;
  readonly jobClass: string;
  readonly processingType: string;
  /** Bytes read and stored, files read and stored, events. */
  readonly data: readonly number[];
}

async function recordsOf(world: JobWorld, jobId: number): Promise<readonly Recorded[]> {
  const found = await world.database.read(() =>
    rows(
      `select attempt, job_class as "jobClass", processing_type as "processingType", input_data_bytes,
         output_data_bytes, input_data_files, output_data_files, processed_events
       from accounting_job_records r join accounting_job_keys k on k.key_id = r.key_id
       where job_id = $1 order by attempt`,
      [jobId],
    ),
  );
  return found.map(({ attempt, jobClass, processingType, ...data }) => ({
    attempt: Number(attempt),
    jobClass: String(jobClass),
    processingType: String(processingType),
    data: Object.values(data).map(Number),
  }));
}

const dataTold = {
  InputDataSize: '3000000000',
  OutputDataSize: '1024',
  UploadedOutputData: '/biomed/user/a/ada/x.root, /biomed/user/a/ada/y.root',
  ProcessedEvents: '5000',
};

test('labels and files come from the description, sizes and events from the node', async () => {
  await using world = await openJobWorld();
  const jobId = await world.submitOne(described);
  const job = await world.matchOne();
  await world.report(job, { status: 'Running' });
  await world.report(job, { status: 'Completing', parameters: dataTold });
  await world.report(job, { status: 'Done' });
  assert.deepEqual(await recordsOf(world, jobId), [
    {
      attempt: 1,
      jobClass: 'Single',
      processingType: 'reprocessing',
      data: [3_000_000_000, 1024, 3, 2, 5000],
    },
  ]);
  await checkAccounting(world.database);
});

test('a job that no pilot took read nothing, and a description without labels has none', async () => {
  await using world = await openJobWorld();
  const labelled = await world.submitOne(described);
  const plain = await world.submitOne();
  await world.jobs.act(aUser(), 'kill', [labelled, plain]);
  const [first, second] = [await recordsOf(world, labelled), await recordsOf(world, plain)];
  assert.deepEqual([first[0]?.processingType, first[0]?.data], ['reprocessing', [0, 0, 0, 0, 0]]);
  assert.deepEqual([second[0]?.processingType, second[0]?.data], ['Unknown', [0, 0, 0, 0, 0]]);
});

test('jobs of one submission are Subjobs, each with its own label and files', async () => {
  await using world = await openJobWorld();
  const sweep = `Executable = "/bin/true"; ProcessingType = "part %n"; InputData = {"%s"}; Parameters = {"LFN:/biomed/a", "LFN:/biomed/b"};`;
  const submitted = await world.jobs.submit(aUser(), { jdls: [sweep] });
  const found = [];
  for (const { jobId } of submitted) {
    const job = await world.matchOne();
    await world.report(job, { status: 'Running' });
    await world.report(job, { status: 'Failed' });
    found.push(...(await recordsOf(world, jobId)));
  }
  assert.deepEqual(
    found.map(({ jobClass, processingType, data }) => [jobClass, processingType, data[2]]),
    [
      ['Subjob', 'part 0', 1],
      ['Subjob', 'part 1', 1],
    ],
  );
});

test('the next attempt starts without the data of the last one', async () => {
  await using world = await openJobWorld();
  const jobId = await world.submitOne(described);
  const first = await world.matchOne();
  await world.report(first, { status: 'Running', parameters: dataTold });
  await world.report(first, { reschedule: true });
  world.clock.advanceS(3600);
  await world.jobs.act(aUser(), 'kill', [jobId]);
  assert.deepEqual(
    (await recordsOf(world, jobId)).map(({ attempt, data }) => [attempt, data]),
    [
      [1, [3_000_000_000, 1024, 3, 2, 5000]],
      [2, [0, 0, 0, 0, 0]],
    ],
  );
});

test('numbers of data that cannot be never enter, and another pilot cannot tell them', async () => {
  await using world = await openJobWorld();
  const jobId = await world.submitOne();
  const job = await world.matchOne();
  const impossible = { InputDataSize: '1e30', OutputDataSize: '-1', ProcessedEvents: 'many' };
  await world.report(job, { status: 'Running', parameters: impossible });
  const stranger = aPilot({ stamp: '9'.repeat(32) });
  await assert.rejects(world.report(job, { parameters: dataTold }, stranger), /stale-attempt/);
  await world.report(job, { status: 'Done' });
  assert.deepEqual((await recordsOf(world, jobId))[0]?.data, [0, 0, 0, 0, 0]);
});
