/** The end of every request that failed: which form the answer has, and what is logged. */
import type { ErrorRequestHandler, Request, RequestHandler, Response } from 'express';
import { routes } from '@wm/api-contract';
import { WmsError } from '@wm/wms-core/vocabulary';
import { drain } from './drain.ts';
import { diracxError } from './diracx-error.ts';
import { expectedError, problemOf } from './problem.ts';
import { contextOf } from './request-context.ts';

/** The whole path, also where Express cut off the prefix of a mount. */
const pathOf = (request: Request): string => request.baseUrl + request.path;

const isDiracx = (request: Request): boolean => pathOf(request).startsWith('/api/');

export function sendError(request: Request, response: Response, error: WmsError | undefined): void {
  const { requestId } = contextOf(response);
  response.setHeader('Cache-Control', 'no-store');
  // A body too long to be read away must not hold the connection.
  if (!request.complete) response.setHeader('Connection', 'close');
  if (isDiracx(request)) {
    const answer = diracxError(error, requestId);
    for (const [name, value] of Object.entries(answer.headers)) response.setHeader(name, value);
    response.status(answer.status).json(answer.body);
    return;
  }
  const problem = problemOf(error, requestId);
  if (problem.status === 503) response.setHeader('Retry-After', '10');
  response.status(problem.status).type('application/problem+json').send(JSON.stringify(problem));
}

export const errorHandler: ErrorRequestHandler = async (error: unknown, request, response, _next) => {
  const { log } = contextOf(response);
  if (response.closed) return;
  const expected = expectedError(error);
  if (expected === undefined) log.error({ err: error, method: request.method }, 'http.failed');
  else log.debug({ code: expected.code, method: request.method }, 'http.refused');
  if (response.headersSent) {
    response.destroy();
    return;
  }
  await drain(request);
  if (!response.closed) sendError(request, response, expected);
};

interface KnownPath {
  readonly pattern: RegExp;
  readonly method: string;
}

const knownPaths: readonly KnownPath[] = Object.keys(routes).map((key) => {
  const [method = '', path = ''] = key.split(' ');
  return { method, pattern: new RegExp(`^${path.replace(/[.]/g, '\\.').replace(/:\w+/g, '[^/]+')}/?$`) };
});

/** Methods the contract knows for a path; empty for unknown paths. */
export function allowedMethods(path: string): readonly string[] {
  const methods = knownPaths.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
  return methods.includes('GET') ? [...methods, 'HEAD'] : methods;
}

/** 405 with `Allow` for a known path, 404 otherwise, in the form of the face. */
export const unknownRoute: RequestHandler = (request, response) => {
  const allowed = allowedMethods(pathOf(request));
  const status = allowed.length > 0 ? 405 : 404;
  if (status === 405) response.setHeader('Allow', allowed.join(', '));
  const { requestId } = contextOf(response);
  const title = status === 405 ? 'Method Not Allowed' : 'Not Found';
  response.status(status);
  if (isDiracx(request)) {
    response.json({ detail: title });
    return;
  }
  const detail =
    status === 405
      ? `${request.method} is not possible here; allowed are ${allowed.join(', ')}.`
      : 'There is nothing at this address.';
  const problem = { ...problemOf(new WmsError('not-found', detail), requestId), status, title };
  response.type('application/problem+json').send(JSON.stringify(problem));
};
