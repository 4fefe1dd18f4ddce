/** Opens the engine that the settings name: a file in the data folder, or PostgreSQL. */
import { join } from 'node:path';
import { aloneLockKeeper, type LockKeeper } from '../kernel/lock-keeper.ts';
import type { Broadcast } from './broadcast.ts';
import type { Database } from './database.ts';
import { openPostgresDatabase } from './postgres.adapter.ts';
import { openSqliteDatabase } from './sqlite.adapter.ts';

export interface OpenedDatabase {
  readonly database: Database;
  readonly locks: LockKeeper;
  /** undefined where no other process can use the database. */
  readonly broadcast: Broadcast | undefined;
}

export const sqliteFile = (dataFolder: string): string => join(dataFolder, 'wms.sqlite');

/** Throws `configuration.invalid` or `service.unavailable`; no message holds the password of the address. */
export async function openDatabase(ports: {
  readonly dataFolder: string;
  readonly databaseUrl?: string | undefined;
}): Promise<OpenedDatabase> {
  if (ports.databaseUrl === undefined)
    return {
      database: openSqliteDatabase(sqliteFile(ports.dataFolder)),
      locks: aloneLockKeeper,
      broadcast: undefined,
    };
  const database = await openPostgresDatabase(ports.databaseUrl);
  return { database, locks: database.locks, broadcast: database.broadcast };
}
