/** The machine of the server as a host where commands run. */
import { randomBytes } from 'node:crypto';
import { copyFile, chmod, rename, rm } from 'node:fs/promises';
import { homedir, hostname } from 'node:os';
import { WmsError } from '../../kernel/wms-error.ts';
import type { CommandHost } from './command-host.ts';
import { commandEnvironment, runCommand } from './run-command.adapter.ts';
import { answerIn, framedScript } from './shell-script.ts';

export interface LocalHostOptions {
  readonly timeoutS: number;
  /** Names of variables of the server that commands get beside the plain ones. */
  readonly passEnvironment: readonly string[];
}

export const localHost = (options: LocalHostOptions): CommandHost => ({
  name: hostname(),
  isHere: true,

  run: async (script, timeoutS = options.timeoutS) => {
    const marker = randomBytes(16).toString('hex');
    const end = await runCommand({
      program: '/bin/sh',
      args: ['-s'],
      input: framedScript(script, marker),
      environment: commandEnvironment(options.passEnvironment),
      folder: homedir(),
      timeoutS,
    });
    const answer = answerIn(end.stdout, marker);
    if (answer !== undefined) return answer;
    const why = end.isLate ? `did not end within ${timeoutS} s` : `ended early: ${end.stderr.trim()}`;
    throw new WmsError('service.unavailable', `The commands on this machine ${why}.`);
  },

  upload: async (file, target) => {
    const part = `${target}.${randomBytes(4).toString('hex')}`;
    try {
      await copyFile(file, part);
      await chmod(part, 0o600);
      await rename(part, target);
    } catch (cause) {
      await rm(part, { force: true });
      throw new WmsError('service.unavailable', `${target} could not be written.`, { target }, { cause });
    }
  },
});
