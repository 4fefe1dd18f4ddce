/** Log-in at an identity provider, who am I, the default group. */
import type { Request, Response } from 'express';
import {
  WmsError,
  isWmsError,
  type Account,
  type CallOrigin,
  type Core,
  type GroupMembership,
} from '@wm/wms-core/vocabulary';
import type { Clock } from '@wm/wms-core/clock';
import type { HandlersOf } from '../http/handler.ts';
import type { IdTokenSeal } from '../auth/id-token-seal.ts';
import { mainProviderId, type IdentityProviders } from '../auth/identity-providers.ts';
import { callOrigin } from '../auth/call-origin.ts';
import { proposeLink } from '../auth/pending-link.ts';
import { completeProxyLogIn } from '../auth/proxy-log-in.ts';
import { returnWithFault, safeReturnTo } from '../auth/return-to.ts';
import { changeActiveGroup, rememberPendingLogin, signIn, takePendingLogin } from '../auth/session-life.ts';
import type { SessionStore, SessionTimes } from '../auth/session-store.ts';
import { hashOfSessionId, pendingLoginMs, type PendingLogin, type SignedIn } from '../auth/session.ts';
import { iso } from './iso.ts';

type SessionRoutes =
  'GET /bff/login' | 'GET /bff/callback' | 'GET /bff/me' | 'POST /bff/me/group' | 'POST /bff/me/touch';

export interface SessionRoutesDeps {
  readonly core: Pick<Core, 'accounts' | 'audit' | 'configuration' | 'logIns' | 'tokenGrants'>;
  readonly sessions: SessionStore;
  readonly identityProviders: IdentityProviders;
  readonly idTokenSeal: IdTokenSeal;
  readonly clock: Clock;
}

/** A browser that navigates gets a page of the portal that can say what went wrong, others the problem itself. */
export function refuseLogin(
  request: Request,
  response: Response,
  error: unknown,
  returnTo = '/',
  wanted?: 'link-log-in',
): void {
  const wantsPage = request.accepts(['json', 'html']) === 'html';
  if (!isWmsError(error) || !wantsPage) throw error;
  response.redirect(302, returnWithFault(returnTo, error.code, wanted));
}

/** The group a fresh session starts in: the default one of the first VO that has one the user is in. */
export function firstGroup(
  memberships: readonly GroupMembership[],
  defaults: readonly (string | undefined)[],
): string | null {
  const preferred = memberships.find(({ group }) => defaults.includes(group));
  return (preferred ?? memberships[0])?.group ?? null;
}

/** Whoever is refused is told why in any case, even when the database is what is away. */
export const recordRefusal = (
  { audit }: Pick<Core, 'audit'>,
  { code, message }: WmsError,
  from: CallOrigin,
): Promise<void> =>
  audit
    .recordSession({
      action: 'refuse log in',
      accountId: null,
      result: code,
      from,
      details: { reason: message },
    })
    .catch(() => undefined);

/** From here on the browser is the account's. */
export async function openSession(
  { core, sessions, clock }: Pick<SessionRoutesDeps, 'core' | 'sessions' | 'clock'>,
  request: Request,
  account: Account,
  opened: Pick<SignedIn, 'loginWay' | 'provider' | 'certificate'>,
): Promise<void> {
  const memberships = await core.accounts.memberships(account.accountId, opened.provider?.linkedAs);
  const defaults = Object.values(core.configuration.current().values.vos).map((vo) => vo.defaultGroup);
  const activeGroup = firstGroup(memberships, defaults);
  await signIn(request, account, { ...opened, activeGroup, nowMs: clock.nowMs() });
  await sessions.prune(account.accountId);
}

