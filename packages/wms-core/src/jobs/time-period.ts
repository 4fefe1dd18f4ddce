/**
 * DiracX's partial dates: `2026`, `2026-11`, `2026-11-20`, then ` HH` or `THH`, `:MM`, `:SS`, a fraction that
 * is cut, and `Z`. A text names a period, and the search operators compare with it (rest-api.md §1.5).
 */
export interface TimePeriod {
  readonly startMs: number;
  /** First instant after the period. */
  readonly endMs: number;
  /** How many of year … second are given; values of one `in` list must agree. */
  readonly resolution: number;
}

const pattern =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[ T](\d{2})(?::(\d{2})(?::(\d{2})(?:\.\d+)?)?)?)?)?)?(?:Z|\+00:00)?$/;

/** undefined when the text is no such date. All times are UTC. */
export function parseTimePeriod(text: string): TimePeriod | undefined {
  const match = pattern.exec(text);
  if (!match) return undefined;
  const given = match
    .slice(1, 7)
    .filter((part) => part !== undefined)
    .map(Number);
  const resolution = given.length;
  const start = [given[0] ?? 0, given[1] ?? 1, given[2] ?? 1, given[3] ?? 0, given[4] ?? 0, given[5] ?? 0];
  const startMs = instant(start);
  if (!isSameDate(startMs, start)) return undefined;
  const end = start.with(resolution - 1, (start[resolution - 1] ?? 0) + 1);
  return { startMs, endMs: instant(end), resolution };
}

const instant = ([
  year = 0,
  month = 1,
  day = 1,
  hour = 0,
  minute = 0,
  second = 0,
]: readonly number[]): number => Date.UTC(year, month - 1, day, hour, minute, second);

/** The 31st of February would quietly become a day of March. */
const isSameDate = (ms: number, [year, month = 1, day, hour, minute, second]: readonly number[]): boolean => {
  const date = new Date(ms);
  return (
    date.getUTCFullYear() === year &&
    date.getUTCMonth() === month - 1 &&
    date.getUTCDate() === day &&
    date.getUTCHours() === hour &&
    date.getUTCMinutes() === minute &&
    date.getUTCSeconds() === second
  );
};
