/** What a user may be told of groups and sites beyond his own jobs. Asked for explanations and match decisions. Pure. */
import type { Configuration } from '../configuration/schema.ts';
import type { UserPrincipal } from '../identity/principal.ts';
import { seesAllPilots } from '../pilots/pilot-rights.ts';
import type { Reader } from './match-rule.ts';

/** Groups of his own VO are no secret to a member, those of other VOs are. */
export function readerOf(principal: UserPrincipal, { vos }: Pick<Configuration, 'vos'>): Reader {
  const isOperator = seesAllPilots(principal);
  const own = new Set(Object.keys(vos[principal.vo]?.groups ?? {}));
  return { isOperator, knowsGroup: (group) => isOperator || own.has(group) };
}
