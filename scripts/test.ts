/**
 * The unit and integration tests: all on SQLite, then those of the core again on PostgreSQL. One PostgreSQL is started
 * for all of them, unless `WM_TEST_POSTGRES_URL` names one; without any the tests that need it say so.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { postgresIsMissing, startPostgresCluster } from '@wm/wms-core/testing';

const root = join(import.meta.dirname, '..');
const everything = [
  'packages/**/*.test.ts',
  'apps/**/*.test.ts',
  'bench/**/*.test.ts',
  'scripts/**/*.test.ts',
  'e2e/world/**/*.test.ts',
  'e2e/testbed/**/*.test.ts',
];
/** What stands on a database. */
const onDatabases = ['packages/wms-core/src/**/*.test.ts', 'apps/bff/src/auth/session-store.test.ts'];

/** True when all passed. A process a file: what one file leaves running must not fail another. */
async function passes(
  files: readonly string[],
  variables: Readonly<Record<string, string>>,
): Promise<boolean> {
  const child = spawn(
    process.execPath,
    ['--test', '--test-concurrency=2', '--test-reporter=./scripts/summary-reporter.mjs', ...files],
    { cwd: root, stdio: 'inherit', env: { ...process.env, ...variables } },
  );
  const [code] = (await once(child, 'exit')) as [number | null];
  return code === 0;
}

async function main(): Promise<boolean> {
  const missing = postgresIsMissing();
  if (missing) {
    process.stderr.write(`skipped: the tests on PostgreSQL: ${missing}\n`);
    return passes(everything, {});
  }
  const given = process.env['WM_TEST_POSTGRES_URL'];
  const cluster = given ? undefined : await startPostgresCluster();
  const variables = { WM_TEST_POSTGRES_URL: given || (cluster?.url ?? '') };
  try {
    if (!(await passes(everything, variables))) return false;
    process.stderr.write('▸ The tests of the core once more, on PostgreSQL\n');
    return await passes(onDatabases, { ...variables, WM_TEST_ENGINE: 'postgres' });
  } finally {
    await cluster?.stop();
  }
}

process.exitCode = (await main()) ? 0 : 1;
