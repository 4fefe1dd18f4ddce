/**
 * `npm run bench -- ROW…`: runs the named rows, all without a name, and prints one JSON line a row. `--quick`
 * takes a small scale, `--engine sqlite|postgres` chooses the database (SQLite without). Exit 1 when a row is not
 * known or fails.
 */
import { parseArgs } from 'node:util';
import type { Engine } from './row.ts';
import { rows } from './rows/index.ts';

const engines: readonly string[] = ['sqlite', 'postgres'] satisfies readonly Engine[];

const { values, positionals: names } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, engine: { type: 'string', default: 'sqlite' } },
});
const unknown = names.filter((name) => !rows.some(({ row }) => row === name));

if (unknown.length > 0 || !engines.includes(values.engine)) {
  process.stderr.write(
    unknown.length > 0
      ? `There is no row ${unknown.join(', ')}. Rows: ${rows.map(({ row }) => row).join(', ')}.\n`
      : `There is no engine ${values.engine}. Engines: ${engines.join(', ')}.\n`,
  );
  process.exit(1);
}

const engine = values.engine as Engine;
const chosen = rows.filter(
  (row) => row.engines.includes(engine) && (names.length === 0 || names.includes(row.row)),
);
let failed = false;
for (const { row, run } of chosen) {
  try {
    process.stdout.write(`${JSON.stringify(await run({ quick: values.quick, engine }))}\n`);
  } catch (error) {
    failed = true;
    process.stderr.write(`${row}: ${error instanceof Error ? error.stack : String(error)}\n`);
  }
}
process.exit(failed ? 1 : 0);
