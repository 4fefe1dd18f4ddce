/**
 * What somebody may have in a token: asked when one is issued, when it is renewed and at every request that carries
 * one, always against the memberships of that moment. Pure.
 */
import type { GroupMembership } from '../../use-cases.ts';
import { WmsError } from '../../kernel/wms-error.ts';
import type { GroupProperty } from '../group-properties.ts';
import { oauthRefusal } from './oauth-refusal.ts';
import type { WantedScope } from './scope.ts';

type Memberships = readonly GroupMembership[];

/** Groups that fit a scope, in the order of the configuration: the default one of a VO first. */
export const fittingGroups = (memberships: Memberships, wanted: WantedScope): Memberships =>
  memberships.filter(
    ({ vo, group }) =>
      (wanted.vo === undefined || wanted.vo === vo) && (wanted.group === undefined || wanted.group === group),
  );

/** Properties of all groups of a VO somebody is in: a token never has more. */
const propertiesIn = (memberships: Memberships, vo: string): ReadonlySet<GroupProperty> =>
  new Set(memberships.filter((one) => one.vo === vo).flatMap(({ properties }) => properties));

const findGroup = (memberships: Memberships, vo: string, group: string): GroupMembership | undefined =>
  memberships.find((one) => one.vo === vo && one.group === group);

/** Those of the group and those asked for. Throws `access.denied`. */
export function entitledProperties(
  memberships: Memberships,
  wanted: { readonly vo: string; readonly group: string; readonly properties: readonly GroupProperty[] },
  userName: string,
): readonly GroupProperty[] {
  const membership = findGroup(memberships, wanted.vo, wanted.group);
  if (membership === undefined)
    throw oauthRefusal(
      'invalid_scope',
      `User is not a member of the requested group (${userName}, ${wanted.group})`,
      'access.denied',
    );
  const available = propertiesIn(memberships, wanted.vo);
  const lacking = wanted.properties.filter((property) => !available.has(property));
  if (lacking.length > 0)
    throw oauthRefusal(
      'invalid_scope',
      `${lacking.join(', ')} are not valid properties for user ${userName}, available values: ${[...available].join(', ')}`,
      'access.denied',
    );
  return [...new Set([...membership.properties, ...wanted.properties])];
}

/** What is left now of the properties a token was issued with. Throws `access.denied`. */
export function remainingProperties(
  memberships: Memberships,
  token: { readonly vo: string; readonly group: string; readonly properties: readonly string[] },
): readonly GroupProperty[] {
  if (findGroup(memberships, token.vo, token.group) === undefined)
    throw new WmsError(
      'access.denied',
      `The token is for the group “${token.group}”, of which its owner is no member any more.`,
      { group: token.group },
    );
  return [...propertiesIn(memberships, token.vo)].filter((property) => token.properties.includes(property));
}
