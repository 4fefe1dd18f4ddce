/**
 * Who may take which proxy out of the store, and of what kind (credentials.md §2.2, §6.3). Pure: the hand-out gathers
 * the facts and asks before it looks whether the other person exists, so that a refusal tells nothing of him.
 */
import { WmsError } from '../kernel/wms-error.ts';
import type { GroupProperty } from './group-properties.ts';
import { hasProperty, type UserPrincipal } from './principal.ts';

export interface HandOutTarget {
  readonly userName: string;
  readonly vo: string;
  readonly group: string;
  /** Of the group. */
  readonly properties: readonly GroupProperty[];
}

export type DelegationKind = 'full' | 'limited';

type Taker = Pick<UserPrincipal, 'userName' | 'vo' | 'group' | 'properties'>;

interface Right {
  readonly property: GroupProperty;
  readonly kind: DelegationKind;
  readonly covers: (taker: Taker, target: HandOutTarget) => boolean;
}

const isOwn = (taker: Taker, target: HandOutTarget): boolean => taker.userName === target.userName;

/** A token may hold fewer rights than its group: a proxy, which has them all, would give the rest back. */
const actsAs = (taker: Taker, target: HandOutTarget): boolean =>
  taker.vo === target.vo &&
  taker.group === target.group &&
  target.properties.every((property) => taker.properties.includes(property));

/** The first that covers what is asked decides. */
const rights: readonly Right[] = [
  { property: 'FullDelegation', kind: 'full', covers: () => true },
  {
    property: 'NormalUser',
    kind: 'full',
    covers: (taker, target) => isOwn(taker, target) && actsAs(taker, target),
  },
  { property: 'LimitedDelegation', kind: 'limited', covers: () => true },
  {
    property: 'PrivateLimitedDelegation',
    kind: 'limited',
    covers: (taker, target) => isOwn(taker, target) && target.properties.includes('PrivateLimitedDelegation'),
  },
];

const refuse = (reason: string, message: string): WmsError =>
  new WmsError('access.denied', message, { reason });

/** Services of the whole installation. */
const isInstallationWide = (properties: readonly GroupProperty[]): boolean =>
  properties.includes('FullDelegation') && properties.includes('ServiceAdministrator');

/** The most that may be taken. Throws `access.denied`. */
export function delegationFor(taker: UserPrincipal, target: HandOutTarget): DelegationKind {
  const right = rights.find(({ property, covers }) => hasProperty(taker, property) && covers(taker, target));
  if (!right)
    throw refuse(
      'DELEGATION',
      isOwn(taker, target)
        ? `In the group ${taker.group} you may not take your proxy for ${target.group}; act in that group, with all its rights.`
        : `The group ${taker.group} may not take proxies of others: it needs FullDelegation or LimitedDelegation.`,
    );
  if (taker.vo !== target.vo && !isInstallationWide(taker.properties))
    throw refuse('OTHER_VO', `The group ${target.group} is of another VO than yours, ${taker.vo}.`);
  return right.kind;
}

/** As in DIRAC: the proxy should outlive what it was asked for. */
export const handOutLifetimeS = (askedS: number, longestS: number): number =>
  Math.min(Math.ceil(askedS * 1.5), longestS);

/** DIRAC's: twenty minutes beyond four hours. */
export const usualLifetimeS = 1200 + 14_400;
