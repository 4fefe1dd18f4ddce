/**
 * A whole core as a process of its own, for tests of several on one database: `core-process.ts FOLDER URL`. Its log
 * goes to stdout, a JSON line an event.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createCore } from '../core.ts';
import { systemClock } from '../kernel/clock.ts';
import { silentLogger, type Logger } from '../kernel/logger.ts';

const [folder = '', databaseUrl = ''] = process.argv.slice(2);
const write = (facts: object, event: string): void =>
  void process.stdout.write(`${JSON.stringify({ event, ...facts })}\n`);
const log: Logger = { ...silentLogger, info: write, warn: write, error: write, child: () => log };

await mkdir(folder, { recursive: true });
const configurationFile = join(folder, 'configuration.yaml');
const pilotBundlePath = join(folder, 'pilot.mjs');
await writeFile(configurationFile, 'vos: {}\nsites: {}\n');
await writeFile(pilotBundlePath, '');

const core = await createCore({
  dataFolder: join(folder, 'data'),
  databaseUrl,
  clock: systemClock,
  log,
  publicUrl: 'http://127.0.0.1:1',
  serverUrlForPilots: 'http://127.0.0.1:1',
  signingKey: randomBytes(32),
  keyEncryptionKeys: [randomBytes(32)],
  trustFolders: [],
  configurationFile,
  pilotBundlePath,
});
await core.start();
log.info({}, 'ready');
process.once('SIGTERM', () => void core.stop());
