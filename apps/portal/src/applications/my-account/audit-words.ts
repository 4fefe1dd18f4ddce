/** An event of the audit log in words. Pure; the titles of actions are the vocabulary's. */
import { auditActions, errorCodes } from '@wm/wms-core/vocabulary';
import type { AuditEvent } from '../../server-state/my-account.ts';

const refusingActions: readonly AuditEvent['action'][] = [
  'refuse log in',
  'refuse log-in link',
  'refuse proxy',
  'refuse membership',
];

/** The result of a refusal is the code of an error; a refusal that somebody decided is in the action. */
export const isRefused = ({ action, result }: Pick<AuditEvent, 'action' | 'result'>): boolean =>
  refusingActions.includes(action) || errorCodes.some((code) => code === result);

/** What was done; a refusal says so, with a word of ours where the action is none. */
export function titleOf(event: Pick<AuditEvent, 'action' | 'result'>): string {
  const title = auditActions[event.action];
  return isRefused(event) && !refusingActions.includes(event.action) ? `Refused: ${title}` : title;
}

/** Who did it, as seen by the reader: "you", a name, or a visitor. */
export function actorWords(
  { actor, actorGroup }: Pick<AuditEvent, 'actor' | 'actorGroup'>,
  own: string,
): string {
  const who = actor === '' ? 'a visitor' : actor === own ? 'you' : actor;
  return actorGroup === '' ? who : `${who} in ${actorGroup}`;
}

export function targetWords({ actor, target }: Pick<AuditEvent, 'actor' | 'target'>, own: string): string {
  if (target === null || target === actor) return '';
  return target === own ? 'you' : target;
}

const detailNames: Readonly<Record<string, string>> = {
  afterId: 'after row',
  ended: 'sessions',
  group: 'group',
  issuer: 'identity provider',
  reason: 'reason',
  rows: 'rows',
};

/** `group: access_user · reason: …`: what is known beyond who, what and when. */
export function detailWords({
  details,
  result,
  subjectDn,
}: Pick<AuditEvent, 'details' | 'result' | 'subjectDn'>): string {
  const said = Object.entries(details).map(([name, value]) => `${detailNames[name] ?? name}: ${value}`);
  return [...(result === 'OK' ? [] : [result]), ...said, ...(subjectDn === null ? [] : [subjectDn])].join(
    ' · ',
  );
}

/** How and from where it was asked for. */
export const originWords = ({ address, way }: Pick<AuditEvent, 'address' | 'way'>): string =>
  [way, address].filter((word) => word !== null && word !== '').join(', ');
