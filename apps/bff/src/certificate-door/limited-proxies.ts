/** What a limited proxy may do: read. It is what jobs carry, and must not start others in their owner's name. */
import type { RouteKey } from '@wm/api-contract';
import { WmsError } from '@wm/wms-core/vocabulary';
import type { Caller } from '../http/handler.ts';

/** Questions too long for an address; every other route that is no GET changes something. */
const questions: readonly RouteKey[] = ['POST /api/jobs/search', 'POST /api/jobs/summary'];

export const isChangeByLimited = (key: string): boolean =>
  !key.startsWith('GET ') && !(questions as readonly string[]).includes(key);

/** Throws `access.denied`. */
export function refuseChangesByLimited(key: RouteKey, caller: Caller): void {
  if (caller.kind !== 'group' || caller.credential.kind !== 'certificate') return;
  if (!caller.credential.isLimited || !isChangeByLimited(key)) return;
  throw new WmsError(
    'access.denied',
    'A limited proxy may read only. Submit and change with a full proxy or your certificate.',
    { reason: 'LIMITED' },
  );
}
