/**
 * Binds the handlers to the route tables: for each request who calls, CSRF, rate, body, schema, handler,
 * answer, in this order, so that nothing of a request is read before its sender may call at all.
 */
import express, { type Express, type Request, type RequestHandler, type Response } from 'express';
import { routes, type Route, type RouteKey } from '@wm/api-contract';
import type { z } from 'zod';
import { WmsError } from '@wm/wms-core/vocabulary';
import type { Access } from '../auth/access.ts';
import { checkCsrf } from '../auth/csrf.ts';
import { refuseChangesByLimited } from '../certificate-door/limited-proxies.ts';
import { inDiracxForm, inOauthForm, validationList, type InputPart } from './diracx-error.ts';
import { accountIdOf, sessionOf, type Call, type Caller, type Handlers } from './handler.ts';
import { countAs, type RateLimits } from './rate-limits.ts';
import { Reply } from './reply.ts';
import { contextOf } from './request-context.ts';
import { runMiddleware } from './run-middleware.ts';

const defaultMaxBodyBytes = 1_048_576;

export interface BindOptions {
  readonly access: Access;
  readonly rateLimits: RateLimits;
  readonly publicOrigin: string;
  /** Told of every answer by route and status; `aborted` where the caller went away before it. */
  readonly answered: (route: RouteKey, code: string, tookMs: number) => void;
}

/** An answer that takes longer has its reason here or in the database. */
const slowMs = 5000;

/** Pilots wait for a job and tabs for events; files take as long as the line of their reader does. */
const longRoutes: readonly RouteKey[] = [
  'GET /bff/events',
  'GET /files/sandboxes',
  'POST /files/sandboxes',
  'POST /pilot/v1/match',
];

type LooseHandler = (call: object) => Promise<unknown>;

const isDiracx = (key: RouteKey): boolean => key.includes(' /api/');

const isForm = (key: RouteKey): boolean => (routes[key] as Route).bodyForm === 'urlencoded';

/** Throws `input.invalid` that names the first field that does not fit, with all of them in the details. */
function parsePart(key: RouteKey, part: InputPart, schema: z.ZodType | undefined, given: unknown): unknown {
  if (schema === undefined) return undefined;
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const list = validationList(part, result.error, given);
  const fields = list.slice(0, 20).map(({ loc, msg }) => ({ field: loc.join('.'), message: msg }));
  const first = fields[0] ?? { field: part, message: 'does not fit' };
  const message = `${first.field}: ${first.message}`;
  if (part === 'body' && isForm(key)) throw inOauthForm('invalid_request', message);
  if (isDiracx(key)) throw inDiracxForm('input.invalid', message, 422, list);
  throw new WmsError('input.invalid', message, { field: first.field, fields });
}

function bodyParserOf(route: Route): RequestHandler | undefined {
  if (route.body === undefined) return undefined;
  const limit = route.maxBodyBytes ?? defaultMaxBodyBytes;
  if (route.bodyForm === 'urlencoded')
    return express.urlencoded({ extended: false, limit, parameterLimit: 32 });
  return express.json({ limit, strict: false });
}

function send(response: Response, route: Route, outcome: unknown): void {
  if (response.headersSent) return;
  const reply = outcome instanceof Reply ? outcome : new Reply(outcome);
  response.status(reply.status ?? route.success.status);
  for (const [name, value] of Object.entries(reply.headers)) response.setHeader(name, value);
  if (reply.body === undefined) response.end();
  else response.json(reply.body);
}

async function readCall(
  key: RouteKey,
  caller: Caller,
  bodyParser: RequestHandler | undefined,
  request: Request,
  response: Response,
): Promise<object> {
  const route: Route = routes[key];
  if (bodyParser !== undefined) await runMiddleware(bodyParser, request, response);
  const { requestId, log, signal, startedAtMs } = contextOf(response);
  const call = {
    ...caller,
    requestId,
    log,
    signal,
    startedAtMs,
    request,
    response,
    params: parsePart(key, 'path', route.params, request.params),
    query: parsePart(key, 'query', route.query, request.query),
    body: parsePart(key, 'body', route.body, request.body as unknown),
  };
  return call satisfies Omit<Call<RouteKey>, 'params' | 'query' | 'body'>;
}

// Routes are looked through in order, and no others are called as often as those of pilots.
const routeKeys = (Object.keys(routes) as RouteKey[]).toSorted(
  (a, b) => Number(b.includes(' /pilot/')) - Number(a.includes(' /pilot/')),
);

/** Adds every route of the contract to the app. */
export function bindContract(app: Express, handlers: Handlers, options: BindOptions): void {
  for (const key of routeKeys) {
    const route: Route = routes[key];
    const [method = '', path = ''] = key.split(' ');
    const bodyParser = bodyParserOf(route);
    const handle = handlers[key] as unknown as LooseHandler;
    const serve = async (request: Request, response: Response): Promise<void> => {
      const { log, startedAtMs } = contextOf(response);
      response.once('close', () => {
        const tookMs = Math.round(performance.now() - startedAtMs);
        const told = { route: key, status: response.statusCode, tookMs };
        if (tookMs > slowMs && !longRoutes.includes(key)) log.warn(told, 'http.slow');
        else log.debug(told, 'http.answered');
        options.answered(key, response.writableFinished ? String(response.statusCode) : 'aborted', tookMs);
      });
      response.setHeader('Cache-Control', 'no-store');
      const caller = await options.access.admit(route.access, request, isDiracx(key));
      const signedIn = sessionOf(caller);
      if (signedIn !== undefined && method !== 'GET') checkCsrf(request, signedIn, options.publicOrigin);
      refuseChangesByLimited(key, caller);
      countAs(response, accountIdOf(caller));
      const limiter = options.rateLimits.of(key, route.access);
      if (limiter !== undefined) await runMiddleware(limiter, request, response);
      const call = await readCall(key, caller, bodyParser, request, response);
      send(response, route, await handle(call));
    };
    app[method.toLowerCase() as 'get'](path, serve);
  }
}
