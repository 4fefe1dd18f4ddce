/** How large the database is, and the write-ahead log beside it. Asked by health and metrics. */
import { stat } from 'node:fs/promises';
import { one, type Database } from './database.ts';

export interface DatabaseSize {
  readonly sizeBytes: number;
  /** 0 where the engine keeps its log to itself. */
  readonly logBytes: number;
}

const fileSize = async (path: string): Promise<number> => {
  try {
    return (await stat(path)).size;
  } catch {
    return 0;
  }
};

/** `file`: where the database lies, for engines that are a file. */
export async function databaseSize(database: Database, file: string): Promise<DatabaseSize> {
  if (database.engine === 'sqlite')
    return { sizeBytes: await fileSize(file), logBytes: await fileSize(`${file}-wal`) };
  const row = await database.readHeavy(() =>
    one<{ sizeBytes: number }>('select pg_database_size(current_database()) as "sizeBytes"'),
  );
  return { sizeBytes: row?.sizeBytes ?? 0, logBytes: 0 };
}
