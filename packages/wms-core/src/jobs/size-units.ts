/** Amounts of memory and disk as people write them, and as they are kept: in MiB. */

/** In MiB. A GB counts 1000 MiB, so that a job of "2 GB" fits a slot of "2 GB" however either was counted. */
export const mibOfUnit = {
  B: 1 / 1_000_000,
  kB: 1 / 1000,
  KiB: 1 / 1024,
  MB: 1,
  MiB: 1,
  GB: 1000,
  GiB: 1024,
  TB: 1_000_000,
  TiB: 1_048_576,
} as const;

export type SizeUnit = keyof typeof mibOfUnit;

/** The unit as people write it, in any case: `g`, `GB` and `gb` are GB, `Gi` is GiB, `b` is a byte; undefined for what is none. */
export function sizeUnitOf(text: string): SizeUnit | undefined {
  if (/^b$/i.test(text)) return 'B';
  const [, letter, binary = ''] = /^([kmgt])(i?)b?$/i.exec(text) ?? [];
  if (letter === undefined) return undefined;
  const shown = letter.toUpperCase() === 'K' && binary === '' ? 'k' : letter.toUpperCase();
  return `${shown}${binary.toLowerCase()}B` as SizeUnit;
}

/** The unit of a bare number of an attribute. */
export const unitOfSize = (attribute: { readonly unit?: string | undefined } | undefined): SizeUnit =>
  sizeUnitOf(attribute?.unit ?? '') ?? 'MB';

/** "1.5 GB"; never more than it is, so that what is told as a bound is allowed. */
export const sizeInUnit = (mib: number, unit: SizeUnit): string =>
  `${Math.floor((100 * mib) / mibOfUnit[unit]) / 100} ${unit}`;
