/**
 * Is a state-changing request one that the portal sent on purpose? Both must hold: it comes from our own
 * origin, and it carries the token of its session (credentials.md §3.6).
 */
import { timingSafeEqual } from 'node:crypto';
import type { Request } from 'express';
import { WmsError } from '@wm/wms-core/vocabulary';
import type { SignedIn } from './session.ts';

function isOwnOrigin(request: Request, publicOrigin: string): boolean {
  const origin = request.get('origin');
  return origin === undefined ? request.get('sec-fetch-site') === 'same-origin' : origin === publicOrigin;
}

function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Throws `access.csrf`. */
export function checkCsrf(request: Request, signedIn: SignedIn, publicOrigin: string): void {
  if (!isOwnOrigin(request, publicOrigin))
    throw new WmsError(
      'access.csrf',
      `The request did not come from ${publicOrigin}; open the portal at that address.`,
      { expectedOrigin: publicOrigin },
    );
  if (!isSame(request.get('x-csrf-token') ?? '', signedIn.csrfToken))
    throw new WmsError(
      'access.csrf',
      'The header X-CSRF-Token is missing or not that of this session; reload the page.',
    );
}
