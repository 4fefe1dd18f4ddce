/** The users of a configuration as the stand-in Check-in shows and vouches for them. Pure. */
import type { Core } from '@wm/wms-core/vocabulary';
import type { DemoUser } from './stand-in.ts';

type Configuration = ReturnType<Core['configuration']['current']>['values'];

export const demoPassword = 'demo';

/** Check-in's form of a plain VO membership; roles are not claimed, the configuration lists those by name. */
const entitlementOf = (fqan: string): string =>
  `urn:mace:egi.eu:group:${fqan.slice(1).replaceAll('/', ':')}:role=member#aai.egi.eu`;

/**
 * People whom the configuration does not know, as most who come to a real installation: one whose VO vouches for
 * him by an entitlement, one who is in no VO yet.
 */
const newcomers = [
  { userName: 'nsato', displayName: 'Naomi Sato', email: 'naomi.sato@example.org', isMember: true },
  { userName: 'tguest', displayName: 'Tom Guest', email: 'tom.guest@example.org', isMember: false },
] as const;

/** The first group that an entitlement without a role opens. */
function openGroupOf(configuration: Pick<Configuration, 'vos'>) {
  for (const vo of Object.values(configuration.vos))
    for (const [group, { fqans }] of Object.entries(vo.groups)) {
      const fqan = fqans.find((each) => !each.includes('/Role='));
      if (fqan !== undefined) return { group, fqan };
    }
  return undefined;
}

function newcomersOf(configuration: Pick<Configuration, 'users' | 'vos'>): readonly DemoUser[] {
  const open = openGroupOf(configuration);
  return newcomers
    .filter(({ userName }) => !Object.hasOwn(configuration.users, userName))
    .map(({ isMember, ...person }) => ({
      ...person,
      password: demoPassword,
      groups: isMember && open !== undefined ? [open.group] : [],
      entitlements: isMember && open !== undefined ? [entitlementOf(open.fqan)] : [],
    }));
}

export function demoUsersOf(configuration: Pick<Configuration, 'users' | 'vos'>): readonly DemoUser[] {
  const groups = Object.values(configuration.vos).flatMap((vo) => Object.entries(vo.groups));
  const configured = Object.entries(configuration.users).map(([userName, user]) => {
    const own = groups.filter(([, group]) => group.users.includes(userName));
    const fqans = own.flatMap(([, group]) => group.fqans).filter((fqan) => !fqan.includes('/Role='));
    return {
      userName,
      displayName: user.displayName || userName,
      email: user.email ?? null,
      password: demoPassword,
      groups: own.map(([name]) => name),
      entitlements: [...new Set(fqans)].map(entitlementOf),
    };
  });
  return [...configured, ...newcomersOf(configuration)];
}
