/**
 * Slows the guessing of user codes: five wrong ones from an address within a minute, and it has to wait
 * (credentials.md §12). Counted in the database, so that all server processes share the limit; a right code costs one
 * read by key, a wrong one a small write.
 */
import { createHash } from 'node:crypto';
import { ipKeyGenerator } from 'express-rate-limit';
import type { Clock } from '@wm/wms-core/clock';
import { one, run, type Database, type Work } from '@wm/wms-core/database';
import { WmsError, isWmsError, type ErrorCode } from '@wm/wms-core/vocabulary';

const allowed = 5;
const windowMs = 60_000;
const wrong: readonly ErrorCode[] = ['not-found', 'input.invalid'];

export interface WrongCodes {
  /** Runs a look-up by code for this address, unless it guessed too often. Throws `access.rate-limited`. */
  guard<T>(address: string | undefined, lookUp: () => Promise<T>): Promise<T>;
}

/** A network of IPv6 counts as one address. */
const keyOf = (address: string | undefined): string =>
  createHash('sha256')
    .update(ipKeyGenerator(address ?? ''))
    .digest('base64url');

function* guessesOf(key: string, nowMs: number): Work<number> {
  const row = yield* one<{ guesses: number }>(
    'select guesses from wrong_codes where address_hash = $1 and since_ms > $2',
    [key, nowMs - windowMs],
  );
  return row?.guesses ?? 0;
}

function* note(key: string, nowMs: number): Work<void> {
  yield* run('delete from wrong_codes where since_ms <= $1', [nowMs - windowMs]);
  yield* run(
    `insert into wrong_codes (address_hash, since_ms, guesses) values ($1, $2, 1)
     on conflict (address_hash) do update set guesses = wrong_codes.guesses + 1`,
    [key, nowMs],
  );
}

export function createWrongCodes(database: Database, clock: Clock): WrongCodes {
  return {
    async guard(address, lookUp) {
      const key = keyOf(address);
      if ((await database.read(() => guessesOf(key, clock.nowMs()))) >= allowed)
        throw new WmsError(
          'access.rate-limited',
          'Too many wrong codes. Wait a minute, then type the code of your terminal again.',
          { limit: allowed },
        );
      try {
        return await lookUp();
      } catch (error) {
        if (isWmsError(error) && wrong.includes(error.code))
          await database.write(() => note(key, clock.nowMs()));
        throw error;
      }
    },
  };
}
