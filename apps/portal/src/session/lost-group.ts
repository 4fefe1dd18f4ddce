/** Whether a refusal means that the group of this tab is no longer the account's: its memberships are to be read again. Pure. */
import { isWmsError } from '@wm/wms-core/vocabulary';

export function meansLostGroup(error: unknown, actingGroup: string | undefined): boolean {
  if (actingGroup === undefined || !isWmsError(error)) return false;
  if (error.code === 'account.unregistered') return true;
  const { group, reason } = error.details;
  return error.code === 'access.denied' && reason === 'GROUP_DENIED' && group === actingGroup;
}
