/** Which attribute was meant by a name that nobody knows? Asked while a description is checked. */
import { shortened } from './quoting.ts';
import { jdlAttributes } from './job-attributes.ts';

/** Names that a user may write, with their other spellings, in small letters. */
const knownNames = jdlAttributes
  .filter(({ jdl }) => jdl.setBy === 'user')
  .flatMap(({ jdl, name }) =>
    [name, ...(jdl.aliases ?? [])].map((spelling) => ({ name, lower: spelling.toLowerCase() })),
  );

const longestName = Math.max(...knownNames.map(({ lower }) => lower.length));

/** Letters to insert, drop, replace or swap (Damerau); `Infinity` as soon as it is more than `most`. */
function distance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return Infinity;
  let before: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const isSame = a[row - 1] === b[column - 1];
      const isSwap = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      current[column] = Math.min(
        above[column]! + 1,
        current[column - 1]! + 1,
        above[column - 1]! + (isSame ? 0 : 1),
        isSwap ? before[column - 2]! + 1 : Infinity,
      );
    }
    if (Math.min(...current) > most) return Infinity;
    before = above;
    above = current;
  }
  return above[b.length]!;
}

/** The known name that differs by a slip of the keyboard, or holds the one written; undefined when none is near. */
export function nearestName(name: string): string | undefined {
  const lower = name.toLowerCase();
  if (lower.length > longestName + 2) return undefined;
  const most = lower.length <= 4 ? 1 : 2;
  let nearest: string | undefined;
  let least = most + 1;
  for (const known of knownNames) {
    const steps = distance(lower, known.lower, most);
    if (steps < least) {
      least = steps;
      nearest = known.name;
    }
  }
  return nearest ?? longerName(lower);
}

/** The shortest known name that holds what was written: GPUs for NumberOfGPUs. */
function longerName(lower: string): string | undefined {
  if (lower.length < 4) return undefined;
  const longer = knownNames.filter((known) => known.lower.includes(lower));
  return longer.toSorted((a, b) => a.lower.length - b.lower.length)[0]?.name;
}

export function unknownNameWarning(name: string): string {
  const near = nearestName(name);
  const hint = near === undefined ? '' : `; is ${near} meant?`;
  return `${shortened(name)} is no known attribute and is passed on as it is${hint}`;
}
