/**
 * What an installation knows of VOMS: `vomses`, a file or a folder of files that say where the servers of a VO are,
 * and `vomsdir`, a folder with `<vo>/<host>.lsc`, which servers are trusted for it (credentials.md §7.1). Read whole
 * when first asked and again when older than a minute; a folder that is not there is empty, a broken file is skipped
 * and told to the operators.
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseLsc, parseVomses, type LscChain, type LscLookup, type VomsServer } from '@wm/credentials';
import type { Clock } from '../../kernel/clock.ts';
import type { Logger } from '../../kernel/logger.ts';

export interface VomsFoldersOptions {
  readonly vomses: string;
  readonly vomsdir: string;
  readonly clock: Clock;
  readonly log: Logger;
}

export interface VomsKnowledge {
  readonly servers: readonly VomsServer[];
  readonly lsc: LscLookup;
}

export interface VomsSource {
  /** As of at most a minute ago. */
  current(): Promise<VomsKnowledge>;
}

const maxAgeMs = 60_000;

const isMissing = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR');

const orNothing = async <T>(reading: Promise<readonly T[]>): Promise<readonly T[]> => {
  try {
    return await reading;
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
};

/** Files below, without hidden ones and the copies that editors leave. */
const namesIn = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder)).filter((name) => !/^\.|~$/.test(name)).toSorted();

const vomsesFiles = async (path: string): Promise<readonly string[]> =>
  (await stat(path)).isDirectory() ? (await namesIn(path)).map((name) => join(path, name)) : [path];

async function load({ vomses, vomsdir, log }: VomsFoldersOptions): Promise<VomsKnowledge> {
  const servers: VomsServer[] = [];
  const chains = new Map<string, readonly LscChain[]>();
  const told = async (path: string, read: (text: string) => void): Promise<void> => {
    try {
      read(await readFile(path, 'utf8'));
    } catch (error) {
      log.error({ path, err: error }, 'voms.file-skipped');
    }
  };
  for (const path of await orNothing(vomsesFiles(vomses)))
    await told(path, (text) => servers.push(...parseVomses(text)));
  for (const vo of await orNothing(namesIn(vomsdir)))
    for (const name of await orNothing(namesIn(join(vomsdir, vo))))
      if (name.endsWith('.lsc'))
        await told(join(vomsdir, vo, name), (text) =>
          chains.set(keyOf(vo, name.slice(0, -'.lsc'.length)), parseLsc(text)),
        );
  return {
    servers,
    lsc: (vo, host) => chains.get(keyOf(vo, host)),
  };
}

/** Neither name holds a slash. */
const keyOf = (vo: string, host: string): string => `${vo}/${host.toLowerCase()}`;

/** Keeps what was last known when a folder cannot be read. */
export function createVomsFolders(options: VomsFoldersOptions): VomsSource {
  let loaded: { readonly knowledge: Promise<VomsKnowledge>; readonly atMs: number } | undefined;
  return {
    current() {
      const nowMs = options.clock.nowMs();
      if (loaded && nowMs - loaded.atMs < maxAgeMs) return loaded.knowledge;
      const former = loaded?.knowledge;
      const knowledge = load(options).catch((error: unknown) => {
        options.log.error({ err: error }, 'voms.not-loaded');
        if (former) return former;
        loaded = undefined;
        throw error;
      });
      loaded = { knowledge, atMs: nowMs };
      return knowledge;
    },
  };
}
