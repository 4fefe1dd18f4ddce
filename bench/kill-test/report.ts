/** The readable report of a kill test. Pure but for the facts of the machine. */
import { killTargets, type CountsByTarget, type Engine, type KillTarget } from '../failing-world/kills.ts';
import { day, machine, spread, table } from '../readable-report.ts';
import type { Verdict } from './verdict.ts';

export interface KillTestResult {
  readonly verdict: Verdict;
  readonly engine: Engine;
  readonly seed: number;
  readonly targets: CountsByTarget;
  readonly recoveryMs: Readonly<Record<KillTarget, readonly number[]>>;
  readonly durationS: number;
  /** Outputs that were acknowledged and found again. */
  readonly outputs: number;
  /** Payloads started. */
  readonly attempts: number;
}

const meaning: Readonly<Record<KillTarget, string>> = {
  server: 'until the next server is ready',
  pilot: 'until the last job it held runs elsewhere',
  database: 'until the server answers from it again',
};

export function killReport(result: KillTestResult, at: Date): string {
  const { verdict, engine, targets, recoveryMs } = result;
  const kills = targets.server + targets.pilot + targets.database;
  const isProven = verdict.lost + verdict.double + verdict.notFinal === 0;
  return `# Kill test on ${engine}, ${day(at)}

${isProven ? 'Nothing was lost, nothing ran twice, every job is final.' : '**Failed.** See the faults below.'}

${table(
  ['Kills', 'Jobs acknowledged', 'Attempts started', 'Outputs found again', 'Lost', 'Double', 'Not final'],
  [
    [
      kills,
      verdict.submitted,
      result.attempts,
      result.outputs,
      verdict.lost,
      verdict.double,
      verdict.notFinal,
    ],
  ],
)}

Times to recover, seconds:

${table(
  ['Killed', 'Times', 'Recovered', 'Median', '99 %', 'Longest'],
  killTargets.map((target) => [target, targets[target], meaning[target], ...spread(recoveryMs[target])]),
)}

${machine()}; ${result.durationS} s in all; \`--engine ${engine} --kills ${kills} --seed ${result.seed}\`.
${verdict.faults.map((fault) => `\n- ${fault}`).join('')}`;
}
