/** What rides along with every request: its id, a logger that carries it, and the client going away. */
import { randomUUID } from 'node:crypto';
import type { Request, RequestHandler, Response } from 'express';
import type { Logger } from '@wm/wms-core/logger';

export interface RequestContext {
  readonly requestId: string;
  readonly log: Logger;
  /** Aborted when the connection closes before the answer is complete, or the server stops: ends waiting. */
  readonly signal: AbortSignal;
  readonly startedAtMs: number;
}

const contexts = new WeakMap<Response, RequestContext>();

export function contextOf(response: Response): RequestContext {
  const context = contexts.get(response);
  if (context === undefined) throw new Error('the request context middleware did not run');
  return context;
}

/** Never logs a URL: queries hold presigned tokens. */
export function requestContext(log: Logger, stopping: AbortSignal): RequestHandler {
  // One listener for all requests: `AbortSignal.any` would cost more than the rest of this file.
  const waiting = new Set<AbortController>();
  stopping.addEventListener('abort', () => {
    for (const controller of waiting) controller.abort();
  });
  return (request: Request, response: Response, next) => {
    const requestId = randomUUID();
    const gone = new AbortController();
    waiting.add(gone);
    response.once('close', () => {
      waiting.delete(gone);
      if (!response.writableFinished) gone.abort();
    });
    contexts.set(response, {
      requestId,
      log: log.child({ requestId }),
      signal: gone.signal,
      startedAtMs: performance.now(),
    });
    response.setHeader('X-Request-Id', requestId);
    if (stopping.aborted) {
      response.setHeader('Connection', 'close');
      gone.abort();
    }
    next();
  };
}
