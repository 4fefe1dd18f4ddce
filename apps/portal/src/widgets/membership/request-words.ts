/** What is said of a request for membership, to who asked and to who decides. Pure. */
import type { StatusFamily, StatusShape } from '@wm/ui-kit';
import type { RequestDecision } from '@wm/wms-core/vocabulary';
import type { MembershipRequest, OpenVo } from '../../server-state/membership.ts';

/** The server takes no more. */
export const maxMotivation = 2000;

export const isOpen = ({ decision }: Pick<MembershipRequest, 'decision'>): boolean => decision === null;

interface Look {
  readonly family: StatusFamily;
  readonly shape: StatusShape;
  readonly label: string;
}

const waitingLook: Look = { family: 'waiting', shape: 'hourglass', label: 'Waiting' };

const looks: Readonly<Record<RequestDecision, Look>> = {
  granted: { family: 'success', shape: 'check', label: 'Granted' },
  refused: { family: 'failure', shape: 'cross', label: 'Refused' },
  withdrawn: { family: 'stopped', shape: 'square', label: 'Withdrawn' },
};

export const lookOf = ({ decision }: Pick<MembershipRequest, 'decision'>): Look =>
  decision === null ? waitingLook : looks[decision];

/** What was granted is in force within moments; later it has ended. */
const graceMs = 60_000;

/** What came of it, beside the state. `ownGroups`: those of who asked, now. */
export function outcomeOf(
  { decidedAt, decision, reason, vo }: MembershipRequest,
  ownGroups: readonly string[],
  nowMs: number,
): string {
  if (decision === null) return `The managers of ${vo} have not decided yet.`;
  if (decision !== 'granted') return decision === 'refused' ? reason : '';
  const isOver = !ownGroups.includes(reason) && Date.parse(decidedAt ?? '') < nowMs - graceMs;
  return isOver
    ? `In the group ${reason}, until the membership ended or was suspended`
    : `In the group ${reason}`;
}

export const countText = (motivation: string): string =>
  `${motivation.length.toLocaleString('en')} of ${maxMotivation.toLocaleString('en')} characters`;

/** VOs that one may ask: not those one is in, and each once at a time. */
export function askable(
  vos: readonly OpenVo[],
  requests: readonly MembershipRequest[],
): readonly (OpenVo & { readonly isAsked: boolean })[] {
  const asked = new Set(requests.filter(isOpen).map(({ vo }) => vo));
  return vos.filter(({ isMember }) => !isMember).map((each) => ({ ...each, isAsked: asked.has(each.vo) }));
}

/** Those that were open before and are granted now. */
export function newlyGranted(
  before: readonly MembershipRequest[],
  now: readonly MembershipRequest[],
): readonly MembershipRequest[] {
  const wereOpen = new Set(before.filter(isOpen).map(({ requestId }) => requestId));
  return now.filter(({ decision, requestId }) => decision === 'granted' && wereOpen.has(requestId));
}
