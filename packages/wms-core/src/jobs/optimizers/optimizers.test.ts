import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aConfiguration, anOffer, aPilot, aUser, someRequirements } from '../../testing/builders.ts';
import { openJobWorld, type JobWorld } from '../../testing/job-world.ts';
import { createStalledJobsAgent } from '../stalled-jobs.agent.ts';
import { narrowSites } from './input-data.ts';
import type { InputDataSites } from './optimizer.ts';

const demo = 'EGI.Demo.org';
const other = 'EGI.Other.org';

/** A catalogue that knows these files; counts its calls and can be silent. */
function fakeCatalogue(sitesOfFile: Readonly<Record<string, readonly string[]>>) {
  const catalogue = {
    calls: 0,
    isSilent: false,
    inputDataSites: (async (_owner, lfns) => {
      catalogue.calls++;
      if (catalogue.isSilent) throw new Error('the fake catalogue is silent');
      return new Map(lfns.flatMap((lfn) => (sitesOfFile[lfn] ? [[lfn, sitesOfFile[lfn]]] : [])));
    }) satisfies InputDataSites,
  };
  return catalogue;
}

const files = {
  'LFN:/biomed/here': [demo],
  'LFN:/biomed/there': [other],
  'LFN:/biomed/both': [demo, other],
};

const worldWith = (catalogue: ReturnType<typeof fakeCatalogue>): Promise<JobWorld> =>
  openJobWorld({
    configuration: aConfiguration(),
    parts: { optimizerPorts: { inputDataSites: catalogue.inputDataSites } },
  });

const jdl = (inputData: readonly string[], more = ''): string =>
  `Executable = "/bin/true"; InputData = {${inputData.map((name) => `"/biomed/${name}"`).join(', ')}}; ${more}`;

const stateOf = async (world: JobWorld, jobId: number): Promise<readonly unknown[]> => {
  const { attributes } = await world.monitoring.job(aUser(), jobId);
  return [attributes['Status'], attributes['MinorStatus'], attributes['Site']];
};
const logOf = async (world: JobWorld, jobId: number): Promise<readonly string[]> =>
  (await world.monitoring.logging(aUser(), jobId)).map(
    ({ minorStatus, source, status }) => `${status}/${minorStatus} by ${source}`,
  );

test('without a catalogue input data choose no site, and the job waits at once', async () => {
  await using world = await openJobWorld();
  const jobId = await world.submitOne(jdl(['here']));
  assert.deepEqual(await stateOf(world, jobId), ['Waiting', 'Pilot Agent Submission', 'ANY']);
});

test('a job with input data stops at the catalogue, then goes to the site that has all of them', async () => {
  await using world = await worldWith(fakeCatalogue(files));
  const [submitted] = await world.jobs.submit(aUser(), { jdls: [jdl(['both', 'there'])] });
  const jobId = submitted?.jobId ?? 0;
  assert.deepEqual([submitted?.status, submitted?.minorStatus], ['Checking', 'InputData']);
  assert.equal((await world.matcher.match(aPilot({ site: other }), anOffer(), 0)).kind, 'noMatch');
  await world.optimizerAgent.runOnce();
  assert.deepEqual(await stateOf(world, jobId), ['Waiting', 'Pilot Agent Submission', other]);
  assert.deepEqual(await logOf(world, jobId), [
    'Received/Job accepted by JobManager',
    'Checking/JobSanity by JobPath',
    'Checking/InputData by JobSanity',
    'Checking/JobScheduling by InputData',
    'Waiting/Pilot Agent Submission by JobScheduling',
  ]);
  assert.equal((await world.matcher.match(aPilot(), anOffer(), 0)).kind, 'noMatch');
  assert.equal((await world.matchOne(aPilot({ site: other }))).jobId, jobId);
});

test('a job with more attributes than may be sent, once its demands are written out, passes like any other', async () => {
  await using world = await worldWith(fakeCatalogue(files));
  const many = Array.from({ length: 990 }, (_, n) => `A${n} = 1;`).join(' ');
  const jobId = await world.submitOne(jdl(['here'], many));
  await world.optimizerAgent.runOnce();
  assert.deepEqual(await stateOf(world, jobId), ['Waiting', 'Pilot Agent Submission', demo]);
  await world.jobs.act(aUser(), 'reschedule', [jobId]);
  assert.deepEqual((await stateOf(world, jobId)).slice(0, 2), ['Checking', 'InputData']);
});

