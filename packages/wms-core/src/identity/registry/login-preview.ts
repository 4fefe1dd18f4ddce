/**
 * What a log-in would get (credentials.md §2.4): asked by managers who set the rules, before somebody stands in front
 * of them. Pure; the same parser and the same rules as at a real log-in.
 */
import { parseEntitlements } from '@wm/credentials';
import type { Configuration } from '../../configuration/schema.ts';
import type { LogInPreview } from '../../use-cases.ts';
import { reasonedMemberships, suspendedVos, type MembershipReason } from '../memberships.ts';

export interface PreviewedLogIn {
  /** Name of a configured user; empty for anybody else. */
  readonly userName: string;
  readonly entitlements: readonly string[];
}

export const becauseOf = (reason: MembershipReason): string =>
  ({
    configuration: () => 'listed in the configuration',
    entitlement: () => `entitlement ${reason.kind === 'entitlement' ? reason.fqan : ''}`,
    synchronised: () => `membership service ${reason.kind === 'synchronised' ? reason.fqan : ''}`,
    granted: () => 'granted here',
  })[reason.kind]();

function needsOf({ users, fqans }: Configuration['vos'][string]['groups'][string]): string {
  const ways = [
    ...fqans.map((fqan) => `the entitlement ${fqan}`),
    ...(users.length > 0 ? ['to be listed in the configuration'] : []),
    'to be granted here',
  ];
  return ways.join(', or ');
}

export function previewLogIn(configuration: Configuration, vo: string, logIn: PreviewedLogIn): LogInPreview {
  const { entitlementNamespaces } = configuration.identity;
  const { fqans, dropped } = parseEntitlements(logIn.entitlements, entitlementNamespaces);
  const understood = logIn.entitlements.filter((value) => {
    const one = parseEntitlements([value], entitlementNamespaces);
    return one.fqans.length + one.dropped > 0;
  });
  const isConfigured = Object.hasOwn(configuration.users, logIn.userName);
  const identity = {
    userName: logIn.userName,
    configuredUsers: isConfigured ? [logIn.userName] : [],
    fqans: new Set(fqans),
    // What the provider would say of it is not known here.
    assurance: 'high',
  } as const;
  const own = reasonedMemberships(configuration, identity).filter((membership) => membership.vo === vo);
  const isSuspended = suspendedVos(configuration, identity).has(vo);
  const groups = own.map(({ group, reasons }) => ({ group, because: reasons.map(becauseOf).join(', ') }));
  const missing = Object.entries(configuration.vos[vo]?.groups ?? {})
    .filter(([group]) => !own.some((membership) => membership.group === group))
    .map(([group, settings]) => ({
      group,
      needs: isSuspended ? 'the suspension in this VO to be lifted' : needsOf(settings),
    }));
  return {
    fqans,
    dropped,
    ignored: logIn.entitlements.length - understood.length,
    groups,
    missing,
  };
}
