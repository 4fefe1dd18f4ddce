/**
 * Slows the guessing of user codes: five wrong ones from an address within a minute, and it has to wait
 * (credentials.md §12). Counted by this process alone, which is enough against 20^8 codes that live ten minutes.
 */
import { ipKeyGenerator } from 'express-rate-limit';
import type { Clock } from '@wm/wms-core/clock';
import { WmsError, isWmsError, type ErrorCode } from '@wm/wms-core/vocabulary';

const allowed = 5;
const windowMs = 60_000;
const wrong: readonly ErrorCode[] = ['not-found', 'input.invalid'];

interface Guesses {
  readonly sinceMs: number;
  readonly count: number;
}

export interface WrongCodes {
  /** Runs a look-up by code for this address, unless it guessed too often. Throws `access.rate-limited`. */
  guard<T>(address: string | undefined, lookUp: () => Promise<T>): Promise<T>;
}

export function createWrongCodes(clock: Clock): WrongCodes {
  const guesses = new Map<string, Guesses>();

  function recent(key: string): Guesses | undefined {
    const found = guesses.get(key);
    return found !== undefined && clock.nowMs() - found.sinceMs < windowMs ? found : undefined;
  }

  function note(key: string): void {
    for (const [other, { sinceMs }] of guesses)
      if (clock.nowMs() - sinceMs >= windowMs) guesses.delete(other);
    const { sinceMs, count } = recent(key) ?? { sinceMs: clock.nowMs(), count: 0 };
    guesses.set(key, { sinceMs, count: count + 1 });
  }

  return {
    async guard(address, lookUp) {
      const key = ipKeyGenerator(address ?? '');
      if ((recent(key)?.count ?? 0) >= allowed)
        throw new WmsError(
          'access.rate-limited',
          'Too many wrong codes. Wait a minute, then type the code of your terminal again.',
          { limit: allowed },
        );
      try {
        return await lookUp();
      } catch (error) {
        if (isWmsError(error) && wrong.includes(error.code)) note(key);
        throw error;
      }
    },
  };
}
