/**
 * The memory of the pilot holds its token, so it must never be written to disk. Set on this process and
 * inherited by every payload; a node without `prlimit` is taken as it is.
 */
import { execFile } from 'node:child_process';
import type { PilotCommand } from '../pilot-context.ts';

export const forbidCoreDumps: PilotCommand = {
  name: 'forbid-core-dumps',
  run: ({ log }) =>
    new Promise((resolve) => {
      execFile('prlimit', [`--pid=${process.pid}`, '--core=0'], { timeout: 5000 }, (error) => {
        if (error) log.write(`core dumps could not be forbidden: ${error.message}`);
        resolve();
      });
    }),
};
