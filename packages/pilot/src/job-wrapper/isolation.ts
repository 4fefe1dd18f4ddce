/**
 * How a payload is shut off from the node and the pilot: the strongest level that works here is found by
 * trying it (DESIGN D13, computing-elements.md §12). To add a level, write it and put it into the list.
 */
import { execFile } from 'node:child_process';
import { readdirSync, realpathSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname } from 'node:path';
import type { PilotConfiguration } from '../configuration.ts';

export interface Command {
  readonly file: string;
  readonly arguments: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/** Folders on the host that matter to one payload; all exist and are real paths. */
export interface Places {
  /** The payload's current folder, the only one it may write to besides its temporary folder. */
  readonly work: string;
  /** Private; seen as /tmp where the level allows. */
  readonly temporary: string;
  /** Not to be seen by the payload. `work` and `temporary` may lie inside. */
  readonly hidden: readonly string[];
}

export interface IsolationLevel {
  /** Recorded on the job as parameter `Isolation`. */
  readonly name: string;
  /** Processes of the level itself above the payload; they end it by dying. 0 = the payload is the child. */
  readonly wrappers: number;
  /** A payload that dies of signal n is told as exit code 128 + n. */
  readonly hidesSignals?: boolean;
  /** Its payloads are no descendants of the spawned process; only their tag tells them. */
  readonly isDetached?: boolean;
  /** Temporary folder as the payload sees it. */
  temporaryFolder(places: Places): string;
  /** The same of its current folder; the one of the host when left out. */
  workFolder?(places: Places): string;
  /** Does it work on this node? */
  works(): Promise<boolean>;
  /** The command that runs `command` shut off. It is spawned as leader of its own session. */
  wrap(command: Command, places: Places): Command;
}

/** For the wrappers themselves: the payload's own variables must not reach them (LD_PRELOAD). */
export const wrapperEnvironment = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C' };

/** True when the program is there and ends well within ten seconds. */
export function succeeds(
  file: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = wrapperEnvironment,
): Promise<boolean> {
  return new Promise((resolve) => {
    execFile(file, args, { env: environment, timeout: 10_000 }, (error) => resolve(error === null));
  });
}

/** Name spaces of its own and no rights beyond its account; the files come after. */
export const unsharedSpaces = [
  '--die-with-parent',
  '--unshare-user-try',
  '--unshare-pid',
  '--unshare-ipc',
  '--unshare-uts',
  '--unshare-cgroup-try',
  '--cap-drop',
  'ALL',
];

const unshared = [...unsharedSpaces, '--ro-bind', '/', '/', '--dev', '/dev', '--proc', '/proc'];

export const gpuDevices = (): readonly string[] =>
  readdirSync('/dev')
    .filter((name) => name.startsWith('nvidia'))
    .flatMap((name) => ['--dev-bind-try', `/dev/${name}`, `/dev/${name}`]);

/** Folders whose hiding would take the system's programs away. */
const systemFolders = new Set([
  '/',
  '/usr',
  '/bin',
  '/sbin',
  '/lib',
  '/lib64',
  '/etc',
  '/dev',
  '/proc',
  '/sys',
]);

function realFolders(folders: readonly string[]): readonly string[] {
  const real = folders.flatMap((folder) => {
    try {
      return [realpathSync(folder)];
    } catch {
      return [];
    }
  });
  const hidable = [...new Set(real)].filter((folder) => !systemFolders.has(folder));
  // What lies below another hidden folder is gone with it.
  return hidable.filter((folder) => !hidable.some((other) => folder.startsWith(`${other}/`)));
}

/** What no payload may look into. */
export const hiddenFolders = ({ hidden }: Places): readonly string[] =>
  realFolders(['/home', '/root', '/run/user', homedir(), ...hidden]);

export const bubblewrap: IsolationLevel = {
  name: 'bubblewrap',
  // bwrap outside and the first process of the name space inside
  wrappers: 2,
  hidesSignals: true,
  temporaryFolder: () => '/tmp',
  works: () => succeeds('bwrap', [...unshared, '--clearenv', '--', '/bin/sh', '-c', 'test "$$" -lt 9']),
  wrap: (command, places) => {
    const hidden = hiddenFolders(places);
    const variables = Object.entries(command.environment).flatMap(([name, value]) => [
      '--setenv',
      name,
      value,
    ]);
    return {
      file: 'bwrap',
      arguments: [
        ...unshared,
        ...gpuDevices(),
        ...['--bind', places.temporary, '/tmp', '--bind', places.temporary, '/var/tmp'],
        // What lies below /tmp is hidden by the private /tmp already; a tmpfs there would litter it.
        ...hidden.filter((folder) => !folder.startsWith('/tmp/')).flatMap((folder) => ['--tmpfs', folder]),
        // Told to the payload as WM_NODE; it may lie in a home folder.
        ...['--ro-bind-try', process.execPath, process.execPath],
        ...['--bind', places.work, places.work, '--chdir', places.work],
        ...['--clearenv', ...variables, '--', command.file, ...command.arguments],
      ],
      environment: wrapperEnvironment,
    };
  },
};

/** No core dumps, and no payload that outlives a killed pilot. */
const limitWrappers = ['--pdeathsig', 'KILL', 'prlimit', '--core=0', '--'];

export const limits: IsolationLevel = {
  name: 'session and limits',
  wrappers: 0,
  temporaryFolder: (places) => places.temporary,
  works: () => succeeds('setpriv', [...limitWrappers, '/bin/true']),
  wrap: (command) => ({
    file: 'setpriv',
    arguments: [...limitWrappers, command.file, ...command.arguments],
    environment: command.environment,
  }),
};

export const session: IsolationLevel = {
  name: 'session',
  wrappers: 0,
  temporaryFolder: (places) => places.temporary,
  works: () => Promise.resolve(true),
  wrap: (command) => command,
};

export const isolationLevels: readonly IsolationLevel[] = [bubblewrap, limits, session];

/** The first level that works; the last one always does. */
export async function findIsolation(levels: readonly IsolationLevel[]): Promise<IsolationLevel> {
  const works = await Promise.all(levels.map((level) => level.works()));
  return levels.find((_, index) => works[index]) ?? session;
}

/** The pilot's folder and, where that is no system folder, those of its neighbours. */
function foldersOfPilots(workDirectory: string): readonly string[] {
  const parent = dirname(workDirectory);
  const shared = ['/', '/usr', '/opt', '/var', '/srv', '/mnt', '/home', '/tmp', '/var/tmp', '/scratch'];
  return shared.includes(parent) ? [workDirectory] : [parent, workDirectory];
}

/** What the pilot and its server keep from payloads on this node. */
export const hiddenFromPayloads = (
  configuration: Pick<PilotConfiguration, 'workDirectory' | 'hiddenDirectories'>,
): readonly string[] => [...foldersOfPilots(configuration.workDirectory), ...configuration.hiddenDirectories];
