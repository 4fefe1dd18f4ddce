/**
 * The draw: who of the competitors at a level is next, with a chance in exact proportion to the weights, and the
 * record by which the decision can be replayed. Pure.
 */

/** One competitor as the record names it. */
export type Lot = readonly [name: string, weight: number];

/** A level of a decision: who competed, which number was drawn, who won. */
export interface DrawnLevel {
  readonly level: 'group' | 'owner' | 'taskQueue';
  /** In the order of the draw. Many light competitors may stand together as `…n`. */
  readonly lots: readonly Lot[];
  /** In [0, 1). */
  readonly random: number;
  readonly winner: string;
}

export interface MatchDecision {
  readonly levels: readonly DrawnLevel[];
}

/** The position whose weight holds `random` × sum of the weights; `random` in [0, 1). Weights are > 0. */
export function pick(weights: readonly number[], random: number): number {
  let total = 0;
  for (const weight of weights) total += weight;
  let rest = random * total;
  for (let index = 0; index < weights.length; index++) {
    rest -= weights[index]!;
    if (rest < 0) return index;
  }
  return weights.length - 1; // rounding may leave a crumb of the total
}

const mostNamed = 24;

/** Writes a level down; with many competitors those beside the winner are put together. */
export function levelRecord(
  level: DrawnLevel['level'],
  names: readonly string[],
  weights: readonly number[],
  random: number,
  winner: number,
): DrawnLevel {
  const named = (index: number): Lot => [names[index]!, weights[index]!];
  const together = (from: number, to: number): readonly Lot[] => {
    if (to - from <= mostNamed) return Array.from({ length: to - from }, (_, index) => named(from + index));
    let sum = 0;
    for (let index = from; index < to; index++) sum += weights[index]!;
    return [[`…${to - from}`, sum]];
  };
  const lots = [...together(0, winner), named(winner), ...together(winner + 1, names.length)];
  return { level, lots, random, winner: names[winner]! };
}

/** Draws each level again from its record; true when every winner is the one recorded. */
export const replays = ({ levels }: MatchDecision): boolean =>
  levels.every(({ lots, random, winner }) => {
    const again = pick(
      lots.map(([, weight]) => weight),
      random,
    );
    return lots[again]?.[0] === winner;
  });
