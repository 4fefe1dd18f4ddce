/** What somebody else says, if he says it soon: nobody here waits for a provider that is away. Asked at log-out. */
import { setTimeout } from 'node:timers/promises';

/** Null when nothing comes within the time; rejects when the answer does. */
export async function answerInTime<T>(asked: Promise<T>, withinMs: number): Promise<T | null> {
  const waiting = new AbortController();
  const tooLate = setTimeout(withinMs, null, { signal: waiting.signal, ref: false }).catch(() => null);
  // A refusal after the time is nobody's.
  asked.catch(() => undefined);
  try {
    return await Promise.race([asked, tooLate]);
  } finally {
    waiting.abort();
  }
}
