/**
 * How sure an identity provider is of somebody (credentials.md §2.3): EGI's levels and REFEDS' identity proofing in one
 * order. Pure. Asked at log-in and wherever a VO wants a minimum.
 */
export const assuranceLevels = ['none', 'low', 'substantial', 'high'] as const;
export type AssuranceLevel = (typeof assuranceLevels)[number];

const levelOfValue: Readonly<Record<string, AssuranceLevel>> = {
  'https://aai.egi.eu/LoA#Low': 'low',
  'https://aai.egi.eu/LoA#Substantial': 'substantial',
  'https://aai.egi.eu/LoA#High': 'high',
  'https://refeds.org/assurance/IAP/low': 'low',
  'https://refeds.org/assurance/IAP/medium': 'substantial',
  'https://refeds.org/assurance/IAP/high': 'high',
};

export const isAtLeast = (level: AssuranceLevel, minimum: AssuranceLevel): boolean =>
  assuranceLevels.indexOf(level) >= assuranceLevels.indexOf(minimum);

/** The highest of the values; unknown ones say nothing. */
export const assuranceOf = (values: readonly string[]): AssuranceLevel =>
  values
    .flatMap((value) => (Object.hasOwn(levelOfValue, value) ? (levelOfValue[value] ?? []) : []))
    .reduce<AssuranceLevel>((best, level) => (isAtLeast(level, best) ? level : best), 'none');
