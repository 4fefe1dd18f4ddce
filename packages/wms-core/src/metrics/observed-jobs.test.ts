import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fits } from '../matching/match.ts';
import { anOffer, aPilot, aUser } from '../testing/builders.ts';
import { helloWorld, openJobWorld } from '../testing/job-world.ts';
import { createRecordingMetrics } from '../testing/recording-metrics.ts';
import { MatchWatch } from './match-watch.ts';
import { jobsByStatus, waitingSince } from './measurements.store.ts';
import { NodeClocks } from './node-clocks.ts';
import { countMatches, countRefusedSubmissions, countReports } from './observed-jobs.ts';

async function openWatchedWorld() {
  const metrics = createRecordingMetrics();
  const world = await openJobWorld({ parts: { metrics } });
  const nodeClocks = new NodeClocks();
  const matchWatch = new MatchWatch(fits);
  return {
    ...world,
    metrics,
    nodeClocks,
    matchWatch,
    jobs: countRefusedSubmissions(world.jobs, metrics),
    matcher: countMatches(world.matcher, metrics, matchWatch),
    stateUpdate: countReports(world.stateUpdate, { metrics, clock: world.clock, nodeClocks }),
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

const site = 'EGI.Demo.org';

test('submissions count their jobs once they are stored, refused ones their reason', async () => {
  await using world = await openWatchedWorld();
  await world.jobs.submit(aUser(), { jdls: [helloWorld, helloWorld] });
  const noExecutable = world.jobs.submit(aUser(), { jdls: ['[ JobName = "x"; ]'] });
  await assert.rejects(noExecutable, { code: 'jdl.invalid' });
  assert.equal(world.metrics.sum('wm_jobs_submitted_total', { vo: 'biomed' }), 2);
  assert.equal(world.metrics.sum('wm_submissions_refused_total', { vo: 'biomed', reason: 'jdl.invalid' }), 1);
});

test('a life counts each status it reaches, and says nothing of refused and repeated reports', async () => {
  await using world = await openWatchedWorld();
  await world.submitOne();
  const job = await world.matchOne();
  await world.report(job, { status: 'Running' });
  await world.report(job, { status: 'Running' });
  world.clock.advanceS(1);
  await world.report(job, { status: 'Done' });
  world.clock.advanceS(1);
  await assert.rejects(world.report(job, { status: 'Running' }));
  const count = (status: string) => world.metrics.sum('wm_job_moves_total', { vo: 'biomed', status });
  assert.deepEqual(['Matched', 'Running', 'Done'].map(count), [1, 1, 1]);
});

test('a rescheduled job counts every status on its way', async () => {
  await using world = await openWatchedWorld();
  const jobId = await world.submitOne();
  await world.jobs.act(aUser(), 'reschedule', [jobId]);
  const count = (status: string) => world.metrics.sum('wm_job_moves_total', { status });
  assert.deepEqual(['Rescheduled', 'Received', 'Checking', 'Waiting'].map(count), [1, 1, 1, 1]);
});

test('what comes from pilots counts by outcome: accepted, stale, unknown', async () => {
  await using world = await openWatchedWorld();
  await world.submitOne();
  const { jobId, attempt } = await world.matchOne();
  const atMs = world.clock.nowMs();
  await world.stateUpdate.report(aPilot(), [
    { jobId, attempt, atMs, status: 'Running' },
    { jobId, attempt: attempt + 1, atMs, status: 'Running' },
    { jobId: 999, attempt: 1, atMs },
  ]);
  await world.stateUpdate.heartbeat(
    aPilot(),
    [
      { jobId, attempt, atMs: atMs - 90_000 },
      { jobId, attempt: 7, atMs },
    ],
    [],
  );
  const count = (outcome: string) => world.metrics.sum('wm_job_reports_total', { site, outcome });
  assert.deepEqual(['accepted', 'job.stale-attempt', 'job.not-found'].map(count), [1, 2, 1]);
  assert.equal(world.metrics.sum('wm_heartbeats_total', { site }), 2);
  assert.deepEqual(world.nodeClocks.offsets(world.clock.nowMs()), [{ site, offsetS: 90 }]);
});

test('matches count by outcome, and a pilot counts as asking until it has its answer', async () => {
  await using world = await openWatchedWorld();
  await world.submitOne();
  const asking = world.matcher.match(aPilot(), anOffer(), 0);
  assert.equal(world.matchWatch.asking, 1);
  assert.equal((await asking).kind, 'match');
  assert.equal((await world.matcher.match(aPilot(), anOffer(), 0)).kind, 'noMatch');
  const count = (outcome: string) => world.metrics.sum('wm_matches_total', { vo: 'biomed', site, outcome });
  assert.deepEqual(['match', 'no-match', 'stop'].map(count), [1, 1, 0]);
  assert.equal(world.matchWatch.asking, 0);
  const tries = world.metrics.told.filter(({ name }) => name === 'wm_match_duration_seconds');
  assert.deepEqual(
    tries.map(({ labels }) => labels.outcome),
    ['match', 'no-match'],
  );
});

test('the gauges of jobs equal what is there, and the oldest waiting job waits since it was rescheduled', async () => {
  await using world = await openWatchedWorld();
  const beganAtMs = world.clock.nowMs();
  const first = await world.submitOne();
  world.clock.advanceS(60);
  await world.submitOne();
  await world.submitOne(helloWorld, aUser({ vo: 'fermilab', group: 'fermilab_user', userName: 'bob' }));
  const counts = async () =>
    (await world.database.readHeavy(jobsByStatus))
      .filter(({ jobs }) => jobs > 0)
      .map(({ vo, status, jobs }) => `${vo} ${status} ${jobs}`)
      .toSorted();
  assert.deepEqual(await counts(), ['biomed Waiting 2', 'fermilab Waiting 1']);
  const since = () => world.database.readHeavy(() => waitingSince('biomed'));
  assert.equal(await since(), beganAtMs);
  world.clock.advanceS(60);
  await world.jobs.act(aUser(), 'reschedule', [first]);
  assert.equal(await since(), beganAtMs + 60_000);
  assert.equal(await world.database.readHeavy(() => waitingSince('nobody')), undefined);
});
