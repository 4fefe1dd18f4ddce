/**
 * A way to a database that dies at a chosen statement, as the process or its connection would. SQLite: the driver
 * fails from there on and the open transaction is rolled back. PostgreSQL: the wire is cut (`cut-wire.ts`).
 */
import type { Database } from '../db/database.ts';
import { openDatabase, type OpenedDatabase } from '../db/open-database.adapter.ts';
import type { RunSql } from '../db/sqlite-statements.ts';
import { openSqliteDatabase } from '../db/sqlite.adapter.ts';
import { aloneLockKeeper } from '../kernel/lock-keeper.ts';
import { openWire } from './cut-wire.ts';
import type { TestPlace } from './engines.ts';
import { Fuse } from './fuse.ts';

export interface MortalDatabase extends OpenedDatabase {
  readonly fuse: Fuse;
  /** Lets go of it, dead or alive; what was not committed is gone. */
  bury(): Promise<void>;
}

/** The place must be migrated. */
export const openMortal = (place: TestPlace): Promise<MortalDatabase> =>
  place.engine === 'sqlite' ? openMortalSqlite(place) : openMortalPostgres(place);

async function openMortalSqlite(place: TestPlace): Promise<MortalDatabase> {
  const fuse = new Fuse();
  const database: Database = openSqliteDatabase(place.at, (run) => failing(run, fuse));
  return {
    database,
    locks: aloneLockKeeper,
    broadcast: undefined,
    fuse,
    bury: () => database.close(),
  };
}

const failing =
  (run: RunSql, fuse: Fuse): RunSql =>
  (sql, params) => {
    // Death rolls back too.
    if (sql === 'rollback') return run(sql, params);
    const burning = fuse.burn();
    if (burning === 'run') return run(sql, params);
    if (burning === 'last') run(sql, params);
    throw new Error('the process died');
  };

async function openMortalPostgres(place: TestPlace): Promise<MortalDatabase> {
  const fuse = new Fuse();
  const wire = await openWire(place.at, fuse);
  const opened = await openDatabase({ dataFolder: '', databaseUrl: wire.url });
  return {
    ...opened,
    fuse,
    async bury() {
      await opened.database.close();
      await wire.close();
    },
  };
}
