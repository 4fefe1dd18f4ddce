/** The real server on either engine for rows that measure through HTTP; on PostgreSQL with a cluster of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServer, type RunningServer } from '@wm/e2e/world/server';
import { startPostgresCluster } from '@wm/wms-core/testing';
import type { Engine } from './row.ts';
import { postgresInsertsPerSecond, rawInsertsPerSecond } from './yardstick.ts';

export interface MeasuredServer extends RunningServer, AsyncDisposable {
  /** Raw inserts a second of the same engine, before the server started. */
  readonly insertsPerSecond: number;
}

export async function startMeasuredServer(
  engine: Engine,
  environment: Readonly<Record<string, string>> = {},
): Promise<MeasuredServer> {
  const folder = mkdtempSync(join(tmpdir(), 'wm-bench-'));
  const cluster = engine === 'postgres' ? await startPostgresCluster() : undefined;
  const insertsPerSecond = cluster ? await postgresInsertsPerSecond(cluster.url) : rawInsertsPerSecond();
  const server = await startServer({
    dataFolder: join(folder, 'data'),
    environment: { ...environment, ...(cluster && { DATABASE_URL: cluster.url }) },
  });
  const stop = async (): Promise<void> => {
    await server.stop();
    await cluster?.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  return { ...server, insertsPerSecond, stop, [Symbol.asyncDispose]: stop };
}
