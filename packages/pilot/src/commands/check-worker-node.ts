/** Is this node fit to run jobs at all? Every check is told to the server, whether it passed or not. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freeDiskMiB, memoryMiB } from '../node-facts.ts';
import type { PilotCommand, PilotContext } from '../pilot-context.ts';

/** A check returns what it saw, and throws a sentence when the node will not do. */
interface NodeCheck {
  readonly name: string;
  look(pilot: PilotContext): Promise<string> | string;
}

const minDiskMiB = 256;
const minMemoryMiB = 256;
const tolerableClockDifferenceS = 300;

const nodeVersion: NodeCheck = {
  name: 'node-version',
  look: () => {
    if (Number.parseInt(process.versions.node, 10) < 20)
      throw new Error(`Node.js ${process.versions.node} is too old; the pilot needs 20 or newer.`);
    return `Node.js ${process.versions.node}`;
  },
};

const workDirectory: NodeCheck = {
  name: 'work-directory',
  look: async ({ configuration }) => {
    await mkdir(configuration.workDirectory, { recursive: true, mode: 0o700 });
    const probe = join(configuration.workDirectory, `.probe-${configuration.stamp}`);
    await writeFile(probe, 'x');
    await rm(probe);
    return `${configuration.workDirectory} can be written`;
  },
};

const disk: NodeCheck = {
  name: 'disk',
  look: ({ configuration }) => {
    const free = freeDiskMiB(configuration.workDirectory);
    if (free < minDiskMiB)
      throw new Error(`${free} MiB are free in the work directory; ${minDiskMiB} are needed.`);
    return `${free} MiB free`;
  },
};

const memory: NodeCheck = {
  name: 'memory',
  look: () => {
    const total = memoryMiB();
    if (total < minMemoryMiB) throw new Error(`The node has ${total} MiB; ${minMemoryMiB} are needed.`);
    return `${total} MiB`;
  },
};

/** Only noted: the order of reports follows attempts, not clocks. */
const clock: NodeCheck = {
  name: 'clock',
  look: async ({ server }) => {
    const askedAtMs = Date.now();
    const answer = await fetch(server.baseUrl, {
      method: 'HEAD',
      redirect: 'manual',
      signal: AbortSignal.timeout(5000),
    }).catch(() => undefined);
    const serverMs = Date.parse(answer?.headers.get('date') ?? '');
    if (Number.isNaN(serverMs)) return 'the server did not tell its time';
    // The Date header has whole seconds: the middle of its second is the best guess.
    const aheadS = ((askedAtMs + Date.now()) / 2 - serverMs - 500) / 1000;
    const word = Math.abs(aheadS) > tolerableClockDifferenceS ? 'WARNING: ' : '';
    return `${word}${aheadS.toFixed(1)} s ahead of the server`;
  },
};

const nodeChecks: readonly NodeCheck[] = [nodeVersion, workDirectory, disk, memory, clock];

export const checkWorkerNode: PilotCommand = {
  name: 'check-worker-node',
  run: async (pilot) => {
    for (const check of nodeChecks) {
      const { ok, message } = await Promise.resolve()
        .then(() => check.look(pilot))
        .then((message) => ({ ok: true, message }))
        .catch((error: unknown) => ({
          ok: false,
          message: error instanceof Error ? error.message : String(error),
        }));
      pilot.findings.checks.push({ name: check.name, ok, message });
      pilot.log.write(`${ok ? 'passed' : 'FAILED'} ${check.name}: ${message}`);
    }
  },
};
