/**
 * Who may call what, as a table: every kind of caller × every route, the verdict derived from what the route declares.
 * `access.test.ts` calls every route as every caller and compares; the reference page prints the table.
 */
import type { Route } from '@wm/api-contract';
import type { ErrorCode, GroupProperty } from '@wm/wms-core/vocabulary';
import { isForPrograms } from '../certificate-door/door-routes.ts';
import { isChangeByLimited } from '../certificate-door/limited-proxies.ts';

/** By what a caller shows who he is. */
type Shows =
  | 'nothing'
  | 'session'
  | 'token'
  | 'forged token'
  | 'certificate'
  | 'proxy'
  | 'limited proxy'
  | 'pilot token';

export interface CallerKind {
  readonly name: string;
  readonly shows: Shows;
  /** Of the group acted in; undefined = member of no group, or of none any more. */
  readonly properties?: readonly GroupProperty[] | undefined;
}

/** Property bundles of the groups of the demo, then each property that any route asks for alone. */
export const propertyBundles: Readonly<Record<string, readonly GroupProperty[]>> = {
  user: ['NormalUser'],
  sharer: ['NormalUser', 'JobSharing'],
  administrator: [
    'JobAdministrator',
    'JobMonitor',
    'Operator',
    'SiteManager',
    'ProxyManagement',
    'UserManager',
    'NormalUser',
  ],
  'pilot group': ['GenericPilot', 'LimitedDelegation'],
  'UserManager alone': ['UserManager'],
  'ProxyManagement alone': ['ProxyManagement'],
  'CSAdministrator alone': ['CSAdministrator'],
  'SiteManager alone': ['SiteManager'],
  'Operator alone': ['Operator'],
  'ServiceAdministrator alone': ['ServiceAdministrator'],
  'no property': [],
};

const user = propertyBundles['user'];
const bundles = Object.entries(propertyBundles);

export const callerKinds: readonly CallerKind[] = [
  { name: 'visitor', shows: 'nothing' },
  { name: 'newcomer', shows: 'session' },
  { name: 'suspended', shows: 'session' },
  ...bundles.map(([name, properties]): CallerKind => ({ name, shows: 'session', properties })),
  ...bundles.map(([name, properties]): CallerKind => ({
    name: `token, ${name}`,
    shows: 'token',
    properties,
  })),
  { name: 'forged token', shows: 'forged token' },
  { name: 'certificate', shows: 'certificate', properties: user },
  { name: 'proxy', shows: 'proxy', properties: user },
  { name: 'limited proxy', shows: 'limited proxy', properties: user },
  { name: 'pilot token', shows: 'pilot token' },
];

/**
 * `in`: let in, whatever is answered then. `absent`: not behind the port of certificates. `own secret`: who calls does not
 * matter, what the address or the form holds does.
 */
export type Verdict =
  | 'in'
  | 'absent'
  | 'own secret'
  | Extract<ErrorCode, 'access.denied' | 'access.unauthenticated' | 'account.unregistered' | 'pilot.unknown'>;

/** Public, but worth nothing without a log-in that was begun in that browser. */
const ownSecrets: readonly string[] = ['GET /bff/callback', 'GET /bff/login/certificate/complete'];

const isOfDoor = ({ shows }: CallerKind): boolean =>
  shows === 'certificate' || shows === 'proxy' || shows === 'limited proxy';

function verdictOfGroup(
  key: string,
  anyOf: readonly GroupProperty[] | undefined,
  caller: CallerKind,
): Verdict {
  const { shows, properties } = caller;
  if (shows === 'nothing' || shows === 'forged token' || shows === 'pilot token')
    return 'access.unauthenticated';
  if (properties === undefined) return 'account.unregistered';
  if (anyOf?.some((property) => properties.includes(property)) === false) return 'access.denied';
  return shows === 'limited proxy' && isChangeByLimited(key) ? 'access.denied' : 'in';
}

export function verdictOf(key: string, { access }: Pick<Route, 'access'>, caller: CallerKind): Verdict {
  if (isOfDoor(caller) && !isForPrograms(key.slice(key.indexOf(' ') + 1))) return 'absent';
  switch (access.kind) {
    case 'public':
      return ownSecrets.includes(key) ? 'own secret' : 'in';
    case 'signed':
      return 'own secret';
    case 'pilot':
      return caller.shows === 'pilot token' ? 'in' : 'pilot.unknown';
    case 'session':
      if (caller.shows === 'session') return 'in';
      return isOfDoor(caller) ? 'access.denied' : 'access.unauthenticated';
    case 'group':
      return verdictOfGroup(key, access.anyOf, caller);
  }
}
