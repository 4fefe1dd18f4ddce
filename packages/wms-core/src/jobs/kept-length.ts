/**
 * How long a description may be where it is kept. It is printed with a line for each item of a long list, so a text that
 * was short enough to be sent may become many times as long; every pilot that gets the job reads it. Asked by
 * `job-manifest.ts`.
 */
import type { AttributeReader } from './attribute-reader.ts';
import type { JdlDescription, JdlEntry, JdlValue } from './jdl/description.ts';
import { utf8Length } from './jdl/parse.ts';
import { printJdl, printJdlValue } from './jdl/print.ts';
import { shortened } from './quoting.ts';

/** Times the length that may be sent. */
const growth = 8;

export const mostKeptBytes = (maxJdlBytes: number): number => growth * maxJdlBytes;

const indentLength = (depth: number): number => 4 * (depth + 1) + 4;

const longestOfEntries = (entries: readonly JdlEntry[], depth: number): number =>
  entries.reduce(
    (sum, { name, value }) => sum + name.length + indentLength(depth) + longestPrint(value, depth + 1),
    indentLength(depth),
  );

/** No print has more characters: every one may need an escape. Counting takes a fraction of the time of printing. */
function longestPrint(value: JdlValue, depth: number): number {
  if (value.kind === 'text') return 2 * value.text.length + 2;
  if (value.kind === 'ad') return longestOfEntries(value.entries, depth);
  if (value.kind !== 'list') return value.text.length;
  const length = (sum: number, item: JdlValue): number =>
    sum + indentLength(depth) + longestPrint(item, depth + 1);
  return value.items.reduce(length, indentLength(depth));
}

function longestEntry({ entries }: JdlDescription): string {
  const lengths = entries.map(({ name, value }) => ({ name, length: printJdlValue(value).length }));
  return lengths.toSorted((a, b) => b.length - a.length)[0]?.name ?? '';
}

/** `kept`: as it is printed for the node. */
export function checkKeptLength(read: AttributeReader, kept: JdlDescription, maxJdlBytes: number): void {
  const most = mostKeptBytes(maxJdlBytes);
  // Three bytes of UTF-8 for a UTF-16 unit at most.
  if (3 * longestOfEntries(kept.entries, 0) <= most) return;
  const bytes = utf8Length(printJdl(kept));
  if (bytes <= most) return;
  const name = longestEntry(kept);
  read.fail(
    name,
    `the description has ${bytes} bytes with each item of its lists on a line, most of them in ${shortened(name)}; at most ${most} are kept (${growth} times maxJdlBytes); put long lists into a file of the input sandbox`,
  );
}
