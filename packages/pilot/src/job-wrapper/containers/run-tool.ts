/** Runs a container tool for the pilot itself: to try it, or to fetch an image. */
import { execFile } from 'node:child_process';
import { userInfo } from 'node:os';
import { wrapperEnvironment } from '../isolation.ts';
import { JobStop } from '../job-stop.ts';

function homeOfAccount(): string {
  try {
    return userInfo().homedir;
  } catch {
    // Batch accounts need not stand in the password file.
    return process.env['HOME'] ?? '/';
  }
}

/** Images are kept in the account's own home, not in the pilot's: the next pilot finds them there. */
export const toolEnvironment = (): Record<string, string> => ({
  ...wrapperEnvironment,
  HOME: homeOfAccount(),
  ...(process.env['XDG_RUNTIME_DIR'] === undefined
    ? {}
    : { XDG_RUNTIME_DIR: process.env['XDG_RUNTIME_DIR'] }),
});

const longestFetchMs = 1_200_000;

/** Throws `JobStop`: the registry may answer another pilot. The tool's last line is the reason. */
export function fetchImage(file: string, args: readonly string[], signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    execFile(
      file,
      args,
      { env: toolEnvironment(), timeout: longestFetchMs, signal, maxBuffer: 16_777_216 },
      (error, _, stderr) => {
        if (error === null) return resolve();
        const reason = stderr.trim().split('\n').at(-1) ?? '';
        reject(
          signal.aborted
            ? signal.reason
            : new JobStop(
                'reschedule',
                'Container image not available',
                reason.slice(0, 200) || error.message,
              ),
        );
      },
    );
  });
}
