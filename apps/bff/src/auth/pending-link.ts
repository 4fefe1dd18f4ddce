/**
 * A second log-in on its way to an account (credentials.md §1.3). Coming back from the provider links nothing: a page
 * elsewhere may have sent the browser there, or the provider's session may be somebody else's. The proved identity waits
 * in the session that began, sealed, until its person has seen both names and said that they are his.
 */
import type { Request } from 'express';
import { WmsError, type Core, type NewlyLinked } from '@wm/wms-core/vocabulary';
import type { Clock } from '@wm/wms-core/clock';
import { callOrigin } from './call-origin.ts';
import type { IdTokenSeal } from './id-token-seal.ts';
import type { IdentityProviders } from './identity-providers.ts';
import type { CompletedLogIn } from './oidc.adapter.ts';
import { rememberPendingLink, renewSession, takePendingLink } from './session-life.ts';
import { pendingLoginMs, randomId, type PendingLink, type PendingLogin, type SignedIn } from './session.ts';

export interface PendingLinkDeps {
  readonly core: Pick<Core, 'logIns' | 'tokenGrants'>;
  readonly identityProviders: IdentityProviders;
  readonly idTokenSeal: IdTokenSeal;
  readonly clock: Clock;
}

/** Throws `access.unauthenticated` when the session is not (any more) that of the account it is for. */
export async function proposeLink(
  { core, idTokenSeal, clock }: PendingLinkDeps,
  request: Request,
  { linkTo: accountId = '', providerId }: PendingLogin,
  completed: CompletedLogIn,
): Promise<void> {
  if (request.session.signedIn?.accountId !== accountId)
    throw new WmsError('access.unauthenticated', 'The session ended meanwhile. Log in and link again.');
  const outlook = await core.logIns.propose(accountId, completed.claims, callOrigin(request, 'session'));
  await rememberPendingLink(request, {
    linkId: randomId(),
    accountId,
    providerId,
    outlook,
    sealed: idTokenSeal.seal(JSON.stringify(completed), accountId),
    provedAtMs: clock.nowMs(),
  });
}

const open = ({ idTokenSeal }: PendingLinkDeps, { sealed, accountId }: PendingLink) => {
  const text = idTokenSeal.open(sealed, accountId);
  return text === undefined ? undefined : (JSON.parse(text) as CompletedLogIn);
};

const isOver = ({ clock }: PendingLinkDeps, { provedAtMs }: PendingLink): boolean =>
  clock.nowMs() - provedAtMs > pendingLoginMs;

/** What waits in this session for the person, with what its provider told. */
export function waitingLink(deps: PendingLinkDeps, request: Request, accountId: string) {
  const { pendingLink } = request.session;
  if (pendingLink?.accountId !== accountId || isOver(deps, pendingLink)) return undefined;
  const completed = open(deps, pendingLink);
  return completed && { ...pendingLink, claims: completed.claims };
}

/** Best effort: what nobody keeps is ended at its provider. */
async function giveBack({ identityProviders }: PendingLinkDeps, { grant }: CompletedLogIn): Promise<void> {
  if (grant === undefined) return;
  await Promise.resolve()
    .then(() => identityProviders.get(grant.providerId).revoke(grant.refreshToken))
    .catch(() => undefined);
}

/** Throws `not-found` for one that was decided on, is over, or waits in another session; `conflict`. */
export async function decideOnLink(
  deps: PendingLinkDeps,
  request: Request,
  signedIn: SignedIn,
  { linkId, decision }: { readonly linkId: string; readonly decision: 'link' | 'dismiss' },
): Promise<NewlyLinked | undefined> {
  const pending = await takePendingLink(request, linkId);
  const { accountId } = signedIn;
  const completed = pending?.accountId === accountId ? open(deps, pending) : undefined;
  if (!pending || !completed || isOver(deps, pending))
    throw new WmsError('not-found', 'Nothing waits to be linked in this session (any more). Begin again.');
  if (decision === 'dismiss') {
    await giveBack(deps, completed);
    return undefined;
  }
  const from = callOrigin(request, 'session');
  const linked = await deps.core.logIns
    .link(accountId, completed.claims, from)
    .catch(async (error: unknown) => {
      await giveBack(deps, completed);
      throw error;
    });
  const { claims, grant } = completed;
  if (grant !== undefined) await deps.core.tokenGrants.keep(accountId, claims, grant, from);
  await renewSession(request, signedIn);
  return linked;
}
