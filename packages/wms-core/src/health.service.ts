/** Can this process serve? Asked by readiness probes and by the operators' page. */
import { statfs } from 'node:fs/promises';
import { one, type Database } from './db/database.ts';
import type { HealthReport } from './use-cases.ts';

type Check = HealthReport['checks'][number];

const leastFreeBytes = 64 * 1024 * 1024;

export async function checkHealth(parts: {
  readonly database: Database;
  readonly configuration: { lastError(): string | undefined };
  readonly dataFolder: string;
}): Promise<HealthReport> {
  const checks = await Promise.all([
    attempt('database', async () => {
      await parts.database.read(() => one('select 1 as one'));
      return 'answers';
    }),
    attempt('disk', () => freeSpace(parts.dataFolder)),
    attempt('configuration', async () => {
      const error = parts.configuration.lastError();
      return error === undefined ? 'in force' : `an older one is in force: ${error}`;
    }),
  ]);
  return { ok: checks.every(({ ok }) => ok), checks };
}

async function attempt(name: string, act: () => Promise<string>): Promise<Check> {
  try {
    return { name, ok: true, message: await act() };
  } catch (error) {
    return { name, ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}

async function freeSpace(folder: string): Promise<string> {
  const { bavail, bsize } = await statfs(folder);
  const freeBytes = bavail * bsize;
  const free = `${Math.floor(freeBytes / 1_048_576)} MiB free`;
  if (freeBytes < leastFreeBytes) throw new Error(free);
  return free;
}
