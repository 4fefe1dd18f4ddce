/** Where the server of this run is, told by the global set-up through the environment. */
import { join } from 'node:path';

export const serverUrlVariable = 'WM_E2E_URL';
export const dataFolderVariable = 'WM_E2E_DATA';

function told(variable: string): string {
  const value = process.env[variable];
  if (value === undefined) throw new Error(`${variable} is not set: run the journeys with Playwright.`);
  return value;
}

/** Without a slash at the end. */
export const serverUrl = (): string => told(serverUrlVariable);

export const dataFolder = (): string => told(dataFolderVariable);

/** Everything the server wrote, one JSON record a line. */
export const serverLogFile = join(import.meta.dirname, '..', 'test-results', 'server.log');
