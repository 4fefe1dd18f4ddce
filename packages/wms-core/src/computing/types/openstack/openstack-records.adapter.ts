/**
 * What is kept here of each pilot, since a machine that has ended is deleted at once: in the folder of the computing
 * element `<stamp>/`, made before the order and never twice,
 *
 *   record.json    id of the machine, how it ended, whether we ended it
 *   console        end of its console
 */
import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PilotStateAtElement } from '../../computing-element.ts';

export interface MachineRecord {
  readonly id?: string;
  readonly wasKilledByUs?: boolean;
  readonly ended?: PilotStateAtElement & { readonly atMs: number };
}

export interface MachineRecords {
  /** False when the stamp was used before. */
  announce(stamp: string): Promise<boolean>;
  find(stamp: string): Promise<(MachineRecord & { readonly madeAtMs: number }) | undefined>;
  change(stamp: string, values: MachineRecord): Promise<void>;
  saveConsole(stamp: string, text: string): Promise<void>;
  /** Empty when there is none. */
  console(stamp: string): Promise<string>;
  forget(stamp: string): Promise<void>;
  stamps(): Promise<readonly string[]>;
}

const absent = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ENOENT';

const orAbsent = <T>(error: unknown, value: T): T => {
  if (absent(error)) return value;
  throw error;
};

export const createMachineRecords = (folder: string): MachineRecords => {
  const of = (stamp: string, name = ''): string => join(folder, stamp, name);
  const read = async (stamp: string): Promise<MachineRecord> => {
    const text = await readFile(of(stamp, 'record.json'), 'utf8').catch((error: unknown) =>
      orAbsent(error, '{}'),
    );
    return JSON.parse(text) as MachineRecord;
  };
  return {
    announce: async (stamp) => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      return mkdir(of(stamp), { mode: 0o700 }).then(
        () => true,
        (error: unknown) => {
          if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
          throw error;
        },
      );
    },
    find: async (stamp) => {
      const about = await stat(of(stamp)).catch((error: unknown) => orAbsent(error, undefined));
      return about === undefined ? undefined : { ...(await read(stamp)), madeAtMs: about.mtimeMs };
    },
    change: async (stamp, values) => {
      const part = of(stamp, `record.${randomUUID()}`);
      await writeFile(part, JSON.stringify({ ...(await read(stamp)), ...values }), { mode: 0o600 });
      await rename(part, of(stamp, 'record.json'));
    },
    saveConsole: (stamp, text) => writeFile(of(stamp, 'console'), text, { mode: 0o600 }),
    console: (stamp) => readFile(of(stamp, 'console'), 'utf8').catch((error: unknown) => orAbsent(error, '')),
    forget: (stamp) => rm(of(stamp), { recursive: true, force: true }),
    stamps: async () =>
      (await readdir(folder).catch((error: unknown) => orAbsent(error, []))).filter((name) =>
        /^[0-9a-f]{32}$/.test(name),
      ),
  };
};
