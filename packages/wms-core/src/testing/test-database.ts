/** A real database that vanishes at the end of the test, on the engine of the test run. */
import type { Database, Engine } from '../db/database.ts';
import { makePlace, testEngine } from './engines.ts';

export type TestDatabase = Database &
  AsyncDisposable & {
    /** File on SQLite, address on PostgreSQL. */
    readonly path: string;
    /** A second one in the same place, as another process would have it. */
    openAnother(): Promise<Database & AsyncDisposable>;
  };

export interface TestDatabaseOptions {
  readonly migrated?: boolean;
  /** Default: that of `WM_TEST_ENGINE`. */
  readonly engine?: Engine | undefined;
}

const disposable = <D extends Database>(database: D): D & AsyncDisposable => ({
  ...database,
  [Symbol.asyncDispose]: () => database.close(),
});

/** `await using database = await openTestDatabase()` closes and removes it at the end of the test. */
export async function openTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const place = await makePlace(options.engine ?? testEngine(), options.migrated ?? true);
  const database = await place.open();
  const close = async (): Promise<void> => {
    await database.close();
    await place.remove();
  };
  return {
    ...database,
    path: place.at,
    openAnother: async () => disposable(await place.open()),
    close,
    [Symbol.asyncDispose]: close,
  };
}
