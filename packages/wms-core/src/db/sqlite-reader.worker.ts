/**
 * The thread behind `Database.readHeavy`: a read-only connection of its own, so that searches and counts
 * never hold up the writer (stack.md §6.5). One message is one statement, answered in order.
 */
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';
import { createStatementRunner } from './sqlite-statements.ts';
import type { ReaderAnswer, ReaderQuestion } from './sqlite-reader.ts';

const { path } = workerData as { path: string };
const connection = new DatabaseSync(path, { readOnly: true, timeout: 5000 });
/** The cache of a connection is void after every commit of another one; mapped pages are not. */
const mappedBytes = 8 * 2 ** 30;
connection.exec(
  `pragma query_only = on; pragma cache_size = -65536; pragma temp_store = memory; pragma mmap_size = ${mappedBytes}`,
);
const runSql = createStatementRunner(connection);

parentPort?.on('message', ({ number, sql, params }: ReaderQuestion) => {
  let answer: ReaderAnswer;
  try {
    answer = { number, found: runSql(sql, params) };
  } catch (error) {
    answer = { number, message: error instanceof Error ? error.message : String(error) };
  }
  parentPort?.postMessage(answer);
});