export function sessionRoutes(deps: SessionRoutesDeps): HandlersOf<SessionRoutes> {
  const { core, sessions, identityProviders, clock } = deps;

  async function timesOf(request: Request): Promise<SessionTimes> {
    const times = await sessions.times(hashOfSessionId(request.sessionID));
    if (times === undefined)
      throw new WmsError('access.unauthenticated', 'The session has ended. Log in again.');
    return times;
  }

  async function me(request: Request, signedIn: SignedIn) {
    const [account, memberships, times] = await Promise.all([
      core.accounts.account(signedIn.accountId),
      core.accounts.memberships(signedIn.accountId, signedIn.provider?.linkedAs),
      timesOf(request),
    ]);
    if (account === undefined)
      throw new WmsError('access.unauthenticated', 'The account of this session is gone.');
    const isMember = memberships.some(({ group }) => group === signedIn.activeGroup);
    return {
      ...account,
      distinguishedNames: [...account.distinguishedNames],
      memberships: memberships.map(({ group, vo, properties }) => ({
        group,
        vo,
        properties: [...properties],
      })),
      activeGroup: isMember ? signedIn.activeGroup : firstGroup(memberships, []),
      csrfToken: signedIn.csrfToken,
      idleEndsAt: iso(times.idleEndsAtMs),
      absoluteEndsAt: iso(times.absoluteEndsAtMs),
      loginWay: signedIn.loginWay,
    };
  }

  async function completeLogin(request: Request, pending: PendingLogin | undefined): Promise<string> {
    if (pending === undefined || clock.nowMs() - pending.beganAtMs > pendingLoginMs)
      throw new WmsError(
        'access.unauthenticated',
        'This log-in was not begun in this browser, is over, or was used before. Please log in again.',
      );
    if (pending.proxiesFor !== undefined) {
      await completeProxyLogIn(deps, request, pending);
      return pending.returnTo;
    }
    const provider = identityProviders.get(pending.providerId);
    const completed = await provider.complete(request.originalUrl, pending);
    if (pending.linkTo !== undefined) {
      await proposeLink(deps, request, pending, completed);
      return pending.returnTo;
    }
    const { claims, grant, atProvider: known } = completed;
    const from = callOrigin(request, 'session');
    const account = await core.accounts.logIn(claims, from);
    if (grant !== undefined) await core.tokenGrants.keep(account.accountId, claims, grant, from);
    const { idToken, ...atProvider } = known;
    const sealedIdToken = deps.idTokenSeal.seal(idToken, account.accountId);
    await openSession(deps, request, account, {
      loginWay: 'checkin',
      provider: { ...atProvider, sealedIdToken },
    });
    return pending.returnTo;
  }

  return {
    'GET /bff/login': async ({ request, response, query }) => {
      try {
        const returnTo = safeReturnTo(query.returnTo);
        if (query.provider === undefined && identityProviders.list().length > 1) {
          response.redirect(302, `/?choose-log-in=${encodeURIComponent(returnTo)}`);
          return;
        }
        const provider = identityProviders.get(query.provider ?? mainProviderId);
        const { url, pending } = await provider.begin(returnTo, clock.nowMs());
        await rememberPendingLogin(request, pending);
        response.redirect(302, url);
      } catch (error) {
        refuseLogin(request, response, error);
      }
    },
    'GET /bff/callback': async ({ request, response, log }) => {
      const pending = await takePendingLogin(request);
      try {
        response.redirect(302, await completeLogin(request, pending));
      } catch (error) {
        if (isWmsError(error)) {
          log.info({ code: error.code, reason: error.message }, 'session.login-refused');
          await recordRefusal(core, error, callOrigin(request, 'session'));
        }
        if (pending?.linkTo !== undefined)
          refuseLogin(request, response, error, pending.returnTo, 'link-log-in');
        else
          refuseLogin(request, response, error, pending?.proxiesFor === undefined ? '/' : pending.returnTo);
      }
    },
    'GET /bff/me': ({ request, signedIn }) => me(request, signedIn),
    'POST /bff/me/group': async ({ request, signedIn, body }) => {
      const memberships = await core.accounts.memberships(signedIn.accountId, signedIn.provider?.linkedAs);
      if (!memberships.some(({ group }) => group === body.group))
        throw new WmsError('access.denied', `You are not a member of the group “${body.group}”.`);
      return me(request, await changeActiveGroup(request, signedIn, body.group));
    },
    'POST /bff/me/touch': async ({ request }) => {
      const { idleEndsAtMs, absoluteEndsAtMs } = await timesOf(request);
      return { idleEndsAt: iso(idleEndsAtMs), absoluteEndsAt: iso(absoluteEndsAtMs) };
    },
  };
}
