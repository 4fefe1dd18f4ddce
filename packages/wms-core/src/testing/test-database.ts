/** A real, migrated database in a folder of its own that vanishes with it. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Database } from '../db/database.ts';
import { migrate } from '../db/migrate.ts';
import { openSqliteDatabase } from '../db/sqlite.adapter.ts';

export type TestDatabase = Database & AsyncDisposable & { readonly path: string };

/** `await using database = await openTestDatabase()` closes and removes it at the end of the test. */
export async function openTestDatabase(options: { readonly migrated?: boolean } = {}): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'wms-test-'));
  const path = join(folder, 'wms.sqlite');
  const database = openSqliteDatabase(path);
  const close = async (): Promise<void> => {
    await database.close();
    await rm(folder, { recursive: true, force: true });
  };
  if (options.migrated ?? true) await migrate(database);
  return { ...database, path, close, [Symbol.asyncDispose]: close };
}
