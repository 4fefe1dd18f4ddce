/**
 * One real server for the whole run: free port, throw-away data folder, its log in `test-results/server.log`.
 * Tests find it through `server-under-test.ts`; Playwright calls the returned function at the end.
 */
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { startServer } from './server.ts';
import { dataFolderVariable, serverLogFile, serverUrlVariable } from './server-under-test.ts';

export default async function globalSetup(): Promise<() => Promise<void>> {
  await mkdir(dirname(serverLogFile), { recursive: true });
  const log = createWriteStream(serverLogFile);
  const server = await startServer({ onLine: (line) => log.write(`${line}\n`) });
  // Playwright hands the environment of this process on to its workers.
  process.env[serverUrlVariable] = server.url;
  process.env[dataFolderVariable] = server.dataFolder;
  return async () => {
    await server.stop();
    log.end();
  };
}