const ends: readonly [string, string, readonly string[]][] = [
  ['no replica of a file', jdl(['here', 'nowhere']), ['Failed', 'Input Data Not Available', 'ANY']],
  [
    'files that no site has all of',
    jdl(['here', 'there']),
    ['Failed', 'No candidate sites available', 'ANY'],
  ],
  [
    'data at a site the job bans',
    jdl(['here'], `BannedSites = "${demo}";`),
    ['Failed', 'JobScheduling optimizer', 'ANY'],
  ],
  [
    'data at another site than the one asked for',
    jdl(['here'], `Site = "${other}";`),
    ['Failed', 'JobScheduling optimizer', other],
  ],
  ['data at two sites', jdl(['both']), ['Waiting', 'Pilot Agent Submission', 'MultipleInput']],
  [
    'data at two sites, both asked for',
    jdl(['both'], `Site = {"${demo}", "${other}"};`),
    ['Waiting', 'Pilot Agent Submission', 'Multiple'],
  ],
  [
    'data at two sites, one of them banned',
    jdl(['both'], `BannedSites = "${demo}";`),
    ['Waiting', 'Pilot Agent Submission', other],
  ],
];
for (const [what, description, state] of ends)
  test(`${what}: ${state[0]}/${state[1]}`, async () => {
    await using world = await worldWith(fakeCatalogue(files));
    const jobId = await world.submitOne(description);
    await world.optimizerAgent.runOnce();
    assert.deepEqual(await stateOf(world, jobId), state);
  });

test('a job that ignores replicas, or whose JobPath leaves InputData out, does not ask the catalogue', async () => {
  const catalogue = fakeCatalogue(files);
  await using world = await worldWith(catalogue);
  for (const more of ['DisableDataScheduling = yes;', 'JobPath = {"JobSanity", "JobScheduling"};']) {
    const jobId = await world.submitOne(jdl(['nowhere'], more));
    assert.equal((await stateOf(world, jobId))[0], 'Waiting', more);
  }
  assert.equal(catalogue.calls, 0);
});

test('a catalogue that does not answer fails no job; each goes on when it is back', async () => {
  const catalogue = fakeCatalogue(files);
  await using world = await worldWith(catalogue);
  const jobId = await world.submitOne(jdl(['here']));
  catalogue.isSilent = true;
  await world.optimizerAgent.runOnce();
  world.clock.advanceS(3600);
  const stalled = createStalledJobsAgent({ ...world, ...world.parts, listeningSinceMs: () => 0 });
  await stalled.runOnce();
  assert.deepEqual(await stateOf(world, jobId), ['Checking', 'InputData', 'ANY']);
  catalogue.isSilent = false;
  await world.optimizerAgent.runOnce();
  assert.deepEqual(await stateOf(world, jobId), ['Waiting', 'Pilot Agent Submission', demo]);
});

test('a job killed before the answer stays killed', async () => {
  await using world = await worldWith(fakeCatalogue(files));
  const jobId = await world.submitOne(jdl(['here']));
  await world.jobs.act(aUser(), 'kill', [jobId]);
  await world.optimizerAgent.runOnce();
  assert.equal((await stateOf(world, jobId))[0], 'Killed');
});

test('a reschedule asks the catalogue again: the data may have moved', async () => {
  const moving: Record<string, readonly string[]> = { 'LFN:/biomed/here': [demo] };
  await using world = await worldWith(fakeCatalogue(moving));
  const jobId = await world.submitOne(jdl(['here']));
  await world.optimizerAgent.runOnce();
  moving['LFN:/biomed/here'] = [other];
  await world.jobs.act(aUser(), 'reschedule', [jobId]);
  assert.deepEqual(await stateOf(world, jobId), ['Checking', 'InputData', 'ANY']);
  await world.optimizerAgent.runOnce();
  assert.deepEqual(await stateOf(world, jobId), ['Waiting', 'Pilot Agent Submission', other]);
});

test('jobs of a sweep with the same data are one question to the catalogue', async () => {
  const catalogue = fakeCatalogue(files);
  await using world = await worldWith(catalogue);
  await world.jobs.submit(aUser(), { jdls: [jdl(['both'], 'Parameters = 500; Arguments = "%s";')] });
  await world.optimizerAgent.runOnce();
  assert.deepEqual(await world.monitoring.summary(aUser(), ['Status'], []), [
    { Status: 'Waiting', count: 500 },
  ]);
  assert.ok(catalogue.calls <= 3, `${catalogue.calls} calls`);
});

test('a started agent takes a job on as soon as it is submitted', async () => {
  await using world = await worldWith(fakeCatalogue(files));
  world.optimizerAgent.start();
  try {
    const matching = world.matcher.match(aPilot(), anOffer(), 30_000);
    const jobId = await world.submitOne(jdl(['here']));
    const answer = await matching;
    assert.equal(answer.kind === 'match' && answer.job.jobId, jobId);
  } finally {
    await world.optimizerAgent.stop();
  }
});

test('candidates are the sites that have every file, once', () => {
  const at = new Map([
    ['a', ['S1', 'S2', 'S3']],
    ['b', ['S3', 'S2']],
  ]);
  const decision = narrowSites(someRequirements(), ['a', 'b', 'a'], at);
  assert.deepEqual(decision.kind === 'goOn' && decision.requirements.sites, ['S2', 'S3']);
});
