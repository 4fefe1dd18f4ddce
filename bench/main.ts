/**
 * `npm run bench -- ROW…`: runs the named rows, all without a name, and prints one JSON line a row. `--quick`
 * takes a small scale. Exit 1 when a row is not known or fails.
 */
import { rows } from './rows/index.ts';

const args = process.argv.slice(2);
const quick = args.includes('--quick');
const names = args.filter((argument) => !argument.startsWith('--'));
const unknown = names.filter((name) => !rows.some(({ row }) => row === name));

if (unknown.length > 0) {
  process.stderr.write(
    `There is no row ${unknown.join(', ')}. Rows: ${rows.map(({ row }) => row).join(', ')}.\n`,
  );
  process.exit(1);
}

let failed = false;
for (const { row, run } of rows) {
  if (names.length > 0 && !names.includes(row)) continue;
  try {
    process.stdout.write(`${JSON.stringify(await run({ quick }))}\n`);
  } catch (error) {
    failed = true;
    process.stderr.write(`${row}: ${error instanceof Error ? error.stack : String(error)}\n`);
  }
}
process.exit(failed ? 1 : 0);
