/** Waiting without polling: listens to the server's event stream and looks again whenever something changed. */
import type { HttpUser } from './http-user.ts';

/** Chunks of the stream; ends when the server or `signal` ends it. */
async function* chunks(serverUrl: string, user: HttpUser, signal: AbortSignal): AsyncGenerator<string> {
  const response = await fetch(`${serverUrl}/bff/events?group=${encodeURIComponent(user.group)}`, {
    headers: { cookie: user.cookies(), accept: 'text/event-stream' },
    signal,
  });
  if (response.body === null || !response.ok)
    throw new Error(`The event stream answered ${response.status}.`);
  const decoder = new TextDecoder();
  for await (const chunk of response.body) yield decoder.decode(chunk, { stream: true });
}

/**
 * Asks `look` now and after every message of the stream until it answers something; throws after `limitMs`.
 */
export async function waitForChange<T>(
  serverUrl: string,
  user: HttpUser,
  limitMs: number,
  look: () => Promise<T | undefined>,
): Promise<T> {
  const end = new AbortController();
  const timer = setTimeout(() => end.abort(new Error(`Nothing came of it within ${limitMs} ms.`)), limitMs);
  try {
    for await (const chunk of chunks(serverUrl, user, end.signal)) {
      if (!chunk.includes('event:')) continue;
      const found = await look();
      if (found !== undefined) return found;
    }
    throw new Error('The event stream ended before the wait was over.');
  } finally {
    clearTimeout(timer);
    end.abort();
  }
}
