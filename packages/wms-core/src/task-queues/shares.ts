/**
 * Shares: who is drawn how often. At each level (VO, group, owner) those who wait for the same resource compete with
 * weight = share × correction; the correction pulls what was used towards what was due (after wms.md §5.2, without
 * its faults). Pure. The worked explanation is docs/explanation/matching.md.
 *
 *   due        = share ÷ shares of all competitors × usage of all competitors
 *   deficit    = (due − usage) ÷ usage of a typical dispatch          in dispatches
 *   correction = e^deficit, at least 1 ÷ maxCorrection, at most maxCorrection
 *
 * So a competitor who is a single dispatch behind is e times as likely as his share says, and what is delivered stays
 * within a few dispatches of what is due, however many there are. Nobody's chance in a draw falls below
 * share ÷ maxCorrection² (share as a fraction), so nobody starves.
 */
export interface Shares {
  voShare(vo: string): number;
  groupShare(vo: string, group: string): number;
  /** Members of the group work on common jobs: it counts as one owner. */
  sharesJobs(vo: string, group: string): boolean;
}

/** One of those who compete at a level. */
export interface Competitor {
  readonly share: number;
  /** Decayed use in normalised CPU seconds, any common scale. */
  readonly usage: number;
  /** Decayed number of dispatches, on the same scale. */
  readonly dispatches: number;
}

const backgroundPriority = 1e-5;
const absolutePriority = 1e6;
const leastUnit = 1e-100;

/** Weight of a user's priority: 0 runs only when nothing else does, 10 goes before everything of its owner. */
export function realPriority(userPriority: number): number {
  if (userPriority <= 0) return backgroundPriority;
  return userPriority >= 10 ? absolutePriority : userPriority;
}

/** How far behind its due a competitor is, in typical dispatches; negative when it is ahead. */
export function deficits(competitors: readonly Competitor[]): readonly number[] {
  let shares = 0;
  let usage = 0;
  let dispatches = 0;
  for (const each of competitors) {
    shares += each.share;
    usage += each.usage;
    dispatches += each.dispatches;
  }
  const unit = usage / dispatches;
  // Nothing used yet, or so long ago that only a rounding error is left of it.
  if (!(unit > leastUnit)) return competitors.map(() => 0);
  return competitors.map((each) => ((each.share / shares) * usage - each.usage) / unit);
}

export function correctionOf(deficit: number, maxCorrection: number): number {
  const most = Math.log(maxCorrection);
  return Math.exp(Math.min(Math.max(deficit, -most), most));
}

/** Weights of the draw at one level, in the order given, always > 0. */
export function levelWeights(competitors: readonly Competitor[], maxCorrection: number): readonly number[] {
  if (competitors.length === 1) return [competitors[0]!.share];
  return deficits(competitors).map(
    (deficit, index) => competitors[index]!.share * correctionOf(deficit, maxCorrection),
  );
}
