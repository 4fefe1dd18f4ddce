/**
 * `npm run move-to-postgres -- --from DATA_FOLDER --to DATABASE_URL`: copies the SQLite database of a stopped
 * installation into an empty PostgreSQL database. Without `--to` the address is that of the variable `DATABASE_URL`.
 */
import { parseArgs } from 'node:util';
import { moveToPostgres } from '@wm/wms-core/move-to-postgres';

const usage = 'Usage: npm run move-to-postgres -- --from DATA_FOLDER --to DATABASE_URL';

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(1);
}

function readArguments(): { readonly from: string; readonly to: string } {
  try {
    const { values } = parseArgs({ options: { from: { type: 'string' }, to: { type: 'string' } } });
    const { from, to = process.env['DATABASE_URL'] } = values;
    if (from && to) return { from, to };
  } catch {
    // told below
  }
  return fail(usage);
}

const { from, to } = readArguments();
try {
  const moved = await moveToPostgres({
    dataFolder: from,
    databaseUrl: to,
    onTable: ({ table, rows, digest }) =>
      process.stdout.write(`${table.padEnd(24)} ${String(rows).padStart(10)} rows  ${digest}\n`),
  });
  const total = moved.reduce((sum, { rows }) => sum + rows, 0);
  process.stdout.write(
    `${total} rows of ${moved.length} tables were copied and are the same on both sides.\n`,
  );
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}
