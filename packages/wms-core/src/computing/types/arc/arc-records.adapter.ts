/**
 * What this computing element knows of its pilots: one small file a stamp in its folder. It is written before the
 * service hears of the pilot, so a stamp is never used twice, a lost reply can be settled later, and what ended is
 * known after the service forgot it. It holds no secret.
 */
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PilotStateAtElement } from '../../computing-element.ts';

export interface PilotRecord {
  readonly stamp: string;
  readonly submittedAtMs: number;
  /** Who submitted it; see `ArcCredential`. */
  readonly identity: string;
  /** Of the job; undefined while no answer named it. */
  readonly id?: string;
  /** All input files are known to have arrived. */
  readonly isStaged: boolean;
  /** Its submission failed: the job must go, if there is one. */
  readonly isGivenUp?: boolean;
  readonly wasKilledByUs?: boolean;
  readonly killingSinceMs?: number;
  readonly ended?: PilotStateAtElement & { readonly atMs: number };
}

const stampPattern = /^[0-9a-f]{32}$/;

export interface PilotRecords {
  all(): Promise<readonly PilotRecord[]>;
  find(stamp: string): Promise<PilotRecord | undefined>;
  /** False when the stamp was used before, or is no stamp. */
  announce(record: PilotRecord): Promise<boolean>;
  save(record: PilotRecord): Promise<void>;
  forget(stamp: string): Promise<void>;
}

export const createPilotRecords = (folder: string): PilotRecords => {
  let known: Promise<Map<string, PilotRecord>> | undefined;
  const loaded = () => (known ??= load(folder));
  const pathOf = (stamp: string): string => join(folder, `${stamp}.json`);

  return {
    all: async () => [...(await loaded()).values()],
    find: async (stamp) => (await loaded()).get(stamp),
    announce: async (record) => {
      if (!stampPattern.test(record.stamp)) return false;
      await mkdir(folder, { recursive: true, mode: 0o700 });
      try {
        await writeFile(pathOf(record.stamp), JSON.stringify(record), { mode: 0o600, flag: 'wx' });
      } catch (error) {
        if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
        throw error;
      }
      (await loaded()).set(record.stamp, record);
      return true;
    },
    save: async (record) => {
      (await loaded()).set(record.stamp, record);
      const fresh = `${pathOf(record.stamp)}.new`;
      await writeFile(fresh, JSON.stringify(record), { mode: 0o600 });
      await rename(fresh, pathOf(record.stamp));
    },
    forget: async (stamp) => {
      (await loaded()).delete(stamp);
      await rm(pathOf(stamp), { force: true });
    },
  };
};

async function load(folder: string): Promise<Map<string, PilotRecord>> {
  const names = await readdir(folder).catch(() => []);
  const stamps = names.map((name) => name.replace(/\.json$/, '')).filter((stamp) => stampPattern.test(stamp));
  const records = await Promise.all(
    stamps.map(async (stamp) => {
      const text = await readFile(join(folder, `${stamp}.json`), 'utf8').catch(() => '');
      return [stamp, text] as const;
    }),
  );
  return new Map(records.flatMap(([stamp, text]) => (text === '' ? [] : [[stamp, readRecord(stamp, text)]])));
}

/** One that was cut off by a crash was never sent. */
const readRecord = (stamp: string, text: string): PilotRecord => {
  try {
    return JSON.parse(text) as PilotRecord;
  } catch {
    return { stamp, submittedAtMs: 0, identity: '', isStaged: false, isGivenUp: true };
  }
};
