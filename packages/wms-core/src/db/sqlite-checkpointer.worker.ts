/** The thread of the checkpointer. Passive: it copies what it may and leaves the rest for the next time. */
import { DatabaseSync } from 'node:sqlite';
import { parentPort, workerData } from 'node:worker_threads';

const { path } = workerData as { path: string };
const connection = new DatabaseSync(path);

connection.exec('pragma synchronous = normal; pragma wal_autocheckpoint = 0');
const checkpoint = connection.prepare('pragma wal_checkpoint(passive)');

parentPort?.on('message', () => {
  checkpoint.all();
  parentPort?.postMessage('done');
});
