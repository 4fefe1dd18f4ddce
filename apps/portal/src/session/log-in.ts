/** Ways to the identity provider: with the whole page, or in a small window while this page stays as it is. */
import { loadMe } from '../server-state/me.ts';

const channelName = 'wm.session';
/** Address the small window comes back to. */
const signedInHash = '#signed-in';

const loginUrl = (returnTo: string, provider?: string): string => {
  const which = provider === undefined ? '' : `&provider=${encodeURIComponent(provider)}`;
  return `/bff/login?returnTo=${encodeURIComponent(returnTo)}${which}`;
};

/** Where somebody wanted to go who came without saying at which provider he logs in. */
const chosenFor = 'choose-log-in';

/** The same place, with the same link in the address. The server judges it. */
const placeToComeBackTo = (): string =>
  new URLSearchParams(location.search).get(chosenFor) ?? location.pathname + location.search + location.hash;

export function logInWithPage(provider?: string): void {
  location.assign(loginUrl(placeToComeBackTo(), provider));
}

/** The browser asks which certificate to show, at another port of the server. */
export function logInWithCertificate(): void {
  location.assign(`/bff/login/certificate?returnTo=${encodeURIComponent(placeToComeBackTo())}`);
}

/** For a certificate nobody here is known by: Check-in says who it is, then the certificate is shown once more. */
export const logInAndLinkCertificate = (): void => location.assign(loginUrl('/bff/certificates/link'));

/** The browser asks for a certificate at another port; what is shown there becomes the account's. */
export const linkCertificate = (returnTo: string): void =>
  location.assign(`/bff/certificates/link?returnTo=${encodeURIComponent(returnTo)}`);

/** In this tab: somebody went to log in where proxies come from, and wants one when he is back. */
const proxyErrand = 'wm.proxy-errand';

/** To the provider of proxies, which gives them only to whoever logged in there. */
export function logInForProxy(): void {
  sessionStorage.setItem(proxyErrand, 'begun');
  const returnTo = encodeURIComponent(placeToComeBackTo());
  location.assign(`/bff/proxies/log-in?returnTo=${returnTo}`);
}

/** Whether this page is the way back from there; the second call finds nothing. */
export function takeProxyErrand(): boolean {
  const isBack = sessionStorage.getItem(proxyErrand) !== null;
  sessionStorage.removeItem(proxyErrand);
  return isBack;
}

/** False when the browser allows no small window. The news comes by `onSignedInElsewhere`. */
export function logInWithWindow(): boolean {
  return window.open(loginUrl(`/${signedInHash}`), 'wm-log-in', 'popup,width=520,height=720') !== null;
}

/** In the small window: tells the pages and goes away. False when this is an ordinary page. */
export function finishLogInWindow(): boolean {
  if (location.hash !== signedInHash) return false;
  new BroadcastChannel(channelName).postMessage('signed-in');
  window.close();
  // Not closed: it was opened as an ordinary tab.
  history.replaceState(null, '', '/');
  return false;
}

/** A log-in in any window of this browser; returns the way to stop listening. */
export function onSignedInElsewhere(listener: () => void): () => void {
  const channel = new BroadcastChannel(channelName);
  channel.addEventListener('message', () => listener());
  return () => channel.close();
}

/** After a new log-in: same person, go on; somebody else, begin anew so that nothing is mixed. */
export async function resumeSession(accountBefore: string | undefined): Promise<void> {
  const me = await loadMe();
  if (me !== undefined && accountBefore !== undefined && me.accountId !== accountBefore) location.reload();
}
