/**
 * The week of the acceptance test as a plan: who submits how many jobs when, and what fails when. Pure, and the same
 * again from the same seed. Times are of the replay, whose days are short.
 */
import type { Engine, KillTarget } from '../failing-world/kills.ts';
import { pick, seededRandom, type Random } from '../seeded-random.ts';

export interface Week {
  readonly days: number;
  readonly jobsPerDay: number;
  /** Length of the whole replay. */
  readonly minutes: number;
  readonly engine: Engine;
  readonly seed: number;
  readonly users: number;
  readonly sites: readonly [string, ...string[]];
}

export interface PlannedSubmission {
  readonly atMs: number;
  /** From 1. */
  readonly day: number;
  readonly user: number;
  readonly jobs: number;
}

export type PlannedFailure =
  | { readonly atMs: number; readonly kind: 'kill'; readonly target: KillTarget }
  | { readonly atMs: number; readonly kind: 'ban' | 'allow'; readonly site: string }
  | { readonly atMs: number; readonly kind: 'black hole' | 'mended'; readonly site: string };

export interface WeekPlan {
  /** In the order of time. */
  readonly submissions: readonly PlannedSubmission[];
  readonly failures: readonly PlannedFailure[];
}

const largestBurst = 200;
/** Deaths a day. */
const deaths: Readonly<Record<Engine, readonly KillTarget[]>> = {
  sqlite: ['server', 'server', 'server', 'server', 'pilot', 'pilot', 'pilot', 'pilot', 'pilot', 'pilot'],
  postgres: ['server', 'server', 'server', 'database', 'pilot', 'pilot', 'pilot', 'pilot', 'pilot', 'pilot'],
};
/** Parts of a day for which a site is banned, or spoils jobs. */
const bannedFor = 0.15;
const blackHoleFor = 0.2;
/** A new site is a black hole at first; the same happens again now and then. */
const blackHoleEveryDays = 3;

export function planWeek(week: Week): WeekPlan {
  const random = seededRandom(week.seed);
  const dayMs = (week.minutes * 60_000) / week.days;
  const submissions: PlannedSubmission[] = [];
  const failures: PlannedFailure[] = [];
  for (let day = 1; day <= week.days; day += 1) {
    const at = (partOfDay: number): number => Math.round((day - 1 + partOfDay) * dayMs);
    submissions.push(...submissionsOfDay(week, day, random, at));
    failures.push(...failuresOfDay(week, day, random, at));
  }
  return { submissions: submissions.toSorted(byTime), failures: failures.toSorted(byTime) };
}

type At = (partOfDay: number) => number;

const byTime = (a: { readonly atMs: number }, b: { readonly atMs: number }): number => a.atMs - b.atMs;

function submissionsOfDay(week: Week, day: number, random: Random, at: At): readonly PlannedSubmission[] {
  const largest = Math.max(1, Math.min(largestBurst, Math.floor(week.jobsPerDay / 20)));
  const found: PlannedSubmission[] = [];
  for (let left = week.jobsPerDay; left > 0;) {
    // Most are small, a few are bursts.
    const jobs = Math.min(left, Math.ceil(largest ** random()));
    found.push({ atMs: at(timeOfDay(random)), day, user: Math.floor(random() * week.users), jobs });
    left -= jobs;
  }
  return found;
}

/** Five times as busy in the early afternoon as in the dead of night. */
function timeOfDay(random: Random): number {
  for (;;) {
    const part = random();
    const busy = 0.6 - 0.4 * Math.cos(2 * Math.PI * (part - 14 / 24 + 0.5));
    if (random() < busy) return part;
  }
}

function failuresOfDay(week: Week, day: number, random: Random, at: At): readonly PlannedFailure[] {
  const found: PlannedFailure[] = deaths[week.engine].map((target) => ({
    atMs: at(random()),
    kind: 'kill',
    target,
  }));
  const banned = pick(random, week.sites);
  const from = random() * (1 - bannedFor);
  found.push({ atMs: at(from), kind: 'ban', site: banned });
  found.push({ atMs: at(from + bannedFor), kind: 'allow', site: banned });
  if ((day - 1) % blackHoleEveryDays === 0) {
    const site = week.sites.at(-1) ?? week.sites[0];
    found.push({ atMs: at(0), kind: 'black hole', site });
    found.push({ atMs: at(blackHoleFor), kind: 'mended', site });
  }
  return found;
}
