/**
 * `npm run acceptance -- [--days 7] [--minutes 8] [--jobs-per-day 15000] [--engine sqlite|postgres] [--seed S]
 * [--report FILE]`: the field's acceptance test, a week of production compressed into minutes, with failures of pilots,
 * sites and servers. One JSON line on standard output; exit 1 unless every job is final and none was lost or doubled.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseArgs } from 'node:util';
import { engines } from '../failing-world/kills.ts';
import { newSeed } from '../seeded-random.ts';
import { replayWeek, type ReplayOptions } from './replay.ts';
import { acceptanceLine, acceptanceReport, isAccepted } from './report.ts';

const { values } = parseArgs({
  options: {
    days: { type: 'string', default: '7' },
    minutes: { type: 'string', default: '8' },
    'jobs-per-day': { type: 'string', default: '15000' },
    engine: { type: 'string', default: 'sqlite' },
    seed: { type: 'string', default: String(newSeed()) },
    report: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
});

function positive(name: 'days' | 'minutes' | 'jobs-per-day'): number {
  const value = Number(values[name]);
  if (value > 0) return value;
  throw new Error(`--${name}: a number above 0`);
}

function readOptions(): ReplayOptions {
  const engine = engines.find((each) => each === values.engine);
  if (!engine) throw new Error(`--engine: one of ${engines.join(', ')}`);
  return {
    days: Math.ceil(positive('days')),
    minutes: positive('minutes'),
    jobsPerDay: Math.ceil(positive('jobs-per-day')),
    engine,
    seed: Number(values.seed),
    keep: values.keep,
  };
}

async function main(): Promise<boolean> {
  const result = await replayWeek(readOptions());
  for (const fault of result.verdict.faults.slice(0, 50)) process.stderr.write(`${fault}\n`);
  process.stdout.write(`${JSON.stringify(acceptanceLine(result))}\n`);
  if (values.report !== undefined) {
    mkdirSync(dirname(values.report), { recursive: true });
    writeFileSync(values.report, acceptanceReport(result, new Date()));
  }
  return isAccepted(result);
}

process.exit((await main()) ? 0 : 1);
