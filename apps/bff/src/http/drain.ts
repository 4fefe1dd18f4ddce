/**
 * Reads away the rest of a refused body before the answer. A browser that is still sending when the
 * connection closes reports a lost connection, and its user never learns what was wrong.
 */
import type { IncomingMessage } from 'node:http';

const mostBytes = 33_554_432;
const mostMs = 10_000;

/** Resolves when the body is over, or too long to be worth it. */
export function drain(request: IncomingMessage): Promise<void> {
  if (request.complete || request.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    let bytes = 0;
    const done = (): void => {
      clearTimeout(timer);
      request.off('data', count).off('end', done).off('close', done).off('error', done);
      resolve();
    };
    const count = (part: Buffer): void => {
      bytes += part.length;
      if (bytes > mostBytes) done();
    };
    const timer = setTimeout(done, mostMs);
    request.on('data', count).once('end', done).once('close', done).once('error', done);
    request.resume();
  });
}
