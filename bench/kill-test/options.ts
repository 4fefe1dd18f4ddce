/** The command line of the kill test. Pure. */
import { parseArgs } from 'node:util';
import { engines, killTargets, type Engine, type KillTarget } from '../failing-world/kills.ts';
import { newSeed } from '../seeded-random.ts';

export interface KillTestOptions {
  readonly kills: number;
  readonly engine: Engine;
  readonly targets: readonly [KillTarget, ...KillTarget[]];
  readonly seed: number;
  /** Where the readable report goes. */
  readonly report: string | undefined;
  readonly keep: boolean;
}

const isTarget = (text: string): text is KillTarget => (killTargets as readonly string[]).includes(text);

/** A text says what is wrong. */
export function killTestOptions(args: readonly string[], seed = newSeed()): KillTestOptions | string {
  const { values } = parseArgs({
    args: [...args],
    options: {
      kills: { type: 'string', default: '200' },
      engine: { type: 'string', default: 'sqlite' },
      targets: { type: 'string' },
      seed: { type: 'string', default: String(seed) },
      report: { type: 'string' },
      keep: { type: 'boolean', default: false },
    },
  });
  const kills = Number(values.kills);
  if (!Number.isInteger(kills) || kills < 1) return '--kills: a whole number, at least 1';
  const engine = engines.find((each) => each === values.engine);
  if (!engine) return `--engine: one of ${engines.join(', ')}`;
  const usual = engine === 'postgres' ? 'server,pilot,database' : 'server,pilot';
  const [first, ...others] = (values.targets ?? usual).split(',');
  if (first === undefined || !isTarget(first) || !others.every(isTarget))
    return `--targets: some of ${killTargets.join(',')}`;
  const targets: readonly [KillTarget, ...KillTarget[]] = [first, ...others];
  if (engine === 'sqlite' && targets.includes('database'))
    return '--targets: the database of SQLite is in the server; kill that, or take --engine postgres';
  return { kills, engine, targets, seed: Number(values.seed), report: values.report, keep: values.keep };
}
