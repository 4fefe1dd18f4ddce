import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rows } from '../db/database.ts';
import type { GroupProperty } from '../identity/group-properties.ts';
import type { ProxyStatus } from '../use-cases.ts';
import type { PilotCounts, PilotDecision } from '../pilots/pilot-decisions.ts';
import { aConfiguration, anOffer, aPilot, aUser } from '../testing/builders.ts';
import { aValidProxy, openExplainedWorld } from '../testing/explained-world.ts';
import { createExplanations, type Explanations } from './explanations.service.ts';

const queue = { memoryMiB: 64_000, maxWallTimeS: 200_000, processors: 4 };
const local = (batchQueue: object) => ({ type: 'Local', queues: { default: batchQueue } });
const twoSites = aConfiguration({
  sites: {
    'EGI.Demo.org': { computingElements: { local: local(queue) } },
    'EGI.Other.org': { computingElements: { 'ce.other': local({ ...queue, memoryMiB: 4000 }) } },
    'EGI.Foreign.org': {
      vos: ['fermilab'],
      computingElements: { 'ce.foreign': local({ ...queue, memoryMiB: 500_000 }) },
    },
  },
});

const ofBiomed = (counts: Partial<PilotCounts>): PilotDecision['pilots'] => ({
  biomed: { waiting: 0, idle: 0, busy: 0, ...counts },
});
const asking = (attributes: string): string => `Executable = "/bin/true"; ${attributes}`;

test('a job that asks for too much is told what, and what would help most', async () => {
  await using it = await openExplainedWorld(twoSites);
  const jobId = await it.world.submitOne(asking('Memory = "100 GB";'));
  const { headline, now } = await it.explain.job(aUser(), jobId);
  assert.match(headline, /^Memory keeps the job from EGI.Demo.org and EGI.Other.org|^No site offers/);
  assert.deepEqual(now?.fits, { sites: 0, queues: 0 });
  assert.deepEqual(now.of, { sites: 2, queues: 2 });
  const memory = now.requirements.find(({ name }) => name === 'Memory');
  assert.deepEqual(
    memory?.easings.map(({ sites }) => sites),
    [1, 2],
  );
  assert.equal(now.causes[0]?.id, 'requirement');
  assert.match(now.causes[0].remedy ?? '', /would open 1 of 2 sites; .*would open 2 of 2 sites/);
  assert.deepEqual(now.estimate, { kind: 'none', reason: 'It cannot start as things are.' });
});

test('the nearest site is the one that takes the wish nearest to the present one', async () => {
  const of = (processors: number) => ({
    computingElements: { local: local({ processors, maxWallTimeS: 200_000 }) },
  });
  await using it = await openExplainedWorld(
    aConfiguration({ sites: { 'EGI.Few.org': of(1), 'EGI.More.org': of(4), 'EGI.Some.org': of(2) } }),
  );
  const jobId = await it.world.submitOne(asking('NumberOfProcessors = 8;'));
  const [cause] = (await it.explain.job(aUser(), jobId)).now?.causes ?? [];
  assert.match(cause?.sentence ?? '', /the nearest, EGI\.More\.org, has 4 free/);
  assert.match(cause?.remedy ?? '', /^Asking for at least 4 would open 1 of 3 sites|^Asking for 4 would/);
});

test('things that only together keep the job from every site are one cause', async () => {
  await using it = await openExplainedWorld(twoSites);
  const jobId = await it.world.submitOne(asking('Memory = "100 GB"; Tags = "Infiniband";'));
  const { now } = await it.explain.job(aUser(), jobId);
  const [several] = now?.causes.filter(({ id }) => id === 'several-obstacles') ?? [];
  assert.match(
    several?.sentence ?? '',
    /^2 things together keep the job from 2 sites: Memory \(.*\), Tags \(Infiniband\)\.$/,
  );
  assert.equal(several?.effect, 'blocks');
});

