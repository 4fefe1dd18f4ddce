/**
 * What concerns other people's credentials and accounts needs a person who logged in a moment ago (credentials.md §3.6):
 * a session that somebody found open, or stole, does no harm to others. Pure; asked by the use-cases of managers.
 */
import { WmsError } from '../kernel/wms-error.ts';
import type { UserPrincipal } from './principal.ts';

const freshMinutes = 15;
const ofOthers = 'This concerns other people';

/** A certificate proves its key with every connection; a token proves nobody's presence. */
export function demandFreshLogIn({ from }: Pick<UserPrincipal, 'from'>, nowMs: number, why = ofOthers): void {
  if (from === undefined || from.way === 'certificate') return;
  const isFresh = from.way === 'session' && nowMs - (from.loggedInAtMs ?? 0) <= freshMinutes * 60_000;
  if (!isFresh)
    throw new WmsError(
      'access.stale-log-in',
      `${why} and needs a log-in of the last ${freshMinutes} minutes; log in to the portal again.`,
      { freshMinutes },
    );
}
