/** Runs one Express middleware inside an async function: resolves at `next()`, throws at `next(error)`. */
import type { Request, RequestHandler, Response } from 'express';

export function runMiddleware(
  middleware: RequestHandler,
  request: Request,
  response: Response,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (error?: unknown): void => {
      if (error === undefined || error === null) resolve();
      else reject(error instanceof Error ? error : new Error('A middleware failed.', { cause: error }));
    };
    // A middleware may be async; what it throws then must not get lost.
    void Promise.resolve(middleware(request, response, done)).catch(reject);
  });
}
