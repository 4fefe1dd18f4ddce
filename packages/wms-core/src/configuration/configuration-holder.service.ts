/**
 * Holds the configuration in force and follows its file(s): a good change becomes the current snapshot
 * without a restart, a broken one is recorded and the old snapshot stays. Asked by every service through
 * `current()`.
 */
import { watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import { isWmsError } from '../kernel/wms-error.ts';
import type { CheckedElsewhere } from './cross-checks.ts';
import type { ConfigurationSnapshot } from './schema.ts';
import { configurationFiles, readConfiguration } from './yaml.adapter.ts';

export interface ConfigurationHolder {
  /** The snapshot in force; never changes in place. */
  current(): ConfigurationSnapshot;
  /** What is wrong with the file(s) as they are now; undefined when they are in force. */
  lastError(): string | undefined;
  /** Reads again now; true when another version came into force. Never throws. */
  reload(): Promise<boolean>;
  /** Called after another version came into force; a throw is logged. Answers with the way to stop. */
  onChange(listener: (snapshot: ConfigurationSnapshot) => void | Promise<void>): () => void;
  /** Follows the file(s) until `close`. */
  watch(): void;
  close(): void;
}

export interface ConfigurationHolderDeps {
  readonly path: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly elsewhere?: CheckedElsewhere | undefined;
  /** Quiet time after a change before it is read; editors write in several steps. */
  readonly debounceMs?: number | undefined;
  /** Change times are compared so often, because file events get lost on network folders. */
  readonly checkEveryMs?: number | undefined;
}

/** Reads the configuration; throws `configuration.invalid` when there is no good one to begin with. */
export const openConfiguration = async (deps: ConfigurationHolderDeps): Promise<ConfigurationHolder> => {
  const { path, log, debounceMs = 200, checkEveryMs = 5000 } = deps;
  const listeners = new Set<(snapshot: ConfigurationSnapshot) => void | Promise<void>>();
  let snapshot = await readConfiguration(deps);
  let seen = await fingerprint(path);
  let error: string | undefined;
  let reading: Promise<boolean> = Promise.resolve(false);
  const stops: (() => void)[] = [];

  const accept = async (next: ConfigurationSnapshot): Promise<boolean> => {
    error = undefined;
    if (next.version === snapshot.version) return false;
    snapshot = next;
    log.info({ version: next.version }, 'configuration.changed');
    for (const listener of listeners) {
      try {
        await listener(next);
      } catch (cause) {
        log.error({ err: cause }, 'configuration.listener-failed');
      }
    }
    return true;
  };

  const readAgain = async (): Promise<boolean> => {
    seen = await fingerprint(path);
    try {
      return await accept(await readConfiguration(deps));
    } catch (cause) {
      error = isWmsError(cause) ? cause.message : String(cause);
      log.error({ reason: error, versionInForce: snapshot.version }, 'configuration.refused');
      return false;
    }
  };

  const reload = (): Promise<boolean> => (reading = reading.then(readAgain));

  return {
    current: () => snapshot,
    lastError: () => error,
    reload,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    watch: () => {
      let soon: NodeJS.Timeout | undefined;
      const readIfChanged = async (): Promise<void> => {
        if ((await fingerprint(path)) !== seen) await reload();
      };
      const changed = (): void => {
        clearTimeout(soon);
        soon = setTimeout(() => void readIfChanged(), debounceMs);
      };
      const check = setInterval(() => void readIfChanged(), checkEveryMs);
      check.unref();
      stops.push(
        watchPath(path, changed),
        () => clearInterval(check),
        () => clearTimeout(soon),
      );
    },
    close: () => {
      for (const stop of stops.splice(0)) stop();
    },
  };
};

/** Names, sizes and change times; '' while the path cannot be read. */
const fingerprint = async (path: string): Promise<string> => {
  try {
    const files = await configurationFiles(path);
    const states = await Promise.all(files.map((file) => stat(file)));
    return files.map((file, index) => `${file} ${states[index]?.size} ${states[index]?.mtimeMs}`).join('\n');
  } catch {
    return '';
  }
};

/** The folder is watched, since editors and configuration managers replace files by renaming. */
const watchPath = (path: string, changed: () => void): (() => void) => {
  const watchers = [...new Set([path, dirname(path)])].flatMap((target) => {
    try {
      const watcher = watch(target, { persistent: false }, changed);
      watcher.on('error', () => watcher.close());
      return [watcher];
    } catch {
      return [];
    }
  });
  return () => watchers.forEach((watcher) => watcher.close());
};
