/** Counts of sites in words. */
import type { Fit } from '../../server-state/explanations.ts';

const sitesText = (count: number): string => `${count} ${count === 1 ? 'site' : 'sites'}`;

/** `Fits 7 of 12 sites`, `Fits all 12 sites`, `Fits none of 12 sites` */
export function fitText(fits: number, of: number): string {
  if (of === 0) return 'No site takes jobs of your VO';
  if (fits === 0) return of === 1 ? 'Does not fit the only site' : `Fits none of ${sitesText(of)}`;
  if (fits < of) return `Fits ${fits} of ${sitesText(of)}`;
  return of === 1 ? 'Fits the only site' : `Fits all ${sitesText(of)}`;
}

export const easingText = (easing: Fit['requirements'][number]['easings'][number], of: number): string =>
  `${easing.wanted} would open ${easing.sites} of ${of}`;

/** The one change that would open most sites, in words; or that there is none. */
export function missText({ fits, of, requirements }: Fit): string {
  const said = `${fitText(fits.sites, of.sites)}.`;
  if (fits.sites === of.sites) return said;
  const steps = requirements.flatMap(({ easings, name }) => easings.map((easing) => ({ name, ...easing })));
  const [best] = steps.toSorted((a, b) => b.sites - a.sites);
  if (best) return `${said} ${best.name} ${best.wanted} would open ${best.sites}.`;
  const [most] = requirements.toSorted((a, b) => b.without.sites - a.without.sites);
  return most && most.without.sites > fits.sites
    ? `${said} Without ${most.name} it would be ${most.without.sites}.`
    : said;
}