test('without any batch queue there is nothing to compare with, and that is the cause', async () => {
  await using it = await openExplainedWorld(aConfiguration({ sites: {} }));
  const jobId = await it.world.submitOne(asking(''));
  const { now } = await it.explain.job(aUser(), jobId);
  assert.deepEqual(
    now?.causes.map(({ id, effect }) => [id, effect]),
    [['no-resources', 'blocks']],
  );
});

test('a platform that only a promise has is said to be unknown until a pilot tells', async () => {
  await using it = await openExplainedWorld(twoSites);
  const platform = 'Linux_x86_64_glibc-2.36';
  const jobId = await it.world.submitOne(asking(`Platform = "${platform}"; Site = "EGI.Demo.org";`));
  const ids = async () => (await it.explain.job(aUser(), jobId)).now?.causes.map(({ id }) => id);
  assert.ok((await ids())?.includes('platform-unknown'));
  await it.see('EGI.Demo.org', anOffer({ platforms: [platform] }));
  assert.ok(!(await ids())?.includes('platform-unknown'));
});

test('what is wrong with the input data is told, and so is a bulk that nobody confirmed', async () => {
  const fault = { sentence: 'LFN:/biomed/x is on tape only.', remedy: null, endsAtMs: null };
  await using it = await openExplainedWorld(twoSites, { inputDataFault: async () => fault });
  const jobId = await it.world.submitOne(asking(''));
  const told = await it.explain.job(aUser(), jobId);
  assert.deepEqual([told.now?.causes[0]?.id, told.headline], ['input-data', fault.sentence]);
  const sweep = [asking('Parameters = 3;')];
  const { firstJobId } = await it.world.bulks.submit(aUser(), { jdls: sweep, confirm: true });
  const [held] = (await it.explain.job(aUser(), firstJobId)).now?.causes ?? [];
  assert.deepEqual([held?.id, held?.effect], ['held', 'blocks']);
  assert.match(held?.remedy ?? '', /^Confirm the submission/);
});

test('what the director decided is told in its order: coming, resting, full, none yet', async () => {
  await using it = await openExplainedWorld(twoSites);
  const jobId = await it.world.submitOne(asking('Site = "EGI.Demo.org";'));
  const told = async () => (await it.explain.job(aUser(), jobId)).now?.causes.map(({ id }) => id);
  assert.deepEqual(await told(), ['no-pilot-yet']);
  await it.decide('EGI.Demo.org', { pilots: ofBiomed({ waiting: 3 }) });
  assert.deepEqual(await told(), ['pilots-on-their-way']);
  const blockedUntilMs = it.world.clock.nowMs() + 60_000;
  await it.decide('EGI.Demo.org', {
    state: 'resting',
    blockedUntilMs,
    failure: 'sbatch: no.',
    failureVo: 'biomed',
  });
  const [resting] = (await it.explain.job(aUser(), jobId)).now?.causes ?? [];
  assert.deepEqual([resting?.id, resting?.endsAtMs], ['pilots-failed', blockedUntilMs]);
  assert.match(resting?.sentence ?? '', /sbatch: no\. No other is sent there before 2026-01-01 00:0\d UTC/);
  await it.decide('EGI.Demo.org', { state: 'clogged', pilots: ofBiomed({ waiting: 1 }), leadMs: 90_000 });
  const [overdue, ...none] = (await it.explain.job(aUser(), jobId)).now?.causes ?? [];
  assert.deepEqual([overdue?.id, none], ['pilots-overdue', []]);
  assert.match(
    overdue?.sentence ?? '',
    /1 pilot of biomed among them\. Usually they start within 1 min 30 s\./,
  );
  await it.decide('EGI.Demo.org', { state: 'full', pilots: ofBiomed({ busy: 2 }) });
  assert.deepEqual(await told(), ['slots-busy']);
  await it.decide('EGI.Demo.org', { pilots: ofBiomed({ idle: 1 }) });
  assert.deepEqual(await told(), []);
  assert.match((await it.explain.job(aUser(), jobId)).headline, /^Nothing stands in its way/);
});

