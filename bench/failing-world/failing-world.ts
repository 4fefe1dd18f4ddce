/**
 * A whole installation that things go wrong in: the real server as a process, simulated pilots, on PostgreSQL a
 * database server of its own. Each can be killed at any moment and comes back. Asked by the kill test and the
 * acceptance test.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { uploadDemoProxy } from '@wm/e2e/world/demo-proxy';
import { logIn, type HttpUser } from '@wm/e2e/world/http-user';
import { startServer, type RunningServer, type ServerOptions } from '@wm/e2e/world/server';
import { startPostgresCluster, type PostgresCluster } from '@wm/wms-core/testing';
import type { Random } from '../seeded-random.ts';
import { makeSimulation, type Simulation, type SimulationPlan } from '../simulated-pilots/installation.ts';
import { killPilot, livingPilots } from '../simulated-pilots/pilot-processes.ts';
import type { Engine, Kill, KillTarget } from './kills.ts';

export interface FailingWorldOptions {
  readonly engine: Engine;
  readonly random: Random;
  readonly plan: SimulationPlan;
  /** The folder stays at the end. */
  readonly keep?: boolean | undefined;
  readonly say: (text: string) => void;
}

/** Share of servers that are killed while they start, and how far they get at most. */
const killedEarly = 0.2;
const longestStartMs = 700;
/** Share of the deaths of the database that take the server too, as when the machine goes. */
const machineDies = 0.25;
const recoverWithinMs = 120_000;

export class FailingWorld {
  readonly kills: Kill[] = [];
  readonly simulation: Simulation;
  readonly #options: FailingWorldOptions;
  readonly #folder: string;
  readonly #cluster: PostgresCluster | undefined;
  readonly #server: ServerOptions;
  #running: RunningServer;
  #keepsFolder: boolean;

  private constructor(parts: {
    readonly options: FailingWorldOptions;
    readonly folder: string;
    readonly cluster: PostgresCluster | undefined;
    readonly simulation: Simulation;
    readonly server: ServerOptions;
    readonly running: RunningServer;
  }) {
    this.#options = parts.options;
    this.#keepsFolder = parts.options.keep ?? false;
    this.#folder = parts.folder;
    this.#cluster = parts.cluster;
    this.simulation = parts.simulation;
    // The same port again, so that pilots and users find it.
    this.#server = { ...parts.server, port: parts.running.port };
    this.#running = parts.running;
  }

  static async open(options: FailingWorldOptions): Promise<FailingWorld> {
    const folder = mkdtempSync(join(tmpdir(), 'wm-failing-world-'));
    const simulation = makeSimulation(folder, options.plan);
    const cluster = options.engine === 'postgres' ? await startPostgresCluster() : undefined;
    const server: ServerOptions = {
      dataFolder: join(folder, 'data'),
      environment: {
        WM_CONFIG: simulation.configurationFile,
        NODE_COMPILE_CACHE: join(folder, 'compile-cache'),
        ...(cluster ? { DATABASE_URL: cluster.url } : {}),
      },
      onLine: (line) => {
        const error = unexpectedError(line);
        if (error !== undefined) options.say(error);
      },
    };
    const running = await startServer(server).catch(async (error: unknown) => {
      await cluster?.stop();
      rmSync(folder, { recursive: true, force: true });
      throw error;
    });
    return new FailingWorld({ options, folder, cluster, simulation, server, running });
  }

  get url(): string {
    return this.#running.url;
  }

  /** Every user of the simulation, logged in and with a proxy. */
  async users(): Promise<readonly HttpUser[]> {
    const users: HttpUser[] = [];
    for (const { userName, group } of this.simulation.users) {
      const user = await logIn(this.url, userName, group);
      await uploadDemoProxy(this.url, user);
      users.push(user);
    }
    return users;
  }

  /** Resolves when it is back. False when there is nothing of the kind to kill now. */
  async kill(target: KillTarget): Promise<boolean> {
    switch (target) {
      case 'server':
        await this.#killServer();
        return true;
      case 'pilot':
        return this.#killPilot();
      case 'database':
        return this.#killDatabase();
    }
  }

  /** For whoever looks for the cause of a fault. */
  keepFolder(): void {
    this.#keepsFolder = true;
  }

  async close(): Promise<void> {
    await this.#running.stop();
    this.simulation.endPilots();
    await this.#cluster?.stop();
    if (this.#keepsFolder) this.#options.say(`Kept: ${this.#folder}`);
    else rmSync(this.#folder, { recursive: true, force: true });
  }

  // ---------------------------------------------------------------- deaths

  async #killServer(): Promise<void> {
    const atMs = Date.now();
    await this.#running.kill();
    await this.#startServer();
    this.kills.push({ target: 'server', atMs, recoveryMs: Date.now() - atMs });
  }

  /** Starts servers until one gets ready; those killed before count too. */
  async #startServer(): Promise<void> {
    const { random } = this.#options;
    for (;;) {
      const early = new AbortController();
      const timer =
        random() < killedEarly ? setTimeout(() => early.abort(), random() * longestStartMs) : undefined;
      try {
        this.#running = await startServer({ ...this.#server, signal: early.signal });
        return;
      } catch (error) {
        if (!early.signal.aborted) throw error;
        this.kills.push({ target: 'server', atMs: Date.now() });
      } finally {
        clearTimeout(timer);
      }
    }
  }

  #killPilot(): boolean {
    const { random } = this.#options;
    const pilots = livingPilots(this.simulation.ledger);
    const pilot = pilots[Math.floor(random() * pilots.length)];
    if (!pilot || !killPilot(pilot, random() < 0.5)) return false;
    this.kills.push({ target: 'pilot', atMs: Date.now(), processId: pilot.processId });
    return true;
  }

  async #killDatabase(): Promise<boolean> {
    const cluster = this.#cluster;
    if (!cluster) return false;
    const withServer = this.#options.random() < machineDies;
    const atMs = Date.now();
    await cluster.kill();
    if (withServer) await this.#running.kill();
    await restarted(cluster);
    if (withServer) {
      await this.#startServer();
      this.kills.push({ target: 'server', atMs, recoveryMs: Date.now() - atMs });
    }
    await this.#isReady();
    this.kills.push({ target: 'database', atMs, recoveryMs: Date.now() - atMs });
    return true;
  }

  /** The server answers calls that need the database. */
  async #isReady(): Promise<void> {
    const endMs = Date.now() + recoverWithinMs;
    for (;;) {
      const answer = await fetch(new URL('/api/health/ready', this.url)).catch(() => undefined);
      await answer?.arrayBuffer().catch(() => undefined);
      if (answer?.ok) return;
      if (!isAlive(this.#running.processId)) throw new Error('The server died with its database.');
      if (Date.now() > endMs) throw new Error('The server does not find its database again.');
      await delay(25);
    }
  }
}

function isAlive(processId: number): boolean {
  try {
    return process.kill(processId, 0);
  } catch {
    return false;
  }
}

/** What a server says of a database that was killed is no news. */
const expected = /The database (cannot be reached|is away|went away)/;

/** A line of the log that tells of an error nobody asked for; shortened. */
function unexpectedError(line: string): string | undefined {
  const isNews = line.includes('"level":"error"') && !expected.test(line);
  return isNews ? line.slice(0, 2000) : undefined;
}

/** The dying children of the old server may still hold its memory; it does not start until they are gone. */
async function restarted(cluster: PostgresCluster): Promise<void> {
  const endMs = Date.now() + recoverWithinMs;
  for (;;) {
    try {
      return await cluster.restart();
    } catch (error) {
      if (Date.now() > endMs) throw error;
      await delay(50);
    }
  }
}
