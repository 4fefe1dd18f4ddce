/**
 * The node runs one of the wanted platforms; the offer lists all that are compatible with it. A queue may refuse
 * jobs that name certain platforms.
 */
import { listed, type MatchRule } from '../match-rule.ts';

export const platformRule: MatchRule = {
  name: 'Platform',
  fits: ({ platforms }, { platforms: offered, policy }) =>
    platforms.length === 0 ||
    platforms.some(
      (platform) => offered.includes(platform) && policy?.bannedPlatforms?.includes(platform) !== true,
    ),
  wanted: ({ platforms }) => listed(platforms, 'any platform'),
  offered: ({ platforms, policy }) => {
    const banned = policy?.bannedPlatforms ?? [];
    return listed(
      platforms.filter((platform) => !banned.includes(platform)),
      'an unknown platform',
    );
  },
  ease: (wanted, { platforms, policy }) => {
    const best = platforms.find((platform) => policy?.bannedPlatforms?.includes(platform) !== true);
    return best === undefined ? undefined : { ...wanted, platforms: [...wanted.platforms, best] };
  },
};