test('what nodes really offer counts, as long as the batch queue promises the same', async () => {
  await using it = await openExplainedWorld(twoSites);
  const jobId = await it.world.submitOne(
    asking('Platform = "Linux_aarch64_glibc-2.36"; Site = "EGI.Demo.org";'),
  );
  const fitsNow = async () => (await it.explain.job(aUser(), jobId)).now?.fits.sites;
  assert.equal(await fitsNow(), 1, 'nobody knows better');
  await it.see('EGI.Demo.org', anOffer(), { promised: 'another promise' });
  assert.equal(await fitsNow(), 1);
  await it.see('EGI.Demo.org', anOffer());
  assert.equal(await fitsNow(), 0);
});

test('place in the queue: higher priorities, older jobs, and rivals without their names', async () => {
  await using it = await openExplainedWorld(twoSites);
  await it.world.submitOne(asking('Priority = 1;'));
  const jobId = await it.world.submitOne(asking('Priority = 1;'));
  await it.world.submitOne(asking('Priority = 5;'));
  await it.world.submitOne(asking('CPUTime = 3600;'));
  await it.world.submitOne(undefined, aUser({ userName: 'secretive' }));
  await it.world.submitOne(undefined, aUser({ vo: 'fermilab', group: 'fermilab_user' }));
  const { now } = await it.explain.job(aUser(), jobId);
  assert.deepEqual(now?.line, {
    higher: 1,
    older: 1,
    isAtLeast: false,
    queueJobs: 3,
    rivals: { queues: 2, ownJobs: 1, otherJobs: 1 },
  });
  assert.deepEqual(
    now.causes.map(({ id }) => id),
    ['no-pilot-yet', 'jobs-ahead', 'competition'],
  );
  assert.ok(!JSON.stringify(now).includes('secretive'));
});

test('a job that has started keeps why it waited', async () => {
  await using it = await openExplainedWorld(twoSites);
  const jobId = await it.world.submitOne(asking('Site = "EGI.Demo.org";'));
  await it.decide('EGI.Demo.org', { pilots: ofBiomed({ waiting: 3 }) });
  await it.agents();
  it.world.clock.advanceS(60);
  await it.agents();
  it.world.clock.advanceS(120);
  await it.agents();
  await it.decide('EGI.Demo.org', { state: 'full' });
  await it.agents();
  it.world.clock.advanceS(536);
  await it.world.matchOne();
  it.world.clock.advanceS(3600);
  const explanation = await it.explain.job(aUser(), jobId);
  assert.equal(explanation.headline, 'Waited 12 min: All places for pilots are taken at EGI.Demo.org.');
  assert.equal(explanation.now, null);
  assert.deepEqual(
    explanation.looks.map(({ causes }) => causes[0]?.id),
    ['pilots-on-their-way', 'slots-busy'],
  );
  const [first] = explanation.looks;
  assert.equal((first?.untilMs ?? 0) - (first?.fromMs ?? 0), 120_000);
});

test('a short wait has no cause, and a job killed in the queue never started', async () => {
  await using it = await openExplainedWorld(twoSites);
  const matched = await it.world.submitOne(asking('Priority = 2;'));
  const killed = await it.world.submitOne();
  it.world.clock.advanceS(14);
  await it.world.matchOne();
  assert.equal((await it.explain.job(aUser(), matched)).headline, 'Waited 14 s.');
  await it.world.jobs.act(aUser(), 'kill', [killed]);
  assert.equal((await it.explain.job(aUser(), killed)).headline, 'Waited 14 s and never started.');
});

test('a rescheduled job waits anew', async () => {
  await using it = await openExplainedWorld(twoSites);
  const jobId = await it.world.submitOne();
  it.world.clock.advanceS(100);
  await it.world.matchOne();
  it.world.clock.advanceS(100);
  await it.world.jobs.act(aUser(), 'reschedule', [jobId]);
  const { now, waitingSinceMs } = await it.explain.job(aUser(), jobId);
  assert.equal(waitingSinceMs, it.world.clock.nowMs());
  assert.ok(now);
});

