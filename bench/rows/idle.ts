/** Resident memory of an idle demo server, started as `npm start` starts it, and the time to a first Done job. */
import { readFileSync } from 'node:fs';
import { logIn } from '@wm/e2e/world/http-user';
import { startServer } from '@wm/e2e/world/server';
import { hashingMs } from '../yardstick.ts';
import { onceOnly, rounded, type BenchmarkRow } from '../row.ts';

const residentMb = (processId: number): number =>
  Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${processId}/status`, 'utf8'))?.[1]) / 1024;

export const idleRow: BenchmarkRow = {
  row: 'idle',
  budget: '≤ 200 MB',
  engines: onceOnly,
  run: async () => {
    const yardstick = hashingMs();
    const startedAt = performance.now();
    const server = await startServer();
    try {
      const startMs = performance.now() - startedAt;
      await logIn(server.url, 'mkolar');
      const value = residentMb(server.processId);
      return {
        row: 'idle',
        engine: 'process',
        value: rounded(value),
        unit: 'MB RSS',
        yardstick: rounded(yardstick),
        ratio: rounded(value / yardstick),
        scale: 'demo installation, fresh data folder, one user logged in, no job',
        more: { startMs: rounded(startMs) },
      };
    } finally {
      await server.stop();
    }
  },
};
