/**
 * Certificates as a way into the portal: the round trip to the certificate port, which alone asks browsers for one,
 * and the list of those linked to the account (credentials.md §3.4).
 */
import type { Request } from 'express';
import { WmsError, isWmsError, type Core } from '@wm/wms-core/vocabulary';
import type { Installation } from '../installation.ts';
import type { HandlersOf } from '../http/handler.ts';
import { callOrigin } from '../auth/call-origin.ts';
import { safeReturnTo } from '../auth/return-to.ts';
import { rememberPendingCertificate, renewSession, takePendingCertificate } from '../auth/session-life.ts';
import { pendingLoginMs, randomId, type PendingCertificate } from '../auth/session.ts';
import { iso } from './iso.ts';
import { openSession, recordRefusal, refuseLogin, type SessionRoutesDeps } from './session.routes.ts';

type CertificateRoutes =
  | 'GET /bff/login/certificate'
  | 'GET /bff/login/certificate/complete'
  | 'GET /bff/certificates'
  | 'GET /bff/certificates/link'
  | 'DELETE /bff/certificates/:certificateId';

interface CertificateRoutesDeps extends Omit<SessionRoutesDeps, 'core'> {
  readonly core: SessionRoutesDeps['core'] & Pick<Core, 'certificates'>;
  readonly installation: Pick<Installation, 'certificateOrigin'>;
}

/** For browsers that do not refresh by themselves. */
const onwardsPage = (address: string): string =>
  `<!doctype html><title>Certificate</title><link rel="icon" href="data:,"><a href="${address}">Go on</a>\n`;

export function certificateRoutes(deps: CertificateRoutesDeps): HandlersOf<CertificateRoutes> {
  const { clock, installation } = deps;
  const { certificates } = deps.core;

  /** Where the browser has to go next. */
  async function begin(request: Request, returnTo: string, linkTo?: string): Promise<string> {
    const { certificateOrigin } = installation;
    if (certificateOrigin === undefined)
      throw new WmsError('not-found', 'Log-in with a certificate is not configured in this installation.');
    const nonce = randomId();
    const pending: PendingCertificate = {
      nonce,
      linkTo,
      returnTo: safeReturnTo(returnTo),
      beganAtMs: clock.nowMs(),
    };
    await rememberPendingCertificate(request, pending);
    return `${certificateOrigin}/x509?nonce=${nonce}`;
  }

  async function link(request: Request, accountId: string, code: string, nonce: string): Promise<void> {
    const { signedIn } = request.session;
    if (signedIn?.accountId !== accountId)
      throw new WmsError('access.unauthenticated', 'The session ended meanwhile. Log in and link again.');
    await certificates.link(accountId, code, nonce, callOrigin(request, 'certificate'));
    await renewSession(request, signedIn);
  }

  async function complete(
    request: Request,
    code: string,
    pending: PendingCertificate | undefined,
  ): Promise<string> {
    if (pending === undefined || clock.nowMs() - pending.beganAtMs > pendingLoginMs)
      throw new WmsError(
        'access.unauthenticated',
        'This log-in was not begun in this browser, is over, or was used before. Please log in again.',
      );
    const { nonce, linkTo, returnTo } = pending;
    if (linkTo === undefined) {
      const from = callOrigin(request, 'certificate');
      const { account, certificate } = await certificates.logIn(code, nonce, from);
      await openSession(deps, request, account, { loginWay: 'certificate', certificate });
    } else await link(request, linkTo, code, nonce);
    return returnTo;
  }

  return {
    'GET /bff/login/certificate': async ({ request, response, query }) => {
      try {
        response.redirect(302, await begin(request, query.returnTo));
      } catch (error) {
        refuseLogin(request, response, error);
      }
    },
    'GET /bff/login/certificate/complete': async ({ request, response, query, log }) => {
      const pending = await takePendingCertificate(request);
      try {
        response.redirect(302, await complete(request, query.code, pending));
      } catch (error) {
        if (isWmsError(error)) {
          log.info({ code: error.code, reason: error.message }, 'session.login-refused');
          await recordRefusal(deps.core, error, callOrigin(request, 'certificate'));
        }
        refuseLogin(request, response, error, pending?.linkTo === undefined ? '/' : pending.returnTo);
      }
    },
    'GET /bff/certificates/link': async ({ request, response, query, signedIn }) => {
      const next = await begin(request, query.returnTo, signedIn.accountId);
      // Not a redirect: after a log-in the browser still follows the form of the identity provider, whose page may
      // forbid that it ends at an origin it does not know.
      response.setHeader('Refresh', `0; url=${next}`);
      response.type('html').send(onwardsPage(next));
    },
    'GET /bff/certificates': async ({ signedIn }) => ({
      certificates: (await certificates.list(signedIn.accountId)).map(({ linkedAtMs, ...rest }) => ({
        ...rest,
        linkedAt: iso(linkedAtMs),
      })),
    }),
    'DELETE /bff/certificates/:certificateId': async ({ request, signedIn, params }) =>
      certificates.unlink(signedIn.accountId, params.certificateId, callOrigin(request, 'session')),
  };
}
