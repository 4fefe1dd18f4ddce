/**
 * Which groups somebody is in and why, from the current configuration (credentials.md §2.4): static lists by proved
 * user name, FQANs (of log-ins and of membership services), what managers granted, and "suspended wins". Pure; the account service supplies what is known of
 * the account.
 */
import { normaliseFqan } from '@wm/credentials';
import { isAtLeast, type AssuranceLevel } from './assurance.ts';
import type { Configuration, VoConfiguration } from '../configuration/schema.ts';
import type { GroupMembership } from '../use-cases.ts';

export interface KnownIdentity {
  readonly userName: string;
  /** Names of configured users this account has proved to be; only these count in static lists. */
  readonly configuredUsers: readonly string[];
  readonly fqans: ReadonlySet<string>;
  /** The best of the log-ins; unknown counts as none. */
  readonly assurance?: AssuranceLevel;
  /** The best log-in that told the FQAN; one that is not here counts as the account. */
  readonly fqanAssurance?: ReadonlyMap<string, AssuranceLevel>;
  /** Of the log-in by which he acts now: what needs more is closed meanwhile. */
  readonly actsWith?: AssuranceLevel | undefined;
  /** Groups that managers granted here. */
  readonly grantedGroups?: ReadonlySet<string>;
  /** FQANs by VO, as the membership services of the VOs told them. */
  readonly syncedFqans?: ReadonlyMap<string, ReadonlySet<string>>;
  /** VOs whose managers suspended the account. */
  readonly suspendedIn?: ReadonlySet<string>;
}

/** Why somebody is in a group. */
export type MembershipReason =
  | { readonly kind: 'configuration' }
  | { readonly kind: 'entitlement'; readonly fqan: string }
  | { readonly kind: 'synchronised'; readonly fqan: string }
  | { readonly kind: 'granted' };

export interface ReasonedMembership extends GroupMembership {
  readonly reasons: readonly MembershipReason[];
}

const own = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

/** VOs that suspended the account, under any of its names or by their managers. */
export function suspendedVos(configuration: Configuration, identity: KnownIdentity): ReadonlySet<string> {
  const names = [identity.userName, ...identity.configuredUsers];
  const configured = names.flatMap((name) => own(configuration.users, name)?.suspended ?? []);
  return new Set([...configured, ...(identity.suspendedIn ?? [])]);
}

/** What the account has from elsewhere counts with its best log-in, an entitlement with the one that told it. */
const isSureEnough = (
  reason: MembershipReason,
  { assurance = 'none', fqanAssurance }: KnownIdentity,
  minimum: AssuranceLevel,
): boolean => {
  const told =
    reason.kind === 'entitlement' ? fqanAssurance?.get(normaliseFqan(reason.fqan) ?? '') : undefined;
  return isAtLeast(told ?? assurance, minimum);
};

function reasonsFor(
  group: string,
  { users, fqans, autoSyncVoms }: VoConfiguration['groups'][string],
  identity: KnownIdentity,
  synced: ReadonlySet<string> | undefined,
): readonly MembershipReason[] {
  const reasons: MembershipReason[] = [];
  if (users.some((user) => identity.configuredUsers.includes(user))) reasons.push({ kind: 'configuration' });
  for (const fqan of fqans)
    if (identity.fqans.has(normaliseFqan(fqan) ?? '')) reasons.push({ kind: 'entitlement', fqan });
  for (const fqan of autoSyncVoms && synced ? fqans : [])
    if (synced?.has(normaliseFqan(fqan) ?? '')) reasons.push({ kind: 'synchronised', fqan });
  if (identity.grantedGroups?.has(group)) reasons.push({ kind: 'granted' });
  return reasons;
}

/** In the order of the configuration, the default group of each VO first. */
export function reasonedMemberships(
  configuration: Configuration,
  identity: KnownIdentity,
): readonly ReasonedMembership[] {
  const suspended = suspendedVos(configuration, identity);
  return Object.entries(configuration.vos)
    .filter(
      ([vo, { minAssurance }]) => !suspended.has(vo) && isAtLeast(identity.actsWith ?? 'high', minAssurance),
    )
    .flatMap(([vo, { groups, defaultGroup, memberService, minAssurance }]) =>
      Object.entries(groups)
        .map(([group, settings]) => ({
          group,
          vo,
          properties: settings.properties,
          reasons: reasonsFor(
            group,
            settings,
            identity,
            memberService && identity.syncedFqans?.get(vo),
          ).filter((reason) => isSureEnough(reason, identity, minAssurance)),
        }))
        .filter(({ reasons }) => reasons.length > 0)
        .sort((a, b) => Number(b.group === defaultGroup) - Number(a.group === defaultGroup)),
    );
}

export const membershipsOf = (
  configuration: Configuration,
  identity: KnownIdentity,
): readonly GroupMembership[] =>
  reasonedMemberships(configuration, identity).map(({ group, vo, properties }) => ({
    group,
    vo,
    properties,
  }));
