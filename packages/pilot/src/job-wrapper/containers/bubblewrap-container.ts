/** Images that are folders, through bubblewrap: their files read-only, everything else as without an image. */
import { lstatSync, readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import {
  bubblewrap,
  gpuDevices,
  unsharedSpaces,
  wrapperEnvironment,
  type Command,
  type IsolationLevel,
  type Places,
} from '../isolation.ts';
import { usualSearchPath } from '../search-path.ts';
import { workInside, type ContainerEngine } from './container-engine.ts';
import { imageOnNode } from './image-on-node.ts';

/** Names at the top of an image that are the node's, or made anew. */
const ownAtTop = new Set(['proc', 'dev', 'sys', 'tmp', workInside.slice(1)]);

/** The top of the image, entry by entry: the root itself stays writable for the folders mounted into it. */
function topOf(image: string): readonly string[] {
  const names = readdirSync(image).filter((name) => !ownAtTop.has(name));
  const entries = names.flatMap((name) => {
    const path = join(image, name);
    return lstatSync(path).isSymbolicLink()
      ? ['--symlink', readlinkSync(path), `/${name}`]
      : ['--ro-bind', path, `/${name}`];
  });
  return names.includes('cvmfs') ? entries : [...entries, '--ro-bind-try', '/cvmfs', '/cvmfs'];
}

/** Names of hosts are looked up as on the node. Only what is there already can be covered. */
const nameServiceFiles = (image: string): readonly string[] =>
  ['/etc/resolv.conf', '/etc/hosts']
    .filter((path) => lstatSync(join(image, path), { throwIfNoEntry: false })?.isFile())
    .flatMap((path) => ['--ro-bind-try', path, path]);

function wrapIn(image: string, command: Command, places: Places): Command {
  const variables = Object.entries({ PATH: usualSearchPath, ...command.environment });
  return {
    file: 'bwrap',
    arguments: [
      ...unsharedSpaces,
      ...topOf(image),
      ...nameServiceFiles(image),
      ...['--ro-bind-try', '/sys', '/sys', '--dev', '/dev', '--proc', '/proc'],
      ...gpuDevices(),
      ...['--bind', places.temporary, '/tmp', '--bind', places.work, workInside, '--chdir', workInside],
      '--clearenv',
      ...variables.flatMap(([name, value]) => ['--setenv', name, value]),
      ...['--', command.file, ...command.arguments],
    ],
    environment: wrapperEnvironment,
  };
}

export const bubblewrapContainer: ContainerEngine = {
  name: 'bubblewrap',
  forms: ['folder'],
  works: () => bubblewrap.works(),
  open: async (request): Promise<IsolationLevel> => {
    const image = await imageOnNode(request, 'folder');
    return {
      ...bubblewrap,
      workFolder: () => workInside,
      wrap: (command, places) => wrapIn(image, command, places),
    };
  },
};
