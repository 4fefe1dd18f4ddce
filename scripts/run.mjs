/**
 * The doors of the project: `npm start`, `npm test` and the rest all come through here. Plain JavaScript
 * without dependencies that Node 18 understands, because it runs before anything is installed: it installs
 * packages when the lock file changed, finds a Node ≥ 24 (pnpm brings one on Linux) and starts the real thing.
 */
import { createHash } from 'node:crypto';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { compileCache, serverFlags } from './server-flags.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const at = (...parts) => join(root, ...parts);
const manifest = JSON.parse(readFileSync(at('package.json'), 'utf8'));
const [command = 'start', ...given] = process.argv.slice(2);
const args = given[0] === '--' ? given.slice(1) : given;

const calledFrom = process.cwd();
process.chdir(root);

/** Runs a program and waits; ends this process when it fails. */
function run(program, programArgs, options = {}) {
  const result = spawnSync(program, programArgs, { stdio: 'inherit', cwd: root, ...options });
  if (result.error) fail(`${program} could not be started: ${result.error.message}`);
  if (result.status !== 0) process.exit(result.status ?? 1);
}

function fail(message) {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function say(message) {
  process.stderr.write(`\n▸ ${message}\n`);
}

/** Packages are installed again only when the lock file is another one. */
function install() {
  const stamp = at('node_modules', '.lock-stamp');
  const wanted = createHash('sha256')
    .update(readFileSync(at('pnpm-lock.yaml')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  say('Installing packages (once, and again when the lock file changes)');
  const quiet = { stdio: ['ignore', 2, 2], shell: process.platform === 'win32' };
  run(
    'npx',
    ['--yes', manifest.packageManager, 'install', '--frozen-lockfile', '--reporter=append-only'],
    quiet,
  );
  writeFileSync(stamp, wanted);
}

/** This Node when it is new enough, else the one that came with the packages. */
function findNode() {
  if (Number(process.versions.node.split('.')[0]) >= 24) return process.execPath;
  const bundled = at('node_modules', '.bin', 'node');
  if (existsSync(bundled)) return bundled;
  return fail(
    `Node ${process.versions.node} is too old to run the server, and no newer one came with the packages. Please install Node 24 or newer.`,
  );
}

function newestChange(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return readdirSync(path)
    .filter((entry) => entry !== 'node_modules' && entry !== 'dist')
    .reduce((newest, entry) => Math.max(newest, newestChange(join(path, entry))), 0);
}

/** Everything the portal's bundle is made of. */
const portalSources = [
  'apps/portal/src',
  'apps/portal/index.html',
  'apps/portal/vite.config.ts',
  'packages/ui-kit/src',
  'packages/api-contract/src',
  'packages/credentials/src',
  'packages/wms-core/src',
  'pnpm-lock.yaml',
];

function buildPortal(node) {
  const built = at('apps/portal/dist/index.html');
  const newest = Math.max(...portalSources.map((path) => newestChange(at(path))));
  if (existsSync(built) && statSync(built).mtimeMs > newest) return;
  say('Building the portal');
  // On the other core; done long before the portal is.
  spawn(node, [at('scripts/compile-server.mjs')], {
    stdio: 'ignore',
    env: { ...process.env, ...compileCache() },
  }).unref();
  run(node, [at('node_modules/vite/bin/vite.js'), 'build', at('apps/portal'), '--logLevel', 'warn'], {
    stdio: ['ignore', 2, 2],
  });
}

/** Stays until the child ends; signals go on to it, and it never outlives this process. */
function stay(node, nodeArgs, env = {}) {
  const child = spawn(node, nodeArgs, { stdio: 'inherit', cwd: root, env: { ...process.env, ...env } });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  // npm signals only its shell: without this look at the parent a killed `npm start` leaves the server behind.
  const parent = process.ppid;
  setInterval(() => {
    if (process.ppid !== parent) child.kill('SIGTERM');
  }, 300).unref();
  child.on('error', (error) => fail(`The server could not be started: ${error.message}`));
  child.on('exit', (code, signal) => process.exit(signal ? 128 : (code ?? 0)));
}

/** One step of a suite, with its time. */
function step(title, program, programArgs, options) {
  say(title);
  const startedAtMs = Date.now();
  run(program, programArgs, options);
  process.stderr.write(`  ${title}: ${((Date.now() - startedAtMs) / 1000).toFixed(1)} s\n`);
}

const bin = (name) => at('node_modules', '.bin', name);
function check(node) {
  step('Format', node, [at('node_modules/prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.']);
  step('Types', bin('tsc'), ['--build']);
  step('Types of the vocabulary alone', bin('tsc'), ['-p', 'packages/wms-core/tsconfig.vocabulary.json']);
  step('Lint', bin('oxlint'), ['--deny-warnings']);
  step('Boundaries', bin('depcruise'), ['--config', '.dependency-cruiser.mjs', 'packages', 'apps']);
  step('Unused exports and dependencies', bin('knip'), ['--no-progress']);
  step('Generated files are fresh', node, [at('scripts/generate.ts'), '--check']);
  step('Unit and integration tests', node, [at('scripts/test.ts')], {
    env: { ...process.env, NODE_ENV: 'test', ...compileCache() },
  });
}

/** The properties alone, with as many cases each as `--runs` says; the list is that of the long proofs. */
function property(node) {
  const option = args.indexOf('--runs');
  const runs = option < 0 ? 100_000 : Number(args[option + 1]);
  if (!Number.isInteger(runs) || runs < 1) fail('Say how many cases: npm run property -- --runs 100000');
  run(node, [at('scripts/prove.ts'), '--only', 'properties', '--runs', String(runs), '--no-report']);
}

function endToEnd(node) {
  step('End-to-end journeys in Chromium', node, [
    at('e2e/node_modules/@playwright/test/cli.js'),
    'test',
    '--config',
    'e2e/playwright.config.ts',
    ...args,
  ]);
}

const commands = {
  start: (node) => {
    buildPortal(node);
    stay(node, [...serverFlags, at('apps/bff/src/main.ts'), ...args], compileCache());
  },
  dev: (node) => {
    buildPortal(node);
    stay(node, [...serverFlags, '--watch', at('apps/bff/src/main.ts'), ...args], compileCache());
  },
  test: (node) => {
    check(node);
    buildPortal(node);
    endToEnd(node);
    step('Short proofs', node, [at('scripts/prove.ts'), '--quick']);
  },
  e2e: (node) => {
    buildPortal(node);
    endToEnd(node);
  },
  check,
  property,
  generate: (node) => run(node, [at('scripts/generate.ts')]),
  fuzz: (node) => run(node, [at('scripts/fuzz.ts'), ...args]),
  'issuing-authority': (node) => run(node, [at('scripts/issuing-authority.ts'), ...args]),
  'move-to-postgres': (node) => run(node, [at('scripts/move-to-postgres.ts'), ...args]),
  // Files are meant as seen from where the person is.
  dirac: (node) =>
    run(node, [at('packages/cli/src/main.ts'), ...args], { cwd: process.env.INIT_CWD ?? calledFrom }),
  smoke: (node) => {
    buildPortal(node);
    stay(node, [at('scripts/smoke.ts'), ...args], compileCache());
  },
  bench: (node) => {
    buildPortal(node);
    stay(node, ['--expose-gc', at('bench/main.ts'), ...args]);
  },
  testbed: (node) => {
    buildPortal(node);
    stay(node, [at('e2e/testbed/by-hand.ts')]);
  },
  'kill-test': (node) => stay(node, [at('bench/kill-test/main.ts'), ...args]),
  acceptance: (node) => stay(node, [at('bench/acceptance/main.ts'), ...args]),
  prove: (node) => stay(node, [at('scripts/prove.ts'), ...args]),
};

if (!(command in commands))
  fail(`There is no command "${command}". Commands: ${Object.keys(commands).join(', ')}.`);
install();
commands[command](findNode());
