/** The turns in a session's life, each with a new id so that no old one stays good (credentials.md §3.6). */
import type { Request } from 'express';
import type { Account } from '@wm/wms-core/vocabulary';
import { agentOf } from './call-origin.ts';
import {
  randomId,
  type PendingCertificate,
  type PendingLink,
  type PendingLogin,
  type SignedIn,
} from './session.ts';

function promised(act: (done: (error?: unknown) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    act((error) => {
      if (error === undefined || error === null) resolve();
      else
        reject(
          error instanceof Error ? error : new Error('The session could not be stored.', { cause: error }),
        );
    });
  });
}

const save = (request: Request): Promise<void> => promised((done) => void request.session.save(done));

/** Ends the session at hand and begins an empty one. */
const regenerate = (request: Request): Promise<void> =>
  promised((done) => void request.session.regenerate(done));

/** Remembers a log-in that goes to the identity provider now. Keeps a running session untouched until it returns. */
export async function rememberPendingLogin(request: Request, pending: PendingLogin): Promise<void> {
  request.session.pendingLogin = pending;
  await save(request);
}

/** The log-in that was begun in this browser; the second call finds none. */
export async function takePendingLogin(request: Request): Promise<PendingLogin | undefined> {
  const { pendingLogin } = request.session;
  if (pendingLogin === undefined) return undefined;
  delete request.session.pendingLogin;
  await save(request);
  return pendingLogin;
}

export async function rememberPendingLink(request: Request, pending: PendingLink): Promise<void> {
  request.session.pendingLink = pending;
  await save(request);
}

/** The identity that waits under this id; the second call finds none. */
export async function takePendingLink(request: Request, linkId: string): Promise<PendingLink | undefined> {
  const { pendingLink } = request.session;
  if (pendingLink?.linkId !== linkId) return undefined;
  delete request.session.pendingLink;
  await save(request);
  return pendingLink;
}

export async function rememberPendingCertificate(
  request: Request,
  pending: PendingCertificate,
): Promise<void> {
  request.session.pendingCertificate = pending;
  await save(request);
}

/** The errand to the certificate port that was begun in this browser; the second call finds none. */
export async function takePendingCertificate(request: Request): Promise<PendingCertificate | undefined> {
  const { pendingCertificate } = request.session;
  if (pendingCertificate === undefined) return undefined;
  delete request.session.pendingCertificate;
  await save(request);
  return pendingCertificate;
}

/** The same session under a new id. */
export async function renewSession(request: Request, signedIn: SignedIn): Promise<void> {
  await regenerate(request);
  request.session.signedIn = signedIn;
  await save(request);
}

export async function signIn(
  request: Request,
  account: Account,
  {
    nowMs,
    ...opened
  }: Pick<SignedIn, 'loginWay' | 'activeGroup' | 'provider' | 'certificate'> & { readonly nowMs: number },
): Promise<SignedIn> {
  await regenerate(request);
  const signedIn: SignedIn = {
    ...opened,
    accountId: account.accountId,
    csrfToken: randomId(),
    sinceMs: nowMs,
    address: request.ip ?? '',
    agent: agentOf(request),
  };
  request.session.signedIn = signedIn;
  await save(request);
  return signedIn;
}

export const signOut = (request: Request): Promise<void> =>
  promised((done) => void request.session.destroy(done));

export async function changeActiveGroup(
  request: Request,
  signedIn: SignedIn,
  group: string,
): Promise<SignedIn> {
  const changed = { ...signedIn, activeGroup: group };
  request.session.signedIn = changed;
  await save(request);
  return changed;
}