test('looks go on after a restart, and old ones are forgotten', async () => {
  await using it = await openExplainedWorld(twoSites);
  await it.world.submitOne();
  const later = async (explanations: Explanations): Promise<void> => {
    for (const seconds of [0, 61]) {
      it.world.clock.advanceS(seconds);
      for (const agent of explanations.agents) await agent.runOnce();
    }
  };
  const start = (): Explanations =>
    createExplanations({
      ...it.world.parts,
      ...it.world,
      meter: it.meter,
      proxies: { status: async () => aValidProxy },
      isHeld: () => false,
      openings: () => new Map(),
    });
  await later(start());
  await later(start());
  const stored = () => it.world.database.read(() => rows('select digest from waiting_looks'));
  assert.equal((await stored()).length, 1);
  await it.world.matchOne();
  it.world.clock.advanceS(40 * 86_400);
  await later(start());
  assert.equal((await stored()).length, 0);
});

test('the start is estimated from matches of the last hour, and not at all without them', async () => {
  await using it = await openExplainedWorld(twoSites);
  await it.world.jobs.submit(aUser(), { jdls: ['Executable = "/bin/true"; Parameters = 30;'] });
  const jobId = await it.world.submitOne('Executable = "/bin/true";');
  const estimate = async () => (await it.explain.job(aUser(), jobId)).now?.estimate;
  assert.equal((await estimate())?.kind, 'none');
  for (let match = 0; match < 20; match += 1) {
    it.world.clock.advanceS(60);
    await it.world.matchOne(aPilot({ stamp: String(match).padStart(32, '0') }));
    if (match === 10) await it.agents();
  }
  const found = await estimate();
  assert.ok(found?.kind === 'range');
  const minutes = (atMs: number): number => (atMs - it.world.clock.nowMs()) / 60_000;
  assert.ok(minutes(found.p50AtMs) > 8 && minutes(found.p50AtMs) < 14, String(minutes(found.p50AtMs)));
  assert.ok(found.p90AtMs > found.p50AtMs);
  assert.match(found.basis, /20 jobs of this task queue taken in the last 20 min, with 10 ahead/);
});

/** A job of `ada`, explained with what her proxy is said to be. */
async function explainedWithProxy(status: ProxyStatus) {
  await using it = await openExplainedWorld(twoSites, {
    proxies: {
      status: async ({ userName }) => {
        assert.equal(userName, 'ada');
        return status;
      },
    },
  });
  return await it.explain.job(aUser(), await it.world.submitOne());
}

const badProxy = { state: 'Not Valid', message: 'Your proxy …', validUntilMs: 0 } as const;

test('a job without a usable proxy is held, and says so first', async () => {
  const { headline, now } = await explainedWithProxy({ ...badProxy, reason: 'EXPIRED' });
  const [first] = now?.causes ?? [];
  assert.deepEqual(
    [first?.id, first?.effect, first?.sentence],
    ['credential', 'blocks', 'The owner’s proxy ended on 1970-01-01 00:00 UTC.'],
  );
  assert.match(headline, /proxy/);
});

test('a proxy that is only short is a threat, not a cause of waiting', async () => {
  const { headline, now } = await explainedWithProxy({ ...badProxy, reason: 'SHORT' });
  const threat = now?.causes.find(({ effect }) => effect === 'threatens');
  assert.match(threat?.sentence ?? '', /perhaps before the job does/);
  assert.doesNotMatch(headline, /proxy/);
});

test('attributes that VOMS refuses are a threat too: the job starts, its payload gets no proxy', async () => {
  const { headline, now } = await explainedWithProxy({ ...badProxy, reason: 'VOMS' });
  const threat = now?.causes.find(({ effect }) => effect === 'threatens');
  assert.match(threat?.sentence ?? '', /VOMS does not give the owner the attributes/);
  assert.doesNotMatch(headline, /VOMS/);
});

const withLimits = (limits: readonly object[]) =>
  aConfiguration({
    sites: { 'EGI.Demo.org': { computingElements: { local: local(queue) } } },
    scheduling: { limits: [...limits] },
  });

