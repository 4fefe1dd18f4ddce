/**
 * The one way to the server: the typed client of the contract with the pilot's token, time limits, and
 * patience. A server that restarts is waited for; what it refuses is thrown at once.
 */
import { createClient, type CallInput } from '@wm/api-contract/client';
import type { AnswerOf, Routes } from '@wm/api-contract';
import { WmsError, isWmsError, type ErrorCode } from '@wm/wms-core/vocabulary';
import { setTimeout as delay } from 'node:timers/promises';

export type PilotRouteKey = Extract<keyof Routes, `POST /pilot/v1/${string}`>;

export interface CallLimits {
  readonly signal?: AbortSignal | undefined;
  /** For one try; default: 5 s for the first, then more and more, up to 30 s. */
  readonly timeoutMs?: number | undefined;
  /** Total time to keep trying; default: for ever. */
  readonly giveUpAfterMs?: number | undefined;
  /** Between two tries; default 5 s. */
  readonly longestPauseMs?: number | undefined;
  /** Told of the first try that failed for a reason that passes. */
  readonly onFirstFailure?: ((error: unknown) => void) | undefined;
}

export interface PilotServer {
  readonly baseUrl: string;
  /** Tries again with back-off while the server is away. Throws `WmsError`, or the reason of `signal`. */
  call<K extends PilotRouteKey>(
    key: K,
    input: CallInput<K>,
    limits?: CallLimits,
  ): Promise<AnswerOf<Routes[K]>>;
}

const transientCodes: readonly ErrorCode[] = [
  'service.unavailable',
  'access.rate-limited',
  'storage.full',
  'internal',
];

const isTransient = (error: unknown): boolean => isWmsError(error) && transientCodes.includes(error.code);

const firstPauseMs = 50;
/** An answer that got lost on its way is asked for again soon; a server that is slow gets more time each time. */
const firstTryMs = 5000;
const longestTryMs = 30_000;

const tryMs = (tries: number): number => Math.min(longestTryMs, firstTryMs * 2 ** Math.min(tries, 10));

/** Half to full of a doubling pause, so that a thousand pilots do not return in step. */
const pauseMs = (tries: number, longestMs: number): number =>
  Math.min(longestMs, firstPauseMs * 2 ** Math.min(tries, 10)) * (0.5 + Math.random() / 2);

/** Repeats `work` while it fails for a reason that passes; it is told how often that happened. */
export async function patiently<T>(work: (tries: number) => Promise<T>, limits: CallLimits = {}): Promise<T> {
  const endMs = Date.now() + (limits.giveUpAfterMs ?? Number.POSITIVE_INFINITY);
  for (let tries = 0; ; tries++) {
    limits.signal?.throwIfAborted();
    try {
      return await work(tries);
    } catch (error) {
      limits.signal?.throwIfAborted();
      const waitMs = pauseMs(tries, limits.longestPauseMs ?? 5000);
      if (!isTransient(error) || Date.now() + waitMs > endMs) throw error;
      if (tries === 0) limits.onFirstFailure?.(error);
      await delay(waitMs, undefined, limits.signal ? { signal: limits.signal } : {});
    }
  }
}

/** Runs one try under its own time limit; running out of it counts as an absent server. */
export async function withTimeout<T>(
  work: (signal: AbortSignal) => Promise<T>,
  limits: CallLimits,
): Promise<T> {
  // A fraction of a millisecond is refused.
  const timeout = AbortSignal.timeout(Math.ceil(limits.timeoutMs ?? longestTryMs));
  const signal = limits.signal ? AbortSignal.any([limits.signal, timeout]) : timeout;
  try {
    return await work(signal);
  } catch (cause) {
    if (isWmsError(cause) || limits.signal?.aborted) throw cause;
    throw new WmsError('service.unavailable', 'The server did not answer in time.', {}, { cause });
  }
}

/** `defaults` hold for calls that say nothing else; `tell` gets a sentence for each call that has to be tried again. */
export function createPilotServer(
  baseUrl: string,
  token: string,
  defaults: CallLimits = {},
  tell: (sentence: string) => void = () => {},
): PilotServer {
  const client = createClient({ baseUrl, headers: () => ({ authorization: `Bearer ${token}` }) });
  return {
    baseUrl,
    call: (key, input, given = {}) => {
      const onFirstFailure = (error: unknown): void =>
        tell(`${key} is tried again: ${error instanceof Error ? error.message : String(error)}`);
      const limits = { onFirstFailure, ...defaults, ...given };
      return patiently(
        (tries) =>
          withTimeout((signal) => client.call(key, input, { signal }), {
            ...limits,
            timeoutMs: limits.timeoutMs ?? tryMs(tries),
          }),
        limits,
      );
    },
  };
}
