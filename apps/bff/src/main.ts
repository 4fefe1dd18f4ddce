/**
 * Composition root of the process: settings, log, core, server, and the signals that end it. The one place
 * that builds and connects.
 */
import { join } from 'node:path';
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { destination } from 'pino';
import { systemClock } from '@wm/wms-core/clock';
import type { Logger } from '@wm/wms-core/logger';
import { isWmsError } from '@wm/wms-core/vocabulary';
import { demoBanner } from './banner.ts';
import { createLogger } from './log.ts';
import { openCore } from './open-core.ts';
import { startServer, type RunningServer } from './server.ts';
import { readSettings, SettingsError, unknownVariables, type Settings } from './settings.ts';

/** Exit code of sysexits.h for faulty configuration, so that service managers do not restart for ever. */
const exitConfiguration = 78;

const version = (
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    readonly version: string;
  }
).version;

function settingsOrExit(): Settings {
  try {
    return readSettings(process.env);
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(exitConfiguration);
  }
}

/** A person at a terminal gets the banner, and the log goes to a file; everybody else gets the log on stdout. */
function openLog(settings: Settings): { log: Logger; logFile: string | undefined } {
  if (settings.mode !== 'demo' || !process.stdout.isTTY)
    return { log: createLogger(settings.logLevel), logFile: undefined };
  const logFile = join(settings.dataFolder, 'server.log');
  return { log: createLogger(settings.logLevel, destination({ dest: logFile, mkdir: true })), logFile };
}

function stopOnSignals(server: RunningServer, log: Logger): void {
  const stop = (signal: NodeJS.Signals): void => {
    log.info({ signal }, 'server.signal');
    server.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'server.stop-failed');
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.once(signal, stop);
}

async function main(): Promise<void> {
  // Whatever is written from here on is the server's alone, also where the data folder is open to others.
  process.umask(0o077);
  const settings = settingsOrExit();
  const { log, logFile } = openLog(settings);
  process.on('uncaughtException', (error) => {
    log.error({ err: error }, 'process.uncaught');
    process.stderr.write(`${error.stack ?? error.message}\n`);
    process.exit(1);
  });
  for (const variable of unknownVariables(process.env)) log.warn({ variable }, 'settings.unknown-variable');
  const server = await startServer({
    settings,
    clock: systemClock,
    log,
    version,
    openCore: (addresses, watching) => openCore(settings, addresses, log, watching),
  });
  stopOnSignals(server, log);
  log.info({ url: server.publicOrigin, mode: settings.mode, version }, 'server.ready');
  if (settings.mode === 'demo')
    process.stderr.write(
      demoBanner({ url: server.publicOrigin, settings, installation: server.installation, logFile }),
    );
}

/** Faults that the person who starts the server can mend are told without a stack. */
function startFault(error: unknown): string | undefined {
  if (isWmsError(error) && error.code !== 'internal') return error.message;
  const { code, address, port } = error as NodeJS.ErrnoException & { address?: string; port?: number };
  if (code === 'EADDRINUSE') return `WM_PORT: ${address}:${port} is in use. Choose another port.`;
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL')
    return `WM_HOST, WM_PORT: the server may not listen on ${address}:${port} (${code}).`;
  return undefined;
}

try {
  await main();
} catch (error) {
  const fault = startFault(error);
  if (fault === undefined) throw error;
  process.stderr.write(`The server cannot start: ${fault}\n`);
  process.exit(exitConfiguration);
}
