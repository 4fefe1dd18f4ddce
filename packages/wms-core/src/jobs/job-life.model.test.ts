/**
 * Random lives of jobs: whatever users, pilots and agents do in whatever order, no job leaves the transition
 * table, the counters equal a recount, queues hold exactly the waiting jobs, no attempt has two pilots, every
 * attempt that ended is accounted once, and what nobody runs any more waits or has ended. The same when the server dies between any two statements, and then nothing
 * it had answered is lost.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { rows } from '../db/database.ts';
import { silentLogger } from '../kernel/logger.ts';
import { isWmsError } from '../kernel/wms-error.ts';
import { checkAccounting } from '../testing/accounting-check.ts';
import { aConfiguration, anOffer, aPilot, aUser, configurationHolder } from '../testing/builders.ts';
import { openCrashingWorld } from '../testing/crashing-world.ts';
import { testEngine } from '../testing/engines.ts';
import type { Crash } from '../testing/fuse.ts';
import { checkHeldJobs } from '../testing/held-jobs-check.ts';
import { openJobWorld, type JobWorld } from '../testing/job-world.ts';
import { propertyRuns } from '../testing/property-runs.ts';
import { Witness } from '../testing/witness.ts';
import { jobActions, type JobAction, type MatchedJob } from '../use-cases.ts';
import { canMove, isPayloadFinal, jobStatuses, type JobStatus } from './job-status.ts';
import { undoSource } from './job-moves.service.ts';
import { isUndoableFrom } from './operations/undo-job.ts';
import { createStalledJobsAgent } from './stalled-jobs.agent.ts';

/** Source of changes that skip the transition table. */
const forced = 'Forced';
const properties = ['NormalUser', 'JobAdministrator'] as const;
const pilots = ['a', 'b', 'c'].map((letter) => aPilot({ stamp: letter.repeat(32) }));

type Operation =
  | { readonly kind: 'submit'; readonly count: number }
  | { readonly kind: 'match'; readonly pilot: number }
  | { readonly kind: 'report'; readonly nth: number; readonly status: JobStatus; readonly lateMs: number }
  | { readonly kind: 'give back'; readonly nth: number }
  | { readonly kind: 'heartbeat'; readonly nth: number }
  | { readonly kind: 'act'; readonly action: JobAction; readonly jobId: number }
  | {
      readonly kind: 'set status';
      readonly status: JobStatus;
      readonly jobId: number;
      readonly force: boolean;
    }
  | { readonly kind: 'act on all'; readonly action: JobAction; readonly status: JobStatus }
  | { readonly kind: 'undo'; readonly nth: number }
  | { readonly kind: 'pilot ends'; readonly pilot: number }
  | { readonly kind: 'time passes'; readonly seconds: number };

const kind = <const K extends Operation['kind']>(name: K) => fc.constant(name);
const nth = fc.nat(9);
const pilot = fc.nat(pilots.length - 1);
const jobId = fc.integer({ min: 1, max: 12 });
const status = fc.constantFrom(...jobStatuses);

const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ kind: kind('submit'), count: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ kind: kind('match'), pilot }),
  fc.record({ kind: kind('match'), pilot }),
  fc.record({ kind: kind('report'), nth, status, lateMs: fc.integer({ min: -2000, max: 2000 }) }),
  fc.record({ kind: kind('give back'), nth }),
  fc.record({ kind: kind('heartbeat'), nth }),
  fc.record({ kind: kind('act'), action: fc.constantFrom(...jobActions), jobId }),
  fc.record({ kind: kind('set status'), status, jobId, force: fc.boolean() }),
  fc.record({ kind: kind('act on all'), action: fc.constantFrom(...jobActions), status }),
  fc.record({ kind: kind('undo'), nth }),
  fc.record({ kind: kind('pilot ends'), pilot }),
  fc.record({ kind: kind('time passes'), seconds: fc.constantFrom(10, 301, 901) }),
);

interface Taken {
  readonly job: MatchedJob;
  readonly pilot: number;
}

const unlessDoneAlready = (asked: Promise<unknown>): Promise<unknown> =>
  asked.catch((error: unknown) => {
    if (!isWmsError(error) || error.code !== 'conflict') throw error;
  });

