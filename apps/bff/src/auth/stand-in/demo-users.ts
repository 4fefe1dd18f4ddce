/** The users of a configuration as the stand-in Check-in shows and vouches for them. Pure. */
import type { Core } from '@wm/wms-core/vocabulary';
import type { DemoUser } from './stand-in.ts';

type Configuration = ReturnType<Core['configuration']['current']>['values'];

export const demoPassword = 'demo';

/** Check-in's form of a plain VO membership; roles are not claimed, the configuration lists those by name. */
const entitlementOf = (fqan: string): string =>
  `urn:mace:egi.eu:group:${fqan.slice(1).replaceAll('/', ':')}:role=member#aai.egi.eu`;

export function demoUsersOf(configuration: Pick<Configuration, 'users' | 'vos'>): readonly DemoUser[] {
  const groups = Object.values(configuration.vos).flatMap((vo) => Object.entries(vo.groups));
  return Object.entries(configuration.users).map(([userName, user]) => {
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
}
