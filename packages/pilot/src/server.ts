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
  /** For one try; default 30 s. */
  readonly timeoutMs?: number | undefined;
  /** Total time to keep trying; default: for ever. */
  readonly giveUpAfterMs?: number | undefined;
  /** Between two tries; default 5 s. */
  readonly longestPauseMs?: number | undefined;
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

/** Half to full of a doubling pause, so that a thousand pilots do not return in step. */
const pauseMs = (tries: number, longestMs: number): number =>
  Math.min(longestMs, firstPauseMs * 2 ** Math.min(tries, 10)) * (0.5 + Math.random() / 2);

/** Repeats `work` while it fails for a reason that passes. */
export async function patiently<T>(work: () => Promise<T>, limits: CallLimits = {}): Promise<T> {
  const endMs = Date.now() + (limits.giveUpAfterMs ?? Number.POSITIVE_INFINITY);
  for (let tries = 0; ; tries++) {
    limits.signal?.throwIfAborted();
    try {
      return await work();
    } catch (error) {
      limits.signal?.throwIfAborted();
      const waitMs = pauseMs(tries, limits.longestPauseMs ?? 5000);
      if (!isTransient(error) || Date.now() + waitMs > endMs) throw error;
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
  const timeout = AbortSignal.timeout(Math.ceil(limits.timeoutMs ?? 30_000));
  const signal = limits.signal ? AbortSignal.any([limits.signal, timeout]) : timeout;
  try {
    return await work(signal);
  } catch (cause) {
    if (isWmsError(cause) || limits.signal?.aborted) throw cause;
    throw new WmsError('service.unavailable', 'The server did not answer in time.', {}, { cause });
  }
}

/** `defaults` hold for calls that say nothing else. */
export function createPilotServer(baseUrl: string, token: string, defaults: CallLimits = {}): PilotServer {
  const client = createClient({ baseUrl, headers: () => ({ authorization: `Bearer ${token}` }) });
  return {
    baseUrl,
    call: (key, input, given = {}) => {
      const limits = { ...defaults, ...given };
      return patiently(() => withTimeout((signal) => client.call(key, input, { signal }), limits), limits);
    },
  };
}