async function perform(world: JobWorld, taken: Taken[], step: Operation): Promise<void> {
  const held = 'nth' in step ? taken[step.nth % Math.max(taken.length, 1)] : undefined;
  const heldBy = pilots[held?.pilot ?? 0] ?? aPilot();
  const attempt = { jobId: held?.job.jobId ?? 1, attempt: held?.job.attempt ?? 1, atMs: world.clock.nowMs() };
  switch (step.kind) {
    case 'submit':
      await world.jobs.submit(aUser(), { jdls: [`Executable = "/bin/true"; Parameters = ${step.count};`] });
      return;
    case 'match': {
      const answer = await world.matcher.match(pilots[step.pilot] ?? aPilot(), anOffer(), 0);
      if (answer.kind === 'match') taken.push({ job: answer.job, pilot: step.pilot });
      return;
    }
    case 'report': {
      const atMs = attempt.atMs - step.lateMs;
      const parameters = { 'TotalCPUTime(s)': String(step.lateMs / 7), 'WallClockTime(s)': '12.5' };
      await world.stateUpdate.report(heldBy, [{ ...attempt, atMs, status: step.status, parameters }]);
      return;
    }
    case 'give back':
      await world.stateUpdate.report(heldBy, [{ ...attempt, reschedule: true }]);
      return;
    case 'heartbeat':
      await world.stateUpdate.heartbeat(heldBy, [{ ...attempt, metrics: { CPUConsumed: step.nth } }], []);
      return;
    case 'act':
      await world.operations.act(aUser({ properties }), step.action, [step.jobId]);
      return;
    case 'act on all': {
      const search = [{ parameter: 'Status', operator: 'eq', value: step.status }] as const;
      const { token } = await world.operations.preview(aUser({ properties }), step.action, search);
      await world.operations.start(aUser({ properties }), token);
      await world.operationsAgent.runOnce();
      return;
    }
    case 'undo': {
      const open = (await world.operations.list(aUser())).filter(({ undoUntilMs }) => undoUntilMs !== null);
      const operation = open[step.nth % Math.max(open.length, 1)];
      // Of two who take the same back at once one is told that it was done already.
      if (operation) await unlessDoneAlready(world.operations.undo(aUser(), operation.operationId));
      await world.operationsAgent.runOnce();
      return;
    }
    case 'set status': {
      const source = step.force ? forced : 'Unknown';
      const change = { jobId: step.jobId, atMs: attempt.atMs, status: step.status, source };
      await world.jobs.setStatus(aUser(), [change], step.force);
      return;
    }
    case 'pilot ends':
      await world.database.write(() => world.lostJobs.pilotEnded(pilots[step.pilot]?.stamp ?? '', 'Gone'));
      return;
    case 'time passes':
      world.clock.advanceS(step.seconds);
  }
}

interface Counted {
  readonly site: string;
  readonly status: string;
  readonly jobs: number;
}

async function check(world: JobWorld): Promise<void> {
  const select = <R extends object>(sql: string) => world.database.read(() => rows<R>(sql));
  assert.deepEqual(
    await select<Counted>(
      'select site, status, jobs from job_counters where jobs <> 0 order by site, status',
    ),
    await select<Counted>(
      'select site, status, count(*) as jobs from jobs group by site, status order by site, status',
    ),
  );
  assert.deepEqual(
    await select('select job_id from task_queue_jobs order by job_id'),
    await select("select job_id from jobs where status = 'Waiting' order by job_id"),
  );
  assert.deepEqual(
    await select("select job_id from jobs where (task_queue_id is not null) <> (status = 'Waiting')"),
    [],
  );
  const log = await select<{ job_id: number; status: JobStatus; source: string }>(
    "select job_id, status, source from job_log where status is not null and source not like '%(late)%' order by job_id, log_id",
  );
  for (const [index, entry] of log.entries()) {
    const before = log[index - 1];
    if (before?.job_id !== entry.job_id || before.status === entry.status) continue;
    if (entry.source === undoSource) {
      assert.ok(before.status === 'Killed' || before.status === 'Deleted');
      assert.ok(isUndoableFrom(entry.status), entry.status);
      continue;
    }
    if (entry.source === forced) continue;
    assert.ok(canMove(before.status, entry.status), `${before.status} → ${entry.status}`);
  }
  const waiting = world.index.all().reduce((sum, { waitingJobs }) => sum + waitingJobs, 0);
  const [inQueues] = await select<{ n: number }>('select count(*) as n from task_queue_jobs');
  assert.equal(waiting, inQueues?.n);
}

