/** Bins of a histogram: of equal width, from nothing on, so wide that people can read them and few enough to see. */
const mostBins = 50;

/** 1, 2 or 5 with zeros behind, so that the largest value falls into one of the bins. */
export function binWidthFor(largest: number): number {
  const least = (largest + 1) / mostBins;
  const power = 10 ** Math.max(0, Math.floor(Math.log10(least)));
  return [1, 2, 5].map((digit) => digit * power).find((width) => width >= least) ?? 10 * power;
}

export interface BinCount {
  readonly bin: number;
  readonly records: number;
}

/** Records in each bin, up to the last one that has some. */
export function binsOf(counts: readonly BinCount[]): readonly number[] {
  const last = counts.reduce((most, { bin }) => Math.max(most, bin), -1);
  const bins = Array.from({ length: last + 1 }, () => 0);
  for (const { bin, records } of counts) bins[bin] = (bins[bin] ?? 0) + records;
  return bins;
}
