/**
 * The end of sessions, from both sides: somebody logs out here and then at the identity provider, or the identity
 * provider says that somebody logged out there (OpenID Connect RP-Initiated and Back-Channel Logout 1.0).
 */
import type { Request, Response } from 'express';
import { isWmsError, type Core } from '@wm/wms-core/vocabulary';
import type { Clock } from '@wm/wms-core/clock';
import type { Logger } from '@wm/wms-core/logger';
import { answerInTime } from '../auth/answer-in-time.ts';
import { callOrigin } from '../auth/call-origin.ts';
import type { IdTokenSeal } from '../auth/id-token-seal.ts';
import { mainProviderId, type IdentityProviders } from '../auth/identity-providers.ts';
import { sessionsOfLogOutToken } from '../auth/opened-by.store.ts';
import { signOut } from '../auth/session-life.ts';
import type { SessionStore } from '../auth/session-store.ts';
import { cookieName, type SignedIn } from '../auth/session.ts';
import type { HandlersOf } from '../http/handler.ts';

type LogOutRoutes =
  'POST /bff/logout' | 'POST /auth/backchannel-logout' | 'POST /auth/backchannel-logout/:provider';

export interface LogOutRoutesDeps {
  readonly core: Pick<Core, 'audit'>;
  readonly sessions: SessionStore;
  readonly identityProviders: IdentityProviders;
  readonly idTokenSeal: IdTokenSeal;
  readonly clock: Clock;
  readonly https: boolean;
}

/** Whoever logged out here waits no longer to hear where to log out too. */
const providerAnswersMs = 3000;

export function logOutRoutes(deps: LogOutRoutesDeps): HandlersOf<LogOutRoutes> {
  const { core, sessions, identityProviders, idTokenSeal, clock, https } = deps;

  /** Null, for whatever reason: nobody stays logged in here because the provider is away. */
  async function endSessionUrl({ provider, accountId }: SignedIn, log: Logger): Promise<string | null> {
    if (provider === undefined) return null;
    try {
      const idToken = idTokenSeal.open(provider.sealedIdToken, accountId);
      const asked = identityProviders.get(provider.providerId).endSessionUrl(idToken);
      return (await answerInTime(asked, providerAnswersMs)) ?? null;
    } catch (error) {
      log.info({ provider: provider.providerId, err: error }, 'session.not-ended-at-provider');
      return null;
    }
  }

  async function logOut(request: Request, response: Response, accountId: string): Promise<void> {
    const from = callOrigin(request, 'session');
    await signOut(request);
    await core.audit.recordSession({ action: 'log out', accountId, result: 'OK', from });
    response.clearCookie(cookieName(https), { path: '/', httpOnly: true, sameSite: 'lax', secure: https });
  }

  async function endAtProvider(
    request: Request,
    log: Logger,
    providerId: string,
    token: string,
  ): Promise<void> {
    const read = await identityProviders.get(providerId).readLogOutToken(token, clock.nowMs());
    const accountIds = await sessions.endFound(() => sessionsOfLogOutToken(read, clock.nowMs()));
    const from = callOrigin(request, 'provider');
    for (const accountId of new Set(accountIds))
      await core.audit.recordSession({
        action: 'log out at provider',
        accountId,
        result: 'OK',
        from,
        details: { issuer: read.issuer, ended: accountIds.filter((each) => each === accountId).length },
      });
    log.info({ provider: providerId, ended: accountIds.length }, 'session.ended-at-provider');
  }

  /** The refused are logged and not audited: anybody may send anything here. */
  async function backChannel(
    request: Request,
    log: Logger,
    providerId: string,
    token: string,
  ): Promise<void> {
    try {
      await endAtProvider(request, log, providerId, token);
    } catch (error) {
      if (isWmsError(error))
        log.warn({ provider: providerId, reason: error.message }, 'session.log-out-token-refused');
      throw error;
    }
  }

  return {
    'POST /bff/logout': async ({ request, response, signedIn, log }) => {
      await logOut(request, response, signedIn.accountId);
      return { endSessionUrl: await endSessionUrl(signedIn, log) };
    },
    'POST /auth/backchannel-logout': ({ request, log, body }) =>
      backChannel(request, log, mainProviderId, body.logout_token),
    'POST /auth/backchannel-logout/:provider': ({ request, log, body, params }) =>
      backChannel(request, log, params.provider, body.logout_token),
  };
}
