/** A real database that vanishes at the end of the test, on the engine of the test run. */
import type { Database, Engine } from '../db/database.ts';
import type { OpenedDatabase } from '../db/open-database.adapter.ts';
import { makePlace, testEngine, type TestPlace } from './engines.ts';

/** One process's way to a database. */
export type TestAccess = Database & AsyncDisposable & Pick<OpenedDatabase, 'broadcast' | 'locks'>;

export type TestDatabase = TestAccess & {
  /** File on SQLite, address on PostgreSQL. */
  readonly path: string;
  /** A second way to the same place, as another process would have it. */
  openAnother(): Promise<TestAccess>;
};

export interface TestDatabaseOptions {
  readonly migrated?: boolean;
  /** Default: that of `WM_TEST_ENGINE`. */
  readonly engine?: Engine | undefined;
}

/** `await using database = await openTestDatabase()` closes and removes it at the end of the test. */
export async function openTestDatabase(options: TestDatabaseOptions = {}): Promise<TestDatabase> {
  const place = await makePlace(options.engine ?? testEngine(), options.migrated ?? true);
  return databaseAt(place, await place.open(), () => place.remove());
}

/** One that was opened already; `closed` runs after its end. */
export function databaseAt(
  place: TestPlace,
  opened: OpenedDatabase,
  closed: () => Promise<void> = async () => {},
): TestDatabase {
  const access = accessTo(opened);
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= access.close().then(closed));
  return {
    ...access,
    path: place.at,
    openAnother: async () => accessTo(await place.open()),
    close,
    [Symbol.asyncDispose]: close,
  };
}

const accessTo = ({ database, broadcast, locks }: OpenedDatabase): TestAccess => ({
  ...database,
  broadcast,
  locks,
  [Symbol.asyncDispose]: () => database.close(),
});
