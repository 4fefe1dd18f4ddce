/**
 * Which groups somebody is in, from the current configuration (credentials.md §2.4): static lists by proved
 * user name, FQANs, and "suspended wins". Pure; the account service supplies what is known of the account.
 */
import { normaliseFqan } from '@wm/credentials';
import type { Configuration } from '../configuration/schema.ts';
import type { GroupMembership } from '../use-cases.ts';

export interface KnownIdentity {
  readonly userName: string;
  /** Names of configured users this account has proved to be; only these count in static lists. */
  readonly configuredUsers: readonly string[];
  readonly fqans: ReadonlySet<string>;
}

const own = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

/** VOs that suspended the account, under any of its names. */
export function suspendedVos(configuration: Configuration, identity: KnownIdentity): ReadonlySet<string> {
  const names = [identity.userName, ...identity.configuredUsers];
  return new Set(names.flatMap((name) => own(configuration.users, name)?.suspended ?? []));
}

/** In the order of the configuration, the default group of each VO first. */
export function membershipsOf(
  configuration: Configuration,
  identity: KnownIdentity,
): readonly GroupMembership[] {
  const suspended = suspendedVos(configuration, identity);
  return Object.entries(configuration.vos)
    .filter(([vo]) => !suspended.has(vo))
    .flatMap(([vo, { groups, defaultGroup }]) =>
      Object.entries(groups)
        .filter(
          ([, group]) =>
            group.users.some((user) => identity.configuredUsers.includes(user)) ||
            group.fqans.some((fqan) => identity.fqans.has(normaliseFqan(fqan) ?? '')),
        )
        .map(([group, { properties }]) => ({ group, vo, properties }))
        .sort((a, b) => Number(b.group === defaultGroup) - Number(a.group === defaultGroup)),
    );
}
