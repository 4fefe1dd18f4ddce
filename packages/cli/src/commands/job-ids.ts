/** The jobs a command is about: ids on the command line and in a file. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { idsOf, type Arguments, type Option } from '../arguments.ts';
import { CliError } from '../cli-error.ts';
import type { World } from '../world.ts';

export const fileOption: Option = {
  name: 'File',
  short: 'f',
  value: 'FILE',
  help: 'Take the job ids from this file too',
};

export async function readJobIds(given: Arguments, world: World): Promise<readonly number[]> {
  const file = given.value('File');
  if (file === undefined) return idsOf('job', given.words);
  const text = await readFile(resolve(world.cwd, file), 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new CliError(`${file} cannot be read (${error.code}). Is the path right?`);
  });
  return idsOf('job', [...given.words, text]);
}
