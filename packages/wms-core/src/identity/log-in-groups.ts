/**
 * What a log-in says of groups, as FQANs (credentials.md §2.3–2.4): by the rules of the provider it came from, and
 * only of the VOs that this provider may speak for. Pure.
 */
import { normaliseFqan, parseEntitlements, type ParsedEntitlements } from '@wm/credentials';
import type { Configuration } from '../configuration/schema.ts';
import type { IdentityClaims } from '../use-cases.ts';

const maxValues = 500;

const voOf = (fqan: string): string => fqan.split('/', 2)[1] ?? '';

function fromGroups(groups: readonly string[]): ParsedEntitlements {
  const fqans = groups.map((group) => (group.startsWith('/') ? normaliseFqan(group) : undefined));
  const read = fqans.filter((fqan) => fqan !== undefined);
  return { fqans: [...new Set(read)], dropped: fqans.length - read.length };
}

/** A provider of the settings may speak for every VO; one of the configuration for those it names. */
export function logInGroups(
  identity: Configuration['identity'],
  claims: Pick<IdentityClaims, 'issuer' | 'entitlements' | 'groups'>,
): ParsedEntitlements {
  const provider = identity.providers.find(({ issuer }) => issuer === claims.issuer);
  const { fqans, dropped } =
    provider?.kind === 'wlcg'
      ? fromGroups((claims.groups ?? []).slice(0, maxValues))
      : parseEntitlements(claims.entitlements.slice(0, maxValues), identity.entitlementNamespaces);
  if (provider === undefined) return { fqans, dropped };
  const believed = fqans.filter((fqan) => provider.vos.includes(voOf(fqan)));
  return { fqans: believed, dropped: dropped + fqans.length - believed.length };
}
