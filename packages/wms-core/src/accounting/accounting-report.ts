/**
 * Makes time series of sums in buckets: which instants the axis has, how much of each bucket falls between two of
 * them, and what amounts, levels and ratios are then. Pure; the store brings the sums.
 */
import type { AccountingSeries } from '../use-cases.ts';
import { bucketAt, type Bucket } from './buckets.ts';
import type { RatioValue, RecordType, StoredValue } from './record-type.ts';

/** `points` intervals of `widthMs` each. */
export interface Axis {
  readonly startMs: number;
  readonly widthMs: number;
  readonly points: number;
}

const mostPoints = 1000;
/** More groups than a plot can show; the smallest ones are added up. */
const mostGroups = 200;
export const others = 'Others';

/** As fine as the oldest buckets between the two instants, and no finer than can be shown. */
export function axisOf(type: RecordType, fromMs: number, toMs: number, nowMs: number): Axis {
  const finestMs = bucketAt(type.buckets, fromMs, nowMs).widthMs;
  const widthMs = finestMs * Math.ceil((toMs - fromMs) / (finestMs * mostPoints));
  const startMs = Math.floor(fromMs / widthMs) * widthMs;
  return { startMs, widthMs, points: Math.ceil((toMs - startMs) / widthMs) };
}

/** One row of the store: sums of the values asked for, of one group in one bucket. */
export interface GroupSums extends Bucket {
  readonly group: string;
  readonly sums: readonly number[];
}

/** Sums by point, for each value asked for. */
type Lines = readonly Float64Array[];

function addSums(lines: Lines, axis: Axis, { startMs, widthMs, sums }: GroupSums): void {
  const first = Math.max(0, Math.floor((startMs - axis.startMs) / axis.widthMs));
  const endMs = startMs + widthMs;
  for (let point = first; point < axis.points; point++) {
    const pointMs = axis.startMs + point * axis.widthMs;
    const sharedMs = Math.min(endMs, pointMs + axis.widthMs) - Math.max(startMs, pointMs);
    if (sharedMs <= 0) break;
    lines.forEach((line, index) => {
      line[point] = (line[point] ?? 0) + ((sums[index] ?? 0) * sharedMs) / widthMs;
    });
  }
}

const newLines = (count: number, { points }: Axis): Lines =>
  Array.from({ length: count }, () => new Float64Array(points));

const sumOf = (line: Float64Array | undefined): number =>
  line ? line.reduce((sum, each) => sum + each, 0) : 0;

/** Lines by group, largest first by the last value asked for; the rest is `Others`. */
function linesByGroup(
  rows: readonly GroupSums[],
  values: number,
  axis: Axis,
): readonly (readonly [string, Lines])[] {
  const byGroup = new Map<string, Lines>();
  for (const row of rows) {
    const lines = byGroup.get(row.group) ?? newLines(values, axis);
    byGroup.set(row.group, lines);
    addSums(lines, axis, row);
  }
  const sorted = [...byGroup].toSorted(
    ([a, left], [b, right]) => sumOf(right.at(-1)) - sumOf(left.at(-1)) || (a < b ? -1 : 1),
  );
  if (sorted.length <= mostGroups) return sorted;
  const rest = sorted.slice(mostGroups - 1).map(([, lines]) => lines);
  return [...sorted.slice(0, mostGroups - 1), [others, addedUp(rest, values, axis)]];
}

function addedUp(all: readonly Lines[], values: number, axis: Axis): Lines {
  const sum = newLines(values, axis);
  for (const lines of all)
    lines.forEach((line, index) =>
      line.forEach((each, point) => {
        const into = sum[index];
        if (into) into[point] = (into[point] ?? 0) + each;
      }),
    );
  return sum;
}

/** What sums over an interval say of the value; null when there is nothing to divide by. */
type Say = (sums: readonly number[], coveredMs: number) => number | null;

function sayOf(value: StoredValue | RatioValue, unitsOf: readonly StoredValue[]): Say {
  if (value.kind === 'amount') return ([sum = 0]) => sum / value.storedPerUnit;
  if (value.kind === 'level') return ([sum = 0], coveredMs) => (coveredMs > 0 ? sum / coveredMs : null);
  const [above, below] = unitsOf.map(({ storedPerUnit }) => storedPerUnit);
  return ([numerator = 0, denominator = 0]) =>
    denominator === 0 ? null : numerator / (above ?? 1) / (denominator / (below ?? 1));
}

/** `stored` are the values summed up: the value itself, or what a ratio divides. */
export function seriesOf(
  rows: readonly GroupSums[],
  value: StoredValue | RatioValue,
  stored: readonly StoredValue[],
  axis: Axis,
  nowMs: number,
): { readonly series: readonly AccountingSeries[]; readonly all: AccountingSeries } {
  const say = sayOf(value, stored);
  /** The newest interval is not over yet. */
  const covered = (startMs: number, endMs: number): number => Math.max(0, Math.min(endMs, nowMs) - startMs);
  const told = (group: string, lines: Lines): AccountingSeries => ({
    group,
    points: Array.from({ length: axis.points }, (_, point) => {
      const pointMs = axis.startMs + point * axis.widthMs;
      return say(
        lines.map((line) => line[point] ?? 0),
        covered(pointMs, pointMs + axis.widthMs),
      );
    }),
    total: say(lines.map(sumOf), covered(axis.startMs, axis.startMs + axis.points * axis.widthMs)),
  });
  const groups = linesByGroup(rows, stored.length, axis);
  const sum = addedUp(
    groups.map(([, lines]) => lines),
    stored.length,
    axis,
  );
  return { series: groups.map(([group, lines]) => told(group, lines)), all: told('', sum) };
}