const stalledJobs = (world: JobWorld) =>
  createStalledJobsAgent({
    ...world,
    log: silentLogger,
    configuration: configurationHolder(),
    listeningSinceMs: () => 0,
  });

/** All pilots fall silent: a job that is held, or on its way somewhere, is given up and waits or ends. */
async function checkAllEnd(world: JobWorld): Promise<void> {
  const agent = stalledJobs(world);
  for (const silentS of [901, 901]) {
    world.clock.advanceS(silentS);
    await agent.runOnce();
  }
  const left = await world.database.read(() =>
    rows<{ status: JobStatus }>("select status from jobs where status <> 'Waiting'"),
  );
  for (const { status: at } of left) assert.ok(isPayloadFinal(at), `a job stays ${at}`);
}

test('no sequence of events breaks a rule of job life', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: 5, maxLength: 60 }), async (steps) => {
      await using world = await openJobWorld();
      const agent = stalledJobs(world);
      const taken: Taken[] = [];
      for (const step of steps) {
        await perform(world, taken, step);
        if (step.kind === 'time passes') await agent.runOnce();
      }
      const attempts = taken.map(({ job }) => `${job.jobId}.${job.attempt}`);
      assert.equal(new Set(attempts).size, attempts.length);
      await check(world);
      await checkAccounting(world.database);
      await checkAllEnd(world);
    }),
    propertyRuns(15),
  );
});

interface Turn {
  /** At the same time, so that they share transactions. */
  readonly steps: readonly Operation[];
  readonly crash: Crash | null;
}

const turn: fc.Arbitrary<Turn> = fc.record({
  steps: fc.array(operation, { minLength: 1, maxLength: 4 }),
  crash: fc.option(
    fc.record({
      statements: fc.integer({ min: 1, max: 40 }),
      when: fc.constantFrom('before', 'after'),
    }),
    { freq: 2 },
  ),
});

/** Limits that some matches meet. */
const limited = aConfiguration({
  scheduling: {
    limits: [
      { site: 'EGI.Demo.org', maxRunning: 4 },
      { vo: 'biomed', maxRunning: 6 },
    ],
  },
});

/** What the steps failed with; they all end, dead or alive. */
async function take(
  world: JobWorld,
  taken: Taken[],
  steps: readonly Operation[],
): Promise<readonly unknown[]> {
  const agent = stalledJobs(world);
  const results = await Promise.allSettled(
    steps.map(async (step) => {
      await perform(world, taken, step);
      if (step.kind === 'time passes') await agent.runOnce();
    }),
  );
  return results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
}

test('a death between any two statements breaks no rule, and nothing that was answered is lost', async () => {
  let deaths = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(turn, { minLength: 5, maxLength: 25 }), async (turns) => {
      await using crashing = await openCrashingWorld(limited);
      const witness = new Witness();
      const taken: Taken[] = [];
      const checkAll = async (): Promise<void> => {
        await witness.check(crashing.world.database);
        await check(crashing.world);
        await checkAccounting(crashing.world.database);
        await checkHeldJobs(crashing.world.database);
      };
      for (const { steps, crash } of turns) {
        if (crash) crashing.crash(crash);
        const failures = await take(witness.of(crashing.world), taken, steps);
        if (await crashing.revive()) {
          deaths += 1;
          await checkAll();
        } else assert.deepEqual(failures, []);
      }
      crashing.calm();
      await checkAll();
    }),
    propertyRuns(testEngine() === 'postgres' ? 4 : 10),
  );
  assert.ok(deaths > 0, 'nothing died, so nothing was proven');
});
