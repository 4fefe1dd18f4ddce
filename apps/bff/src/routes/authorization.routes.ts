/**
 * Log-in from a terminal or from another portal. The person goes to the identity provider if he has no session, then
 * to the portal's own page, which shows who asks and lets him decide. DiracX approves by itself once he is logged
 * in; here nobody can be led to approve what he did not begin (credentials.md §12, ADR 0021).
 */
import type { Request, Response } from 'express';
import {
  WmsError,
  isWmsError,
  readUserCode,
  shownUserCode,
  type Core,
  type Decision,
} from '@wm/wms-core/vocabulary';
import type { Clock } from '@wm/wms-core/clock';
import { callOrigin } from '../auth/call-origin.ts';
import { mainProviderId, type IdentityProviders } from '../auth/identity-providers.ts';
import { rememberPendingLogin } from '../auth/session-life.ts';
import type { WrongCodes } from '../auth/wrong-codes.ts';
import { inDiracxForm, inOauthForm } from '../http/diracx-error.ts';
import type { HandlersOf } from '../http/handler.ts';
import { iso } from './iso.ts';

type AuthorizationRoutes =
  | 'POST /api/auth/device'
  | 'GET /api/auth/device'
  | 'GET /api/auth/device/complete/finished'
  | 'GET /api/auth/authorize'
  | 'GET /bff/authorizations/:handle'
  | 'POST /bff/authorizations/:handle';

export interface AuthorizationRoutesDeps {
  readonly core: Pick<Core, 'tokens'>;
  readonly identityProviders: IdentityProviders;
  readonly wrongCodes: WrongCodes;
  readonly clock: Clock;
  readonly publicOrigin: string;
}

/** Routes of the portal, see `apps/portal/src/device/`. */
const devicePage = '/device';
const authorizePage = '/authorize';

const wantsPage = (request: Request): boolean => request.accepts(['json', 'html']) === 'html';

/** 400 for every code that cannot be decided on, as DiracX has it. */
function toDiracx(error: unknown): unknown {
  if (!isWmsError(error)) return error;
  if (error.code === 'service.unavailable') return inDiracxForm(error.code, error.message, 502);
  const isCodeFault = ['not-found', 'conflict', 'code.expired'].includes(error.code);
  return isCodeFault ? inDiracxForm(error.code, error.message, 400) : error;
}

const codeOf = ({ code }: WmsError): string => code;

/** OAuth's word where there is one: the code of all its refusals is the same. */
const oauthWordOf = ({ code, details: { oauth } }: WmsError): string =>
  typeof oauth === 'string' ? oauth : code;

/** A browser gets the page, which says what is wrong, others the error itself. */
function refuse(
  request: Request,
  response: Response,
  error: unknown,
  { page, faultOf }: { readonly page: string; readonly faultOf: (error: WmsError) => string },
): void {
  if (!isWmsError(error) || !wantsPage(request)) throw toDiracx(error);
  response.redirect(307, `${page}?fault=${encodeURIComponent(faultOf(error))}`);
}

export function authorizationRoutes(deps: AuthorizationRoutesDeps): HandlersOf<AuthorizationRoutes> {
  const { identityProviders, wrongCodes, clock, publicOrigin } = deps;
  const { tokens } = deps.core;

  /** To the page; by way of the identity provider for somebody without a session. */
  async function sendTo(page: string, request: Request, response: Response): Promise<void> {
    if (request.session.signedIn !== undefined) {
      response.redirect(307, page);
      return;
    }
    if (identityProviders.list().length > 1) {
      response.redirect(307, `/?choose-log-in=${encodeURIComponent(page)}`);
      return;
    }
    const { url, pending } = await identityProviders.get(mainProviderId).begin(page, clock.nowMs());
    await rememberPendingLogin(request, pending);
    response.redirect(307, url);
  }

  return {
    'POST /api/auth/device': async ({ query, body, request }) => {
      const clientId = query.client_id ?? body.client_id;
      if (clientId === undefined) throw inOauthForm('invalid_request', 'client_id: is missing');
      const scope = query.scope ?? body.scope ?? '';
      const askedFrom = request.ip ?? '';
      const { userCode, deviceCode, expiresInS } = await tokens.askForDevice({ clientId, scope, askedFrom });
      const uri = `${publicOrigin}/api/auth/device`;
      return {
        user_code: userCode,
        device_code: deviceCode,
        verification_uri: uri,
        verification_uri_complete: `${uri}?user_code=${userCode}`,
        expires_in: expiresInS,
      };
    },
    'GET /api/auth/device': async ({ query, request, response }) => {
      const { user_code: userCode } = query;
      if (userCode === undefined) {
        response.redirect(307, devicePage);
        return;
      }
      try {
        await wrongCodes.guard(request.ip, () => tokens.checkPending(userCode));
        const page = `${devicePage}?user_code=${shownUserCode(readUserCode(userCode) ?? '')}`;
        await sendTo(page, request, response);
      } catch (error) {
        refuse(request, response, error, { page: devicePage, faultOf: codeOf });
      }
    },
    'GET /api/auth/device/complete/finished': async ({ response }) => {
      response.type('html').send('<!doctype html><title>Log-in</title><h1>Please close the window</h1>');
    },
    'GET /api/auth/authorize': async ({ query, request, response }) => {
      try {
        const { handle } = await tokens.askForCode({
          clientId: query.client_id,
          redirectUri: query.redirect_uri,
          codeChallenge: query.code_challenge,
          scope: query.scope,
          state: query.state,
          askedFrom: request.ip ?? '',
        });
        await sendTo(`${authorizePage}?request=${handle}`, request, response);
      } catch (error) {
        // Never to the address that was asked for: it may be the fault (RFC 6749 §4.1.2.1).
        refuse(request, response, error, { page: authorizePage, faultOf: oauthWordOf });
      }
    },
    'GET /bff/authorizations/:handle': async ({ params, signedIn, request }) => {
      const { handle } = params;
      const { logInIssuer } = callOrigin(request, 'session');
      const found = await wrongCodes.guard(request.ip, () =>
        tokens.requestOf(handle, signedIn.accountId, logInIssuer),
      );
      const { askedAtMs, expiresAtMs, choices, extraProperties, ...rest } = found;
      return {
        ...rest,
        userCode: found.kind === 'device' ? shownUserCode(readUserCode(handle) ?? '') : null,
        askedAt: iso(askedAtMs),
        expiresAt: iso(expiresAtMs),
        choices: choices.map(({ group, vo, properties }) => ({ group, vo, properties: [...properties] })),
        extraProperties: [...extraProperties],
      };
    },
    'POST /bff/authorizations/:handle': async ({ params, body, signedIn, request }) => {
      const { approve, group } = body;
      if (approve && group === undefined)
        throw new WmsError('input.invalid', 'group: say for which group you approve', { field: 'group' });
      const decision: Decision = approve && group !== undefined ? { approve, group } : { approve: false };
      return wrongCodes.guard(request.ip, () =>
        tokens.decide(params.handle, signedIn.accountId, decision, callOrigin(request, 'session')),
      );
    },
  };
}
