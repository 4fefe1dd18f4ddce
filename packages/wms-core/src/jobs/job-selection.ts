/**
 * What a principal searches for as a selection of jobs: his conditions inside the circle he may see. Asked by
 * searches, summaries and operations on all that match.
 */
import type { UserPrincipal } from '../identity/principal.ts';
import { WmsError } from '../kernel/wms-error.ts';
import { visibleCircle, type JobVisibility } from './job-rights.ts';
import type { JobSelection } from './job-search.store.ts';
import type { SearchCondition } from './job-search.ts';

/** Throws `input.invalid` for conditions on `PilotStamp` that cannot be answered. */
export function jobSelectionOf(
  principal: UserPrincipal,
  visibility: JobVisibility,
  search: readonly SearchCondition[],
): JobSelection {
  const circle = visibleCircle(principal, visibility);
  return {
    visible: { vo: principal.vo, circle, owner: principal.userName, ownerGroup: principal.group },
    search: search.filter(({ parameter }) => parameter !== 'PilotStamp'),
    pilotStamps: pilotStampsOf(search),
  };
}

/** `PilotStamp` is no column: `eq` and `in` only, and not together with `JobID`. */
function pilotStampsOf(search: readonly SearchCondition[]): readonly string[] | undefined {
  const asked = search.filter(({ parameter }) => parameter === 'PilotStamp');
  if (asked.length === 0) return undefined;
  if (search.some(({ parameter }) => parameter === 'JobID'))
    throw new WmsError('input.invalid', 'PilotStamp cannot be searched for together with JobID.', {
      field: 'PilotStamp',
    });
  const sets = asked.map((condition) => {
    if (condition.operator === 'eq') return [String(condition.value)];
    if (condition.operator === 'in') return condition.values.map(String);
    throw new WmsError('input.invalid', 'PilotStamp can be searched for with eq and in only.', {
      field: 'PilotStamp',
    });
  });
  return sets.reduce((common, set) => common.filter((stamp) => set.includes(stamp)));
}
