/** The node runs one of the wanted platforms; the offer lists all that are compatible with it. */
import { listed, type MatchRule } from '../match-rule.ts';

export const platformRule: MatchRule = {
  name: 'Platform',
  fits: ({ platforms }, offer) =>
    platforms.length === 0 || platforms.some((platform) => offer.platforms.includes(platform)),
  wanted: ({ platforms }) => listed(platforms, 'any platform'),
  offered: ({ platforms }) => listed(platforms, 'an unknown platform'),
  ease: (wanted, { platforms: [best] }) =>
    best === undefined ? undefined : { ...wanted, platforms: [...wanted.platforms, best] },
};
