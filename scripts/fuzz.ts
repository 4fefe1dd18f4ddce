/**
 * `npm run fuzz -- [--minutes 10] [--target NAME]`: changes inputs of the credential parsers for so long and keeps those
 * that reach code nobody reached before, as V8's own coverage tells (`packages/credentials/fuzz-corpus`). Exit 1 when a
 * parser does anything but read or refuse, or needs more than two seconds.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fuzzTargets, mutate, type FuzzTarget } from '@wm/credentials/testing';

const corpusFolder = join(import.meta.dirname, '..', 'packages', 'credentials', 'fuzz-corpus');
const slowMs = 2000;
const inputsPerLook = 40;
/** Larger ones say nothing that small ones do not, and are in everybody's clone. */
const largestKeptBytes = 4096;
const mostKept = 60;

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, target: { type: 'string' } },
});
const forMs = Number(values.minutes) * 60_000;
const targets = (await fuzzTargets()).filter(({ name }) => [name, undefined].includes(values.target));
if (targets.length === 0 || !(forMs > 0)) {
  process.stderr.write('Usage: npm run fuzz -- [--minutes 10] [--target NAME]\n');
  process.exit(1);
}

const session = new Session();
session.connect();
await session.post('Profiler.enable');
await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });

const reached = new Set<string>();

/** Ranges of our parsers that ran since the last look and never before. */
async function newlyReached(): Promise<number> {
  const { result } = await session.post('Profiler.takePreciseCoverage');
  const before = reached.size;
  for (const { url, functions } of result)
    if (url.includes('/packages/credentials/src/') && !url.includes('/testing/'))
      for (const { ranges } of functions)
        for (const { startOffset, endOffset, count } of ranges)
          if (count > 0) reached.add(`${url.slice(-24)} ${startOffset} ${endOffset}`);
  return reached.size - before;
}

interface Trial {
  readonly target: FuzzTarget;
  readonly inputs: Uint8Array[];
  readonly outcomes: Set<string>;
  runs: number;
  kept: number;
}

function trialOf(target: FuzzTarget): Trial {
  const folder = join(corpusFolder, target.name);
  const kept = existsSync(folder)
    ? readdirSync(folder).map((file) => new Uint8Array(readFileSync(join(folder, file))))
    : [];
  return {
    target,
    inputs: [...target.seeds, ...kept],
    outcomes: new Set(),
    runs: 0,
    kept: kept.length,
  };
}

const hashOf = (input: Uint8Array): string => createHash('sha256').update(input).digest('hex').slice(0, 16);

function keep(trial: Trial, input: Uint8Array): void {
  trial.inputs.push(input);
  if (input.length > largestKeptBytes || trial.kept >= mostKept) return;
  trial.kept += 1;
  const folder = join(corpusFolder, trial.target.name);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, hashOf(input)), input);
}

function fail(trial: Trial, input: Uint8Array, error: unknown): never {
  const file = join(corpusFolder, `crash-${trial.target.name}-${hashOf(input)}`);
  writeFileSync(file, input);
  process.stderr.write(
    `${trial.target.name}: ${error instanceof Error ? error.stack : String(error)}\nThe input is in ${file}.\n`,
  );
  process.exit(1);
}

async function runOne(trial: Trial, input: Uint8Array): Promise<void> {
  const startedAt = performance.now();
  try {
    trial.outcomes.add(await trial.target.run(input));
  } catch (error) {
    fail(trial, input, error);
  }
  if (performance.now() - startedAt > slowMs) fail(trial, input, new Error('it took more than two seconds'));
  trial.runs += 1;
}

const pick = (inputs: readonly Uint8Array[]): Uint8Array =>
  inputs[Math.floor(Math.random() * inputs.length)] ?? new Uint8Array();

/** A handful at once, because looking at coverage costs; when something new ran, one after the other again. */
async function round(trial: Trial): Promise<void> {
  const inputs = Array.from({ length: inputsPerLook }, () =>
    mutate(pick(trial.inputs), pick(trial.inputs), Math.random),
  );
  const known = new Set(reached);
  for (const input of inputs) await runOne(trial, input);
  if ((await newlyReached()) === 0) return;
  for (const range of reached) if (!known.has(range)) reached.delete(range);
  for (const input of inputs) {
    await runOne(trial, input);
    if ((await newlyReached()) > 0) keep(trial, input);
  }
}

const trials = targets.map(trialOf);
for (const trial of trials) for (const input of trial.inputs) await runOne(trial, input);
await newlyReached();
const endsAt = performance.now() + forMs;
while (performance.now() < endsAt) for (const trial of trials) await round(trial);
for (const { target, runs, kept, outcomes } of trials)
  process.stdout.write(
    `${target.name.padEnd(22)} ${String(runs).padStart(9)} runs, ${String(kept).padStart(3)} kept: ${[...outcomes].toSorted().join(', ')}\n`,
  );
process.stdout.write(`${reached.size} ranges of code reached. Nothing but reading and refusing was seen.\n`);
process.exit(0);
