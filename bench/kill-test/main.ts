/**
 * `npm run kill-test -- --kills N [--engine sqlite|postgres] [--targets server,pilot,database] [--seed S]
 * [--report FILE]`: runs a whole installation under load and kills its parts with SIGKILL at random moments: the server,
 * also while it starts; simulated pilots with and without the shell around them; the database server. At the end
 * every acknowledged job must be there, no attempt may have run twice, and all must be final. One JSON line on
 * standard output; exit 0 or 1.
 */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { HttpUser } from '@wm/e2e/world/http-user';
import { FailingWorld } from '../failing-world/failing-world.ts';
import { jobsNow, settle } from '../failing-world/jobs-now.ts';
import { countByTarget, recoveryTimes } from '../failing-world/kills.ts';
import { pick, seededRandom } from '../seeded-random.ts';
import type { LedgerLine } from '../simulated-pilots/ledger.ts';
import { killTestOptions, type KillTestOptions } from './options.ts';
import { killReport, type KillTestResult } from './report.ts';
import { startSubmitter } from './submitter.ts';
import { judge, outputKey, type JobNow } from './verdict.ts';

/** Longest quiet time between two kills. */
const longestLifeMs = 800;
/** Some job must become final within this time once nothing is killed any more: longer than a lost match waits. */
const patienceMs = 120_000;

const installation = {
  sites: [
    {
      name: 'EGI.Simulation.org',
      vos: ['simulation.test'],
      pilots: 3,
      slots: 6,
      payloadMs: 30,
      outputShare: 0.2,
    },
  ],
  users: [{ userName: 'mkolar', vo: 'simulation.test', group: 'simulation_user' }],
  maxRescheduling: 1000,
  lifeCycle: {
    pilotHeartbeatS: 5,
    stalledAfterS: 20,
    lostAfterS: 25,
    matchedTimeoutS: 20,
    pilotIdleStopS: 600,
  },
} as const;

const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** Downloads every output that was acknowledged and keeps those that are what their PFN says. */
async function outputsNow(
  url: string,
  user: HttpUser,
  ledger: readonly LedgerLine[],
): Promise<ReadonlySet<string>> {
  const there = new Set<string>();
  for (const line of ledger) {
    if (line.kind !== 'output') continue;
    const params = { jobId: line.jobId, kind: 'output' as const };
    const { archives } = await user.client
      .call('GET /bff/jobs/:jobId/sandbox/:kind', { params })
      .catch((error: unknown) => {
        say(`Output of job ${line.jobId}: ${String(error)}`);
        return { archives: [] };
      });
    for (const archive of archives) {
      const answer = await fetch(new URL(archive.url, url));
      const bytes = Buffer.from(await answer.arrayBuffer());
      const digest = createHash('sha256').update(bytes).digest('hex');
      if (archive.pfn.includes(digest)) there.add(outputKey(line.jobId, archive.pfn));
      else say(`Output of job ${line.jobId}: ${archive.pfn} is answered with ${answer.status}`);
    }
  }
  return there;
}

async function killAtRandom(
  world: FailingWorld,
  { kills, targets, seed }: KillTestOptions,
  ended: () => number,
): Promise<void> {
  const random = seededRandom(seed + 1);
  let next = 20;
  while (world.kills.length < kills) {
    await delay(random() * longestLifeMs);
    await world.kill(pick(random, targets));
    if (world.kills.length < next) continue;
    next += 20;
    say(`${world.kills.length} kills, ${ended()} jobs done`);
  }
}

async function killTest(options: KillTestOptions): Promise<KillTestResult> {
  const { engine, seed, keep } = options;
  const startedAtMs = Date.now();
  const world = await FailingWorld.open({
    engine,
    random: seededRandom(seed),
    plan: installation,
    keep,
    say,
  });
  try {
    const { ledger } = world.simulation;
    const ended = (): number => ledger.lines().filter(({ kind }) => kind === 'acknowledged').length;
    const users = await world.users();
    const [user] = users;
    if (!user) throw new Error('The simulation has no user.');
    const submitters = [60, 150].map((pauseMs, index) =>
      startSubmitter(user, { ended, pauseMs, random: seededRandom(seed + 2 + index) }),
    );
    await killAtRandom(world, options, ended);
    say('No more kills; waiting for the jobs');
    await Promise.all(submitters.map((submitter) => submitter.stop()));
    const acknowledged = new Map(submitters.flatMap((submitter) => [...submitter.acknowledged]));
    await settle(users, acknowledged.size, patienceMs);
    const outputs = await outputsNow(world.url, user, ledger.lines());
    const rows = await jobsNow(users, ['JobID', 'JobName', 'Status']);
    const verdict = judge(acknowledged, rows.map(asJob), ledger.lines(), outputs);
    if (verdict.faults.length > 0) world.keepFolder();
    return {
      verdict,
      engine,
      seed,
      targets: countByTarget(world.kills),
      recoveryMs: recoveryTimes(world.kills, ledger.lines()),
      durationS: Math.round((Date.now() - startedAtMs) / 1000),
      outputs: outputs.size,
      attempts: ledger.lines().filter(({ kind }) => kind === 'started').length,
    };
  } finally {
    await world.close();
  }
}

const asJob = (row: Readonly<Record<string, unknown>>): JobNow => ({
  jobId: Number(row['JobID']),
  jobName: String(row['JobName']),
  status: String(row['Status']),
});

async function main(): Promise<boolean> {
  const options = killTestOptions(process.argv.slice(2));
  if (typeof options === 'string') {
    say(options);
    return false;
  }
  say(`Engine ${options.engine}, seed ${options.seed}`);
  const result = await killTest(options);
  const { faults, ...counts } = result.verdict;
  for (const fault of faults.slice(0, 50)) say(fault);
  const { server, pilot, database } = result.targets;
  const { engine, targets } = result;
  process.stdout.write(
    `${JSON.stringify({ kills: server + pilot + database, ...counts, engine, targets })}\n`,
  );
  if (options.report !== undefined) {
    mkdirSync(dirname(options.report), { recursive: true });
    writeFileSync(options.report, killReport(result, new Date()));
  }
  return counts.lost + counts.double + counts.notFinal === 0;
}

process.exit((await main()) ? 0 : 1);
