/**
 * What answers at the certificate port: the page that hands a browser's certificate over to the portal's origin, and
 * for programs the same interface as there. Everything else is a page that says where to go.
 */
import type { IncomingMessage, RequestListener } from 'node:http';
import express, { type ErrorRequestHandler, type Express, type Request, type Response } from 'express';
import type { Logger } from '@wm/wms-core/logger';
import { isWmsError, type CertificateUseCases } from '@wm/wms-core/vocabulary';
import { limiter } from '../http/rate-limits.ts';
import { requestContext } from '../http/request-context.ts';
import { securityHeaders } from '../http/security-headers.ts';
import {
  badCertificatePage,
  noCertificatePage,
  renderDoorPage,
  strayPage,
  type DoorPage,
} from './door-pages.ts';
import { isForPrograms } from './door-routes.ts';
import { shownCertificate } from './identify.ts';
import { chainShownBy } from './shown-chain.ts';

export interface DoorAppParts {
  /** The app of the main port. */
  readonly app: Express;
  readonly certificates: Pick<CertificateUseCases, 'judge' | 'handOver'>;
  readonly publicOrigin: string;
  readonly log: Logger;
  readonly stopping: AbortSignal;
  readonly loginsPerMinute: number;
}

/** As `session.ts` makes them. */
const noncePattern = /^[\w-]{43}$/;

/** Of no meaning here: who calls is the connection's certificate, and nothing stands between it and us. */
const foreignClaims = /^(?:cookie|forwarded|x-forwarded-.*|x-real-ip|(?:x-)?ssl[-_].*|x-client-cert.*)$/;

function dropForeignClaims({ headers }: IncomingMessage): void {
  for (const name of Object.keys(headers)) if (foreignClaims.test(name)) delete headers[name];
}

export function createDoorApp(parts: DoorAppParts): RequestListener {
  const { certificates, publicOrigin, log } = parts;
  const pages = express();
  pages.disable('x-powered-by');
  pages.disable('etag');
  pages.set('query parser', 'simple');

  const show = (response: Response, status: number, page: DoorPage): void => {
    response.setHeader('Cache-Control', 'no-store');
    // The browser may show another certificate on its next connection.
    response.setHeader('Connection', 'close');
    response.status(status).type('html').send(renderDoorPage(page, publicOrigin));
  };

  async function handOver(request: Request, response: Response): Promise<void> {
    const { nonce } = request.query;
    // A page that loads this in a frame or in passing wants something else than a log-in.
    const isInPassing = (request.get('sec-fetch-dest') ?? 'document') !== 'document';
    if (typeof nonce !== 'string' || !noncePattern.test(nonce) || isInPassing)
      return show(response, 400, strayPage);
    if (chainShownBy(request).length === 0) return show(response, 401, noCertificatePage);
    const code = await certificates.handOver(await shownCertificate(certificates, request), nonce);
    response.setHeader('Cache-Control', 'no-store');
    response.redirect(302, `${publicOrigin}/bff/login/certificate/complete?code=${code}`);
  }

  const refuse: ErrorRequestHandler = (error: unknown, _request, response, next) => {
    if (response.headersSent) return next(error);
    if (isWmsError(error) && error.code !== 'internal') {
      log.info({ code: error.code, reason: error.details['reason'] }, 'certificate-door.refused');
      return show(
        response,
        error.code === 'access.rate-limited' ? 429 : 401,
        badCertificatePage(error.message),
      );
    }
    log.error({ err: error }, 'certificate-door.failed');
    return show(response, 500, badCertificatePage('Something went wrong in the server. Please try again.'));
  };

  pages.use(requestContext(log, parts.stopping));
  pages.use(securityHeaders({ https: true }));
  pages.get('/x509', limiter(parts.loginsPerMinute, 'log-ins'), handOver);
  pages.use((_request, response) => show(response, 404, strayPage));
  pages.use(refuse);

  return (request, response) => {
    dropForeignClaims(request);
    const listener = isForPrograms(request.url ?? '') ? parts.app : pages;
    listener(request, response);
  };
}
