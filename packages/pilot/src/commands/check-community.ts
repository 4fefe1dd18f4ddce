/**
 * Checks that the pilot's VO asks for: shell commands from the configuration of the server. They are of a community, not of
 * the installation, so they run shut off like its payloads: in a folder of their own, without the pilot's credential.
 */
import { mkdir, rm, open } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { hiddenFromPayloads } from '../job-wrapper/isolation.ts';
import { usualSearchPath } from '../job-wrapper/search-path.ts';
import { endProcesses, killProcesses, tagVariable, type Payload } from '../job-wrapper/process-tree.ts';
import { found, type Instructions, type PilotCommand, type PilotContext } from '../pilot-context.ts';

type CommunityCheck = Instructions['checks'][number];

interface Outcome {
  readonly ok: boolean;
  /** The last line it printed, or what became of it. */
  readonly message: string;
}

const mostOutputBytes = 65_536;
const longestMessage = 200;

const lastLine = (text: string): string => text.trimEnd().split('\n').at(-1)?.slice(0, longestMessage) ?? '';

async function tailOf(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const length = Math.min(size, mostOutputBytes);
    const { buffer } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString('utf8');
  } finally {
    await handle.close();
  }
}

function environmentOf(
  pilot: PilotContext,
  home: string,
  temporary: string,
  tag: string,
): Record<string, string> {
  const { site, computingElement, batchQueue } = pilot.configuration;
  return {
    PATH: usualSearchPath,
    HOME: home,
    TMPDIR: temporary,
    DIRACSITE: site,
    WM_COMPUTING_ELEMENT: computingElement,
    WM_QUEUE: batchQueue,
    [tagVariable]: tag,
  };
}

async function runCheck(pilot: PilotContext, { command, timeoutS }: CommunityCheck): Promise<Outcome> {
  const root = join(pilot.configuration.workDirectory, `check_${randomUUID()}`);
  const work = join(root, 'work');
  const temporary = join(root, 'tmp');
  const output = join(root, 'output');
  await Promise.all([work, temporary].map((folder) => mkdir(folder, { recursive: true, mode: 0o700 })));
  try {
    const places = {
      work,
      temporary,
      hidden: hiddenFromPayloads(pilot.configuration),
    };
    const isolation = found(pilot.findings.isolation, 'check-capabilities');
    const tag = `check-${randomUUID()}`;
    const environment = environmentOf(pilot, work, isolation.temporaryFolder(places), tag);
    const wrapped = isolation.wrap({ file: '/bin/sh', arguments: ['-c', command], environment }, places);
    const file = openSync(output, 'w', 0o600);
    const child = spawn(wrapped.file, wrapped.arguments, {
      cwd: work,
      env: wrapped.environment,
      detached: true,
      stdio: ['ignore', file, file],
    });
    closeSync(file);
    const ended = await endOf(
      child,
      { pid: child.pid ?? 0, tag },
      timeoutS,
      pilot.evicted,
      isolation.wrappers,
    );
    const message = lastLine(await tailOf(output));
    if (ended === 0) return { ok: true, message: message || 'passed' };
    return { ok: false, message: message || (typeof ended === 'number' ? `exit code ${ended}` : ended) };
  } finally {
    await rm(root, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** The exit code, or in words what ended it. Nothing of it lives afterwards. */
async function endOf(
  child: ReturnType<typeof spawn>,
  processes: Payload,
  timeoutS: number,
  evicted: AbortSignal,
  wrappers: number,
): Promise<number | string> {
  let words = '';
  const stop = (why: string): void => {
    words ||= why;
    void endProcesses(processes, 1000, wrappers);
  };
  const onEvicted = (): void => stop('the slot was taken back');
  const timer = setTimeout(() => stop(`it took longer than ${timeoutS} s`), timeoutS * 1000);
  evicted.addEventListener('abort', onEvicted);
  try {
    const code = await new Promise<number | string>((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('exit', (exitCode, signal) => resolve(exitCode ?? `ended by ${signal}`));
    });
    return words || code;
  } finally {
    clearTimeout(timer);
    evicted.removeEventListener('abort', onEvicted);
    if (processes.pid > 0) await killProcesses(processes);
  }
}

export const checkCommunity: PilotCommand = {
  name: 'check-community',
  run: async (pilot) => {
    const failed: string[] = [];
    for (const check of found(pilot.findings.instructions, 'register').checks) {
      if (pilot.evicted.aborted) return;
      const { ok, message } = await runCheck(pilot, check);
      pilot.log.write(`${ok ? 'passed' : 'FAILED'} ${check.name}: ${message}`);
      if (!ok) failed.push(`${check.name}: ${message}`);
    }
    if (failed.length > 0) throw new Error(failed.join('; '));
  },
};
