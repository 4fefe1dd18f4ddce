/** How long: `H:M` and hours, as DIRAC's options have them. Pure. */
import { usageError } from '../cli-error.ts';

export function secondsOf(valid: string): number {
  const [, hours = '', minutes = ''] = /^(\d{1,5}):(\d{1,2})$/.exec(valid) ?? [];
  const seconds = Number(hours) * 3600 + Number(minutes) * 60;
  if (hours === '' || seconds < 600)
    throw usageError(
      `--valid: “${valid}” is no time; right would be hours and minutes such as 24:00, ten minutes at least`,
    );
  return seconds;
}

/** What to ask of a store that adds half: the proxy lasts as long as wanted. */
export const askedFor = (wantedS: number): number => Math.max(600, Math.floor(wantedS / 1.5));
