/** Plays a planned week on a real installation: submissions by every user on time, failures as planned. */
import { setTimeout as delay } from 'node:timers/promises';
import type { HttpUser } from '@wm/e2e/world/http-user';
import { FailingWorld } from '../failing-world/failing-world.ts';
import { jobsNow, settle } from '../failing-world/jobs-now.ts';
import { countByTarget, recoveryTimes } from '../failing-world/kills.ts';
import { bulk, submissionKinds, submit } from '../failing-world/submissions.ts';
import { judge } from '../kill-test/verdict.ts';
import { pick, seededRandom } from '../seeded-random.ts';
import type { SimulatedSite, SimulatedUser } from '../simulated-pilots/installation.ts';
import type { EndedJob } from './figures.ts';
import { planWeek, type PlannedFailure, type PlannedSubmission, type Week } from './plan.ts';
import type { AcceptanceResult } from './report.ts';

const users: readonly SimulatedUser[] = [
  { userName: 'mkolar', vo: 'astro.test', group: 'astro_user' },
  { userName: 'jlind', vo: 'bio.test', group: 'bio_user' },
  { userName: 'iortega', vo: 'bio.test', group: 'bio_production' },
  { userName: 'mkolar', vo: 'climate.test', group: 'climate_user' },
];

const site = (name: string, vos: readonly string[]): SimulatedSite => ({
  name,
  vos,
  pilots: 1,
  slots: 24,
  payloadMs: 60,
  outputShare: 0.02,
});

const sites = [
  site('EGI.Meadow.org', ['astro.test', 'bio.test']),
  site('EGI.Harbour.org', ['bio.test', 'climate.test']),
  site('EGI.Summit.org', ['astro.test', 'climate.test']),
] as const;

const lifeCycle = {
  pilotHeartbeatS: 5,
  stalledAfterS: 20,
  lostAfterS: 25,
  matchedTimeoutS: 20,
  pilotIdleStopS: 600,
};

/** Bursts of more jobs are sent as bulks. */
const bulkAbove = 150;
/** Some job must become final within this time once the week is over. */
const patienceMs = 120_000;

export type ReplayOptions = Omit<Week, 'users' | 'sites'> & { readonly keep: boolean };

const say = (text: string): void => void process.stderr.write(`${text}\n`);

export async function replayWeek(options: ReplayOptions): Promise<AcceptanceResult> {
  const { engine, seed, keep } = options;
  const [first, ...others] = sites.map(({ name }) => name);
  const plan = planWeek({ ...options, users: users.length, sites: [first ?? '', ...others] });
  const startedAtMs = Date.now();
  const world = await FailingWorld.open({
    engine,
    random: seededRandom(seed + 1),
    plan: { sites, users, lifeCycle },
    keep,
    say,
  });
  try {
    const people = await world.users();
    const acknowledged = new Map<number, string>();
    const beginMs = Date.now();
    const submitting = people.map((user, index) =>
      submitAll(
        user,
        plan.submissions.filter((each) => each.user === index),
        { beginMs, seed: seed + 2 + index, acknowledged },
      ),
    );
    await Promise.all([...submitting, failAll(world, plan.failures, beginMs)]);
    const lateS = Math.round((Date.now() - beginMs - options.minutes * 60_000) / 1000);
    say(`The week is over, ${Math.max(0, lateS)} s late; waiting for the last jobs`);
    await settle(people, acknowledged.size, patienceMs);
    const rows = await jobsNow(people, parameters);
    const ledger = world.simulation.ledger.lines();
    const givenBack = new Set(ledger.flatMap((line) => (line.kind === 'given back' ? [line.jobId] : [])));
    return {
      options,
      verdict: judge(acknowledged, rows.map(nowOf), ledger),
      jobs: rows.map((row) => endedOf(row, givenBack)),
      planned: options.days * options.jobsPerDay,
      kills: countByTarget(world.kills),
      recoveryMs: recoveryTimes(world.kills, ledger),
      durationS: Math.round((Date.now() - startedAtMs) / 1000),
    };
  } finally {
    await world.close();
  }
}

const until = async (atMs: number): Promise<void> => {
  const leftMs = atMs - Date.now();
  if (leftMs > 0) await delay(leftMs);
};

/** One after the other; a late one goes at once. */
async function submitAll(
  user: HttpUser,
  submissions: readonly PlannedSubmission[],
  parts: {
    readonly beginMs: number;
    readonly seed: number;
    readonly acknowledged: Map<number, string>;
  },
): Promise<void> {
  const random = seededRandom(parts.seed);
  for (const [index, { atMs, day, jobs }] of submissions.entries()) {
    await until(parts.beginMs + atMs);
    const name = `day-${day}-${user.group}-${index}`;
    const kind = jobs > bulkAbove ? bulk : pick(random, submissionKinds);
    const answer = await submit(user, kind, name, jobs);
    for (const [jobId, jobName] of answer) parts.acknowledged.set(jobId, jobName);
  }
}

async function failAll(
  world: FailingWorld,
  failures: readonly PlannedFailure[],
  beginMs: number,
): Promise<void> {
  for (const failure of failures) {
    await until(beginMs + failure.atMs);
    say(`${((Date.now() - beginMs) / 1000).toFixed(0)} s: ${wordsOf(failure)}`);
    await fail(world, failure);
  }
}

async function fail(world: FailingWorld, failure: PlannedFailure): Promise<void> {
  const { simulation } = world;
  switch (failure.kind) {
    case 'kill':
      await world.kill(failure.target);
      return;
    case 'ban':
    case 'allow':
      simulation.setBanned(failure.site, failure.kind === 'ban');
      return;
    case 'black hole':
    case 'mended':
      simulation.setBlackHole(failure.site, failure.kind === 'black hole');
  }
}

const wordsOf = (failure: PlannedFailure): string =>
  failure.kind === 'kill' ? `kill ${failure.target}` : `${failure.kind}: ${failure.site}`;

const parameters = [
  'JobID',
  'JobName',
  'Status',
  'MinorStatus',
  'RescheduleCounter',
  'SubmissionTime',
  'LastUpdateTime',
];

type SearchRow = Readonly<Record<string, unknown>>;

const nowOf = (row: SearchRow) => ({
  jobId: Number(row['JobID']),
  jobName: String(row['JobName']),
  status: String(row['Status']),
});

const endedOf = (row: SearchRow, givenBack: ReadonlySet<number>): EndedJob => ({
  day: Number(String(row['JobName']).split('-')[1]),
  status: String(row['Status']),
  minorStatus: String(row['MinorStatus']),
  reschedules: Number(row['RescheduleCounter']),
  isGivenBack: givenBack.has(Number(row['JobID'])),
  submittedAtMs: Date.parse(String(row['SubmissionTime'])),
  lastUpdateAtMs: Date.parse(String(row['LastUpdateTime'])),
});
