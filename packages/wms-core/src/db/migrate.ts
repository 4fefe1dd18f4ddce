/**
 * Brings a database to the schema of this release: the numbered files of `migrations/`, in order, each in one
 * transaction whose first statement is its row with checksum, so that two processes never apply the same one.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { systemClock, type Clock } from '../kernel/clock.ts';
import { WmsError } from '../kernel/wms-error.ts';
import { one, run, type Database, type Engine, type Work } from './database.ts';
import { migrationTokens } from './dialect.ts';

export interface Migration {
  /** File name without extension, e.g. `0001-jobs`. */
  readonly name: string;
  readonly text: string;
}

const folder = new URL('./migrations/', import.meta.url);
/** `0001-what.sql` is for both engines; where tokens are not enough, each has its own `0001-what.<engine>.sql`. */
const fileName = /^(\d{4}-[a-z0-9-]+)(?:\.(sqlite|postgres))?\.sql$/;

/** The files of one engine, in order. */
export async function readMigrations(engine: Engine): Promise<readonly Migration[]> {
  const files = (await readdir(folder)).toSorted().flatMap((file) => {
    const [, name, only = engine] = fileName.exec(file) ?? [];
    return name !== undefined && only === engine ? [{ name, file }] : [];
  });
  return Promise.all(
    files.map(async ({ name, file }) => ({ name, text: await readFile(new URL(file, folder), 'utf8') })),
  );
}

/** Names of this release's migrations that a database with those `applied` does not have. */
export async function missingMigrations(
  engine: Engine,
  applied: ReadonlySet<string>,
): Promise<readonly string[]> {
  const all = await readMigrations(engine);
  return all.map(({ name }) => name).filter((name) => !applied.has(name));
}

/** Statements of a migration file: comments gone, tokens filled in, split at `;`. */
export const statementsOf = (text: string, engine: Engine): readonly string[] =>
  text
    .replace(/--.*$/gm, '')
    .replace(/\{\{(\w+)\}\}/g, (token, name: string) => migrationTokens[engine][name] ?? token)
    .split(';')
    .map((statement) => statement.trim())
    .filter((statement) => statement !== '');

const checksumOf = (text: string): string => createHash('sha256').update(text).digest('hex');

function* apply(migration: Migration, engine: Engine, nowMs: number): Work<boolean> {
  const checksum = checksumOf(migration.text);
  const known = yield* one<{ checksum: string }>('select checksum from migrations where name = $1', [
    migration.name,
  ]);
  if (known && known.checksum !== checksum)
    throw new WmsError(
      'configuration.invalid',
      `The migration ${migration.name} was changed after it had been applied to this database. ` +
        'Restore the file and put the change into a new migration, or start with an empty data folder.',
      { migration: migration.name },
    );
  if (known) return false;
  yield* run('insert into migrations (name, checksum, applied_at_ms) values ($1, $2, $3)', [
    migration.name,
    checksum,
    nowMs,
  ]);
  for (const statement of statementsOf(migration.text, engine)) yield* run(statement);
  return true;
}

/** Names of the migrations applied now; empty when the schema was up to date. */
export async function migrate(
  database: Database,
  migrations?: readonly Migration[],
  clock: Clock = systemClock,
): Promise<readonly string[]> {
  await database.write(() =>
    run(
      'create table if not exists migrations (name text primary key, checksum text not null, applied_at_ms bigint not null)',
    ),
  );
  const applied: string[] = [];
  for (const migration of migrations ?? (await readMigrations(database.engine)))
    if (await database.write(() => apply(migration, database.engine, clock.nowMs())))
      applied.push(migration.name);
  return applied;
}