test('a limit that is reached is told, and is no cause once a job has ended', async () => {
  await using it = await openExplainedWorld(withLimits([{ vo: 'biomed', maxRunning: 1 }]));
  await it.world.submitOne();
  const matched = await it.world.matchOne();
  const jobId = await it.world.submitOne();
  const { headline, now } = await it.explain.job(aUser(), jobId);
  assert.equal(
    headline,
    'A limit holds it back where it fits (EGI.Demo.org): 1 of 1 jobs of biomed may run at once.',
  );
  assert.equal(now?.causes[0]?.effect, 'delays');
  await it.world.report(matched, { status: 'Failed' });
  const after = await it.explain.job(aUser(), jobId);
  assert.ok(!after.now?.causes.some(({ id }) => id === 'limit-reached'));
});

test('a draft is judged without limits that give way by themselves', async () => {
  await using it = await openExplainedWorld(withLimits([{ vo: 'biomed', maxRunning: 1 }]));
  await it.world.submitOne();
  await it.world.matchOne();
  const { fit } = await it.explain.dryRun(aUser(), asking(''));
  assert.equal(fit?.headline, 'Fits 1 of 1 site.');
});

test('a limit that counts several VOs tells no count, and one that allows nothing blocks', async () => {
  await using it = await openExplainedWorld(withLimits([{ site: 'EGI.Demo.org', maxRunning: 0 }]));
  const { headline, now } = await it.explain.job(aUser(), await it.world.submitOne());
  assert.match(headline, /: at most 0 jobs at EGI.Demo.org may run at once\.$/);
  assert.equal(now?.causes[0]?.effect, 'blocks');
});

test('who used more than the due is told when it is even again, while others wait too', async () => {
  await using it = await openExplainedWorld(twoSites);
  const jobId = await it.world.submitOne();
  const nowMs = it.world.clock.nowMs();
  const charge = { vo: 'biomed', ownerGroup: 'biomed_user', owner: 'ada', atMs: nowMs };
  it.world.ledger.charge({ ...charge, costS: 100_000, dispatches: 10 });
  const shareOf = async () =>
    (await it.explain.job(aUser(), jobId)).now?.causes.find(({ id }) => id === 'share-used');
  assert.equal(await shareOf(), undefined, 'nobody else waits');
  await it.world.submitOne(undefined, aUser({ userName: 'bob' }));
  const share = await shareOf();
  assert.match(
    share?.sentence ?? '',
    /^The owner of the job used 100 % of late where 50 % was due, so others go first\.$/,
  );
  assert.equal(share?.remedy, 'That is even after about 10 jobs of others.');
});

test('a banned site is a cause when no other fits', async () => {
  const banned = aConfiguration({
    sites: { 'EGI.Demo.org': { status: 'Banned', computingElements: { local: local(queue) } } },
  });
  await using it = await openExplainedWorld(banned);
  const { headline } = await it.explain.job(aUser(), await it.world.submitOne());
  assert.equal(headline, 'The job fits only where no jobs are taken now: EGI.Demo.org (Banned).');
});

test('a banned site tells why and when it opens; with several the first one counts', async () => {
  const opensAtMs = Date.parse('2026-01-02T08:00:00Z');
  const banned = (statusReason: string, maxTotalPilots = 2) => ({
    status: 'Banned' as const,
    statusReason,
    computingElements: { local: local({ ...queue, maxTotalPilots }) },
  });
  const openings = new Map([
    ['EGI.Demo.org/local/default', opensAtMs],
    ['EGI.Later.org/local/default', opensAtMs + 3_600_000],
    ['EGI.None.org/local/default', opensAtMs - 1],
  ]);
  await using it = await openExplainedWorld(
    aConfiguration({
      sites: {
        'EGI.Demo.org': banned('Power cut'),
        'EGI.Later.org': banned('Moved'),
        'EGI.None.org': banned('No pilots at all', 0),
      },
    }),
    { openings: () => openings },
  );
  const { headline, now } = await it.explain.job(aUser(), await it.world.submitOne());
  assert.equal(
    headline,
    'The job fits only where no jobs are taken now: EGI.Demo.org (Banned: Power cut; opens on 2026-01-02 08:00 UTC), EGI.Later.org (Banned: Moved; opens on 2026-01-02 09:00 UTC) and EGI.None.org (Banned: No pilots at all).',
  );
  assert.equal(now?.causes[0]?.endsAtMs, opensAtMs);
  assert.deepEqual(now.sites[0]?.reasons, [
    'The site is Banned: Power cut. It opens on 2026-01-02 08:00 UTC.',
  ]);
});

