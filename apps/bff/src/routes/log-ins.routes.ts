/** The log-ins of the own account: the list, the way to link another one, and to take one away. */
import { WmsError, type LinkedLogIn } from '@wm/wms-core/vocabulary';
import { callOrigin } from '../auth/call-origin.ts';
import { decideOnLink, waitingLink, type PendingLinkDeps } from '../auth/pending-link.ts';
import { safeReturnTo } from '../auth/return-to.ts';
import { rememberPendingLogin } from '../auth/session-life.ts';
import type { SessionStore } from '../auth/session-store.ts';
import type { HandlersOf } from '../http/handler.ts';
import { iso } from './iso.ts';

type LogInRoutes =
  'GET /bff/log-ins' | 'POST /bff/log-ins/link' | 'POST /bff/log-ins/decide' | 'DELETE /bff/log-ins/:logInId';

export interface LogInRoutesDeps extends PendingLinkDeps {
  readonly sessions: Pick<SessionStore, 'endOf'>;
}

export function logInRoutes(deps: LogInRoutesDeps): HandlersOf<LogInRoutes> {
  const { core, identityProviders, clock } = deps;
  const { logIns } = core;

  /** One that is configured no more is named by its address. */
  const labelOf = (issuer: string): string =>
    identityProviders.list().find(({ linkedAs }) => linkedAs === issuer)?.label ?? issuer;

  const shown = ({ linkedAtMs, lastLogInAtMs, ...rest }: LinkedLogIn, ownIssuer: string | undefined) => ({
    ...rest,
    provider: labelOf(rest.issuer),
    linkedAt: iso(linkedAtMs),
    lastLogInAt: iso(lastLogInAtMs),
    isThisSession: rest.issuer === ownIssuer,
  });

  function waiting(found: ReturnType<typeof waitingLink>) {
    if (found === undefined) return null;
    const { linkId, claims, outlook } = found;
    return {
      linkId,
      provider: labelOf(claims.issuer),
      issuer: claims.issuer,
      subject: claims.voPersonId ?? claims.subject,
      name: claims.name ?? claims.preferredUserName ?? null,
      email: claims.email ?? null,
      outlook: outlook.kind,
      /** The account that has it. */
      takenBy: 'userName' in outlook ? outlook.userName : null,
    };
  }

  return {
    'GET /bff/log-ins': async ({ request, signedIn }) => {
      const found = await logIns.list(signedIn.accountId);
      const linked = new Set(found.map(({ issuer }) => issuer));
      return {
        logIns: found.map((logIn) => shown(logIn, signedIn.provider?.linkedAs)),
        providers: identityProviders
          .list()
          .filter(({ linkedAs }) => !linked.has(linkedAs))
          .map(({ id, label }) => ({ id, label })),
        waiting: waiting(waitingLink(deps, request, signedIn.accountId)),
      };
    },
    'POST /bff/log-ins/link': async ({ request, signedIn, body }) => {
      const { accountId } = signedIn;
      logIns.demandFresh(callOrigin(request, 'session'));
      const provider = identityProviders.get(body.provider);
      if ((await logIns.list(accountId)).some(({ issuer }) => issuer === provider.linkedAs))
        throw new WmsError('conflict', 'Your account has a log-in of this provider already.', {
          reason: 'second',
        });
      const { url, pending } = await provider.begin(safeReturnTo(body.returnTo), clock.nowMs(), accountId);
      await rememberPendingLogin(request, pending);
      return { url };
    },
    'POST /bff/log-ins/decide': async ({ request, signedIn, body }) => {
      const linked = await decideOnLink(deps, request, signedIn, body);
      if (linked?.closedAccountId !== undefined)
        await deps.sessions.endOf(linked.closedAccountId, () => true);
      return { logIn: linked === undefined ? null : shown(linked.logIn, signedIn.provider?.linkedAs) };
    },
    'DELETE /bff/log-ins/:logInId': async ({ request, signedIn, params }) => {
      const { accountId } = signedIn;
      const issuer = await logIns.unlink(accountId, params.logInId, callOrigin(request, 'session'));
      await deps.sessions.endOf(accountId, ({ logInIssuer }) => logInIssuer === issuer);
    },
  };
}
