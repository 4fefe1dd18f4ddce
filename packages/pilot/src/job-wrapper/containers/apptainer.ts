/**
 * All forms of images, through Apptainer (or Singularity, its elder name). Written from its documentation and never run
 * against the real thing: no package of it was at hand.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { containerFormOf } from '@wm/wms-core/vocabulary';
import type { Command, IsolationLevel, Places } from '../isolation.ts';
import { gpuDevices, succeeds } from '../isolation.ts';
import { workInside, type ContainerEngine, type ImageRequest } from './container-engine.ts';
import { imageOnNode } from './image-on-node.ts';
import { registryReference } from './registry-reference.ts';
import { fetchImage, toolEnvironment } from './run-tool.ts';

/** Variables of the payload carry this in front; commas and quotes in values are then safe. */
const variablePrefix = 'APPTAINERENV_';

function wrapIn(image: string, command: Command, places: Places): Command {
  const variables = Object.entries(command.environment).map(([name, value]) => [
    `${variablePrefix}${name}`,
    value,
  ]);
  return {
    file: 'apptainer',
    arguments: [
      ...['exec', '--containall', '--no-home', '--no-eval', '--no-privs', '--pwd', workInside],
      ...['--bind', `${places.temporary}:/tmp`, '--bind', `${places.work}:${workInside}`],
      ...(existsSync('/cvmfs') ? ['--bind', '/cvmfs:/cvmfs:ro'] : []),
      ...(gpuDevices().length > 0 ? ['--nv'] : []),
      ...[image, command.file, ...command.arguments],
    ],
    environment: { ...toolEnvironment(), ...Object.fromEntries(variables) },
  };
}

/** The image as a path of the node; that of a registry becomes a file of the job. */
async function pathOf(request: ImageRequest): Promise<string> {
  const form = containerFormOf(request.image)?.name;
  if (form === 'folder' || form === 'file') return await imageOnNode(request, form);
  const name = registryReference(request.image);
  const file = join(request.scratch, `${createHash('sha256').update(name).digest('hex').slice(0, 16)}.sif`);
  await fetchImage('apptainer', ['pull', '--force', file, `docker://${name}`], request.signal);
  return file;
}

export const apptainer: ContainerEngine = {
  name: 'apptainer',
  forms: ['folder', 'file', 'registry'],
  works: () => succeeds('apptainer', ['version'], toolEnvironment()),
  open: async (request): Promise<IsolationLevel> => {
    const image = await pathOf(request);
    return {
      name: 'apptainer',
      // its own first process, and that of the process name space
      wrappers: 2,
      hidesSignals: true,
      works: () => apptainer.works(),
      temporaryFolder: () => '/tmp',
      workFolder: () => workInside,
      wrap: (command, places) => wrapIn(image, command, places),
    };
  },
};