test('a dry run counts sites, and stores nothing', async () => {
  await using it = await openExplainedWorld(twoSites);
  const { fit, jobs, problems } = await it.explain.dryRun(aUser(), asking('Memory = "10 GB";'));
  assert.deepEqual([jobs, problems, fit?.headline], [1, [], 'Fits 1 of 2 sites.']);
  assert.deepEqual(fit?.causes, []);
  assert.equal((await it.world.database.read(() => rows('select 1 as found from jobs'))).length, 0);
});

test('a dry run of a sweep answers for its narrowest job', async () => {
  await using it = await openExplainedWorld(twoSites);
  const jdl = 'Executable = "/bin/true"; Parameters = {"1 GB", "10 GB"}; Memory = "%s";';
  const { fit, jobs } = await it.explain.dryRun(aUser(), jdl);
  assert.deepEqual([jobs, fit?.fits.sites], [2, 1]);
});

test('a dry run of a sweep checks every job, names the faulty one, and warns of all', async () => {
  await using it = await openExplainedWorld(twoSites);
  const sweep = (attributes: string) => it.explain.dryRun(aUser(), asking(attributes));
  const steep = 'Parameters = 3000; ParameterStart = 1; ParameterStep = 1; NumberOfProcessors = "%s";';
  const refused = await sweep(steep);
  assert.deepEqual([refused.jobs, refused.fit], [0, null]);
  assert.match(
    refused.problems[0]?.message ?? '',
    /^Job 1024 of the sweep: .*must be from 1 to 1024, not 1025/,
  );
  const inTheMiddle = Array.from({ length: 300 }, (_, index) => (index === 150 ? 5000 : 1)).join();
  const hidden = await sweep(`Parameters = {${inTheMiddle}}; NumberOfProcessors = "%s";`);
  assert.equal(hidden.jobs, 0);
  assert.match(hidden.problems[0]?.message ?? '', /^Job 150 of the sweep: .*not 5000/);
  const doubtful = await sweep('Parameters = 3; ParameterStart = 1000; ParameterStep = 1000; Memory = "%s";');
  assert.deepEqual(
    [doubtful.jobs, doubtful.problems.map(({ attribute }) => attribute)],
    [3, ['Memory', 'Memory']],
  );
});

test('a dry run knows the limits of the group, as the submission does', async () => {
  const properties: GroupProperty[] = ['NormalUser'];
  const group = { properties, jobDescription: { maxJobsPerBulk: 5 } };
  await using it = await openExplainedWorld(
    aConfiguration({ vos: { biomed: { groups: { biomed_user: group } } } }),
  );
  const { jobs, problems } = await it.explain.dryRun(aUser(), asking('Parameters = 6;'));
  assert.equal(jobs, 0);
  assert.match(problems[0]?.message ?? '', /6 jobs are more than the 5 allowed/);
});

test('a dry run tells faults with their places, and needs the right to submit', async () => {
  await using it = await openExplainedWorld(twoSites);
  for (const jdl of [
    'Executable = {"a", ;',
    'Arguments = "x";',
    'Executable = "/bin/ls"; Parameters = -1;',
  ]) {
    const { fit, problems } = await it.explain.dryRun(aUser(), jdl);
    assert.equal(fit, null);
    assert.equal(problems.find(({ severity }) => severity === 'error')?.line, 1, jdl);
  }
  await assert.rejects(it.explain.dryRun(aUser({ properties: [] }), asking('')), { code: 'access.denied' });
});
