/**
 * `npm run prove`: the long proofs, one after the other, with their reports in `bench/reports/`: every property with
 * 100,000 cases, every model that stands on a database with 1,000 on each engine, the kill test with 1,000 kills on
 * each engine, the acceptance week on each engine, 1,000 jobs over a real Slurm and a real A-REX with disturbances.
 * `--only properties,models,kills,week,testbed` takes some of them, `--engine` one engine; `--quick` is what `npm test`
 * runs; `--no-report` leaves the reports as they are. Exit 1 when one fails; the others are run all the same.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { postgresIsMissing } from '@wm/wms-core/testing';

const root = join(import.meta.dirname, '..');
const reports = 'bench/reports';
const parts = ['properties', 'models', 'kills', 'week', 'testbed'] as const;
type Part = (typeof parts)[number];

const { values } = parseArgs({
  options: {
    only: { type: 'string', default: '' },
    engine: { type: 'string', default: '' },
    quick: { type: 'boolean', default: false },
    'no-report': { type: 'boolean', default: false },
    runs: { type: 'string', default: '100000' },
    'model-runs': { type: 'string', default: '1000' },
    kills: { type: 'string', default: '1000' },
    'testbed-jobs': { type: 'string', default: '1000' },
  },
});

interface Proof {
  readonly part: Part;
  readonly title: string;
  readonly args: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
}

const present = postgresIsMissing() ? (['sqlite'] as const) : (['sqlite', 'postgres'] as const);
const engines = present.filter((engine) => values.engine === '' || values.engine === engine);

/** Test files whose number of cases can be set. */
const readsRuns = /WM_PROPERTY_RUNS|propertyRuns\(/;
const standsOnDatabase = /open(Job|Crashing)World|openTestDatabase|describeDatabase/;

function testFiles(): { readonly properties: readonly string[]; readonly models: readonly string[] } {
  const files = globSync('{packages,apps}/*/src/**/*.{test,contract}.ts', { cwd: root }).toSorted();
  const text = (file: string): string => readFileSync(join(root, file), 'utf8');
  const settable = files.filter((file) => readsRuns.test(text(file)));
  const [models, properties] = [true, false].map((wanted) =>
    settable.filter((file) => standsOnDatabase.test(text(file)) === wanted),
  );
  return { properties: properties ?? [], models: models ?? [] };
}

/** A contract is run by the tests of the engine that keeps it. */
const runBy = (engine: string, file: string): string =>
  file.endsWith('database.contract.ts') ? `packages/wms-core/src/db/${engine}.adapter.test.ts` : file;

const testing = (files: readonly string[]): readonly string[] => [
  '--test',
  '--test-concurrency=1',
  '--test-reporter=./scripts/summary-reporter.mjs',
  ...files,
];

function longProofs(): readonly Proof[] {
  const { properties, models } = testFiles();
  return [
    {
      part: 'properties',
      title: `Properties, ${values.runs} cases each`,
      args: testing(properties),
      variables: { WM_PROPERTY_RUNS: values.runs },
    },
    ...engines.map((engine): Proof => ({
      part: 'models',
      title: `Models on ${engine}, ${values['model-runs']} cases each`,
      args: testing(models.map((file) => runBy(engine, file))),
      variables: { WM_PROPERTY_RUNS: values['model-runs'], WM_TEST_ENGINE: engine },
    })),
    ...engines.map((engine) =>
      killTest(engine, ['--kills', values.kills, '--report', `${reports}/kill-test-${engine}.md`]),
    ),
    ...engines.map((engine) => week(engine, ['--report', `${reports}/acceptance-${engine}.md`])),
    {
      part: 'testbed',
      title: `${values['testbed-jobs']} jobs over Slurm and ARC`,
      args: testing(['e2e/testbed/disturbed/disturbed-run.test.ts']),
      variables: {
        WM_TESTBED_JOBS: values['testbed-jobs'],
        WM_TESTBED_REPORT: `${reports}/testbed.md`,
      },
    },
  ];
}

const shortProofs = (): readonly Proof[] => [
  ...engines.map((engine) => killTest(engine, ['--kills', engine === 'sqlite' ? '12' : '8'])),
  week('sqlite', ['--days', '1', '--minutes', '0.2', '--jobs-per-day', '300']),
];

const killTest = (engine: string, args: readonly string[]): Proof => ({
  part: 'kills',
  title: `Kill test on ${engine}`,
  args: ['bench/kill-test/main.ts', '--engine', engine, ...args],
});

const week = (engine: string, args: readonly string[]): Proof => ({
  part: 'week',
  title: `Acceptance week on ${engine}`,
  args: ['bench/acceptance/main.ts', '--engine', engine, ...args],
});

interface Outcome {
  readonly title: string;
  readonly isProven: boolean;
  readonly tookS: number;
}

async function prove({ title, args, variables = {} }: Proof): Promise<Outcome> {
  process.stderr.write(`\n▸ ${title}\n`);
  const startedAtMs = Date.now();
  const child = spawn(process.execPath, args, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, NODE_ENV: 'test', ...variables },
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  return { title, isProven: code === 0, tookS: Math.round((Date.now() - startedAtMs) / 1000) };
}

const summary = join(root, reports, 'README.md');

/** Lines of the table by their titles, as the last runs left them. */
function knownRows(): Map<string, string> {
  const lines = existsSync(summary) ? readFileSync(summary, 'utf8').split('\n') : [];
  const rows = lines.flatMap((line) => {
    const [, title, result] = /^\| (.+?) +\| ((?:holds|\*\*fails\*\*) .*)\|$/.exec(line) ?? [];
    return title === undefined || result === undefined ? [] : [[title, `${result.trimEnd()} |`] as const];
  });
  return new Map(rows);
}

/** What the last run of every proof came to; the others keep the line of the run before. */
function writeSummary(outcomes: readonly Outcome[]): void {
  const { properties, models } = testFiles();
  const list = (files: readonly string[]): string => files.map((file) => `- \`${file}\``).join('\n');
  const day = new Date().toISOString().slice(0, 10);
  const results = knownRows();
  for (const { title, isProven, tookS } of outcomes)
    results.set(title, `${isProven ? 'holds' : '**fails**'} | ${tookS} | ${day} |`);
  mkdirSync(join(root, reports), { recursive: true });
  writeFileSync(
    summary,
    `# Proofs

The last long runs, by \`npm run prove\`.

| Proof | Outcome | Seconds | Day |
| --- | --- | --- | --- |
${Array.from(results, ([title, result]) => `| ${title} | ${result}`).join('\n')}

Properties:

${list(properties)}

Models on databases:

${list(models)}
`,
  );
  // Columns of one width in all reports, as in every table here.
  spawnSync(process.execPath, [join(root, 'node_modules/prettier/bin/prettier.cjs'), '--write', reports], {
    cwd: root,
    stdio: 'ignore',
  });
}

async function main(): Promise<boolean> {
  const only = values.only === '' ? parts : values.only.split(',');
  const unknown = only.filter((name) => !(parts as readonly string[]).includes(name));
  if (unknown.length > 0) {
    process.stderr.write(`--only: some of ${parts.join(',')}, not ${unknown.join(', ')}\n`);
    return false;
  }
  if (engines.length === 0) {
    process.stderr.write(`--engine: one of ${present.join(', ')}, not ${values.engine}\n`);
    return false;
  }
  const missing = postgresIsMissing();
  if (missing) process.stderr.write(`PostgreSQL is left out: ${missing}\n`);
  const proofs = values.quick ? shortProofs() : longProofs();
  const outcomes: Outcome[] = [];
  for (const proof of proofs) if (only.includes(proof.part)) outcomes.push(await prove(proof));
  for (const { title, isProven, tookS } of outcomes)
    process.stderr.write(`${isProven ? '✔' : '✖'} ${title} (${tookS} s)\n`);
  if (!values.quick && !values['no-report']) writeSummary(outcomes);
  return outcomes.every(({ isProven }) => isProven);
}

process.exitCode = (await main()) ? 0 : 1;
