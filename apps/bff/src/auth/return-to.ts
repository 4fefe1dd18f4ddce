/** Begins another round trip, that does not lead back here. */
export const linkCertificatePath = '/bff/certificates/link';

/** Where to go after log-in: a path of our own, anything else is `/` (no open redirects, credentials.md §12). */
export function safeReturnTo(given: string | undefined): string {
  if (given === undefined || !given.startsWith('/')) return '/';
  // `%2f` and `%5c` are decoded by some servers and browsers before they look for a host.
  if (/^\/(?:[/\\]|%2f|%5c)/i.test(given)) return '/';
  // eslint-disable-next-line no-control-regex -- tabs and newlines are dropped by browsers: `/\t/evil` is `//evil`
  if (/[\u0000-\u001f\u007f\\]/.test(given)) return '/';
  const base = 'http://own.invalid';
  const url = URL.canParse(given, base) ? new URL(given, base) : undefined;
  if (url === undefined || url.origin !== base || url.pathname.startsWith('//')) return '/';
  if (given === linkCertificatePath) return given;
  // Back to a log-in route would go round in circles.
  if (url.pathname.startsWith('/bff/')) return '/';
  return url.pathname + url.search + url.hash;
}

/** The same place with a fault for the page to tell: who is logged in already stays where he began. */
export function returnWithFault(returnTo: string, code: string, wanted?: 'link-log-in'): string {
  const url = new URL(safeReturnTo(returnTo), 'http://own.invalid');
  url.searchParams.set('login-error', code);
  if (wanted !== undefined) url.searchParams.set('wanted', wanted);
  return url.pathname + url.search + url.hash;
}
