/** One pilot in a folder of its own beside a contract server; what every test of the pilot starts from. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PilotConfiguration } from '../configuration.ts';
import type { IsolationLevel } from '../job-wrapper/isolation.ts';
import { runPilot } from '../pilot.ts';
import { startContractServer, testToken, type ContractServer } from './contract-server.ts';
import { packTar, unpackTar, type TarEntry } from 'modern-tar';
import { gunzipSync, gzipSync } from 'node:zlib';

export interface PilotWorld extends AsyncDisposable {
  readonly server: ContractServer;
  readonly folder: string;
  configuration(changes?: Partial<PilotConfiguration>): PilotConfiguration;
  /** Runs one pilot to its end. */
  run(changes?: Partial<PilotConfiguration>, isolationLevels?: readonly IsolationLevel[]): Promise<boolean>;
  /** What the batch system does when it wants the slot back. */
  evict(): void;
}

interface Machine {
  /** As their makers' libraries call them; else those that are there. */
  readonly gpus?: readonly string[];
  /** What the batch system says; else this machine's. */
  readonly slotEndsAtMs?: number;
}

export async function makePilotWorld({ gpus, slotEndsAtMs }: Machine = {}): Promise<PilotWorld> {
  const server = await startContractServer();
  const folder = await mkdtemp(join(tmpdir(), 'wm-pilot-'));
  const eviction = new AbortController();
  const running: Promise<boolean>[] = [];
  const configuration = (changes: Partial<PilotConfiguration> = {}): PilotConfiguration => ({
    serverUrl: server.url,
    token: testToken,
    stamp: 'ab'.repeat(16),
    site: 'EGI.Test.org',
    computingElement: 'ce.test',
    batchQueue: 'short',
    maxWallTimeS: 600,
    processors: 1,
    memoryMiB: 2048,
    tags: [],
    requiredTags: [],
    workDirectory: join(folder, 'pilot'),
    hiddenDirectories: [],
    ...changes,
  });
  return {
    server,
    folder,
    configuration,
    run: (changes, levels) => {
      const ran = runPilot(configuration(changes), {
        evicted: eviction.signal,
        print: () => {},
        farewellMs: 1000,
        ...(levels ? { isolationLevels: levels } : {}),
        ...(slotEndsAtMs === undefined ? {} : { slotEndsAtMs: async () => slotEndsAtMs }),
        ...(gpus ? { gpusOfNode: async () => ({ names: gpus, facts: { vendor: 'NVIDIA' } }) } : {}),
      });
      running.push(ran);
      return ran;
    },
    evict: () => eviction.abort(),
    [Symbol.asyncDispose]: async () => {
      // After a failed test the pilot still runs.
      eviction.abort();
      await Promise.all(running);
      await server.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 20 });
    },
  };
}

/** A tar.gz of files by name; a name ending in `/` is a folder. */
export async function archiveOf(
  files: Readonly<Record<string, string>>,
  more: readonly TarEntry[] = [],
): Promise<Buffer> {
  const entries = Object.entries(files).map(([name, text]): TarEntry => {
    const body = Buffer.from(text);
    return { header: { name, size: body.length, type: name.endsWith('/') ? 'directory' : 'file' }, body };
  });
  return gzipSync(await packTar([...entries, ...more]));
}

export async function filesIn(archive: Buffer | undefined): Promise<ReadonlyMap<string, string>> {
  if (archive === undefined) return new Map();
  const entries = await unpackTar(gunzipSync(archive));
  return new Map(entries.map(({ header, data }) => [header.name, Buffer.from(data ?? []).toString()]));
}
