/**
 * Log-in at the provider of proxies, by somebody who is logged in here: nobody logs in with it, and nothing is believed
 * of who he is there. Its refresh token is kept for the account, so that proxies can be had with it. Asked by
 * `proxies.routes.ts`, and by the one way back from all providers in `session.routes.ts`.
 */
import type { Request } from 'express';
import { WmsError, type Core } from '@wm/wms-core/vocabulary';
import type { Clock } from '@wm/wms-core/clock';
import { callOrigin } from './call-origin.ts';
import type { IdentityProviders } from './identity-providers.ts';
import { safeReturnTo } from './return-to.ts';
import { rememberPendingLogin } from './session-life.ts';
import type { PendingLogin, SignedIn } from './session.ts';

export interface ProxyLogInDeps {
  readonly core: Pick<Core, 'tokenGrants'>;
  readonly identityProviders: IdentityProviders;
  readonly clock: Clock;
}

/** Where the browser has to go. Throws `not-found` where no provider is configured, `service.unavailable`. */
export async function beginProxyLogIn(
  { identityProviders, clock }: Pick<ProxyLogInDeps, 'identityProviders' | 'clock'>,
  request: Request,
  { accountId }: SignedIn,
  returnTo: string,
): Promise<string> {
  const provider = identityProviders.ofProxies();
  if (provider === undefined)
    throw new WmsError('not-found', 'This installation has no provider of proxies where one could log in.');
  const { url, pending } = await provider.begin(safeReturnTo(returnTo), clock.nowMs());
  await rememberPendingLogin(request, { ...pending, proxiesFor: accountId });
  return url;
}

/** Keeps what the provider gave for the account that went there. Throws `access.unauthenticated`, `service.unavailable`. */
export async function completeProxyLogIn(
  { identityProviders, core }: Pick<ProxyLogInDeps, 'identityProviders' | 'core'>,
  request: Request,
  pending: PendingLogin,
): Promise<void> {
  const { signedIn } = request.session;
  const provider = identityProviders.ofProxies();
  if (provider === undefined)
    throw new WmsError('not-found', 'The provider of proxies is configured no more.');
  if (signedIn === undefined || signedIn.accountId !== pending.proxiesFor)
    throw new WmsError(
      'access.unauthenticated',
      'The session ended meanwhile. Log in and ask for a proxy again.',
    );
  const { claims, grant } = await provider.complete(request.originalUrl, pending);
  if (grant === undefined)
    throw new WmsError(
      'service.unavailable',
      'The provider of proxies gave no refresh token: its operators must allow this installation one.',
    );
  // The session keeps its id: it may do no more than before, and the page left behind may still be saving with it.
  await core.tokenGrants.keep(signedIn.accountId, claims, grant, callOrigin(request, 'session'));
}
