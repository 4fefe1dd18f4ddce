/**
 * Images of registries, through podman with or without root. Its payloads are no children of the pilot (a monitor
 * process of podman's is their parent), so they are known by their tag.
 */
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command, IsolationLevel, Places } from '../isolation.ts';
import { succeeds } from '../isolation.ts';
import { workInside, type ContainerEngine } from './container-engine.ts';
import { registryReference } from './registry-reference.ts';
import { fetchImage, toolEnvironment } from './run-tool.ts';

/** Podman asks for higher limits than an account may have unless told those that are there; it lowers its own to these. */
const limitRows = [
  { name: 'nofile', row: /^Max open files\s+\d+\s+(\d+)/m, most: 1_048_576 },
  { name: 'nproc', row: /^Max processes\s+\d+\s+(\d+)/m, most: 32_768 },
] as const;

function ownLimits(): readonly string[] {
  const text = readFileSync('/proc/self/limits', 'utf8');
  return limitRows.flatMap(({ name, row, most }) => {
    const hard = Math.min(most, Number(row.exec(text)?.[1] ?? most));
    return ['--ulimit', `${name}=${hard}:${hard}`];
  });
}

/** What is tried in turn: nodes differ in the control groups they let a run-time have. */
const runtimes: readonly (readonly string[])[] = [[], ['--runtime', 'runc'], ['--runtime', 'crun']];

const shutOff = (): readonly string[] => [
  ...['--rm', '--network', 'host', '--cap-drop', 'all', '--security-opt', 'no-new-privileges'],
  ...['--read-only', '--read-only-tmpfs=false', '--log-driver', 'none', ...ownLimits()],
  ...(process.getuid?.() === 0 ? [] : ['--userns', 'keep-id']),
];

/** A root of nothing but the node's programs: no image is needed to try the tool. */
async function workingRuntime(): Promise<readonly string[] | undefined> {
  const root = await mkdtemp(join(tmpdir(), 'wm-podman-'));
  const programs = ['/bin', '/usr', '/lib', '/lib64'].filter((path) => existsSync(path));
  const mounts = programs.flatMap((path) => ['--volume', `${path}:${path}:ro`]);
  try {
    for (const runtime of runtimes) {
      const args = [...runtime, 'run', ...shutOff(), ...mounts, '--rootfs', root, '/bin/true'];
      if (await succeeds('podman', args, toolEnvironment())) return runtime;
    }
    return undefined;
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

let found: Promise<readonly string[] | undefined> | undefined;
const runtime = (): Promise<readonly string[] | undefined> => (found ??= workingRuntime());

function wrapIn(global: readonly string[], image: string, command: Command, places: Places): Command {
  return {
    file: 'podman',
    arguments: [
      ...[...global, 'run', ...shutOff(), '--pull', 'never', '--entrypoint', ''],
      ...[
        '--volume',
        `${places.temporary}:/tmp`,
        '--volume',
        `${places.work}:${workInside}`,
        '--workdir',
        workInside,
      ],
      ...Object.entries(command.environment).flatMap(([name, value]) => ['--env', `${name}=${value}`]),
      ...[image, command.file, ...command.arguments],
    ],
    environment: toolEnvironment(),
  };
}

export const podman: ContainerEngine = {
  name: 'podman',
  forms: ['registry'],
  works: async () => (await runtime()) !== undefined,
  open: async ({ image, signal }): Promise<IsolationLevel> => {
    const global = (await runtime()) ?? [];
    const name = registryReference(image);
    if (!(await succeeds('podman', ['image', 'exists', name], toolEnvironment())))
      await fetchImage('podman', ['pull', '--quiet', name], signal);
    return {
      name: 'podman',
      wrappers: 0,
      hidesSignals: true,
      isDetached: true,
      works: () => podman.works(),
      temporaryFolder: () => '/tmp',
      workFolder: () => workInside,
      wrap: (command, places) => wrapIn(global, name, command, places),
    };
  },
};
