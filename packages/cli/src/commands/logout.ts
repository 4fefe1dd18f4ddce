/** `dirac-logout`: the saved token ends, here and at the server. */
import { revoke } from '../oauth.ts';
import { readTokenFile, removeTokenFile, tokenFileOf } from '../token-file.ts';
import type { Command } from './command.ts';

export const logout: Command = {
  summary: 'End the log-in that is saved',
  usage: 'dirac-logout',
  options: [],
  async run(_given, world) {
    const file = tokenFileOf(world);
    const saved = await readTokenFile(file, world.userId);
    if (saved === undefined) {
      world.print('You are not logged in.');
      return 0;
    }
    if (saved.refresh_token !== undefined) await revoke(world, saved);
    await removeTokenFile(file);
    world.print(`You are logged out of ${saved.server}; ${file} is removed.`);
    return 0;
  },
};
