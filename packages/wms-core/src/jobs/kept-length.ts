/**
 * How long a description may be where it is kept. It is printed with a line for each item of a long list, so a text that
 * was short enough to be sent may become many times as long; every pilot that gets the job reads it. Asked by
 * `job-manifest.ts`, and by `parametric-jobs.ts` for the longest job of a sweep.
 */
import type { AttributeReader } from './attribute-reader.ts';
import type { JdlDescription, JdlEntry } from './jdl/description.ts';
import { printedLength, type Fill } from './jdl/printed-length.ts';
import { shortened } from './quoting.ts';

/** Times the length that may be sent. */
const growth = 8;

export const mostKeptBytes = (maxJdlBytes: number): number => growth * maxJdlBytes;

/** Letters around all entries. */
const brackets = 3;

interface Measured {
  readonly bytes: number;
  /** The name of the longest entry. */
  readonly longest: string;
}

function measured(entries: readonly JdlEntry[], lengthOf: (entry: JdlEntry) => number): Measured {
  const lengths = entries.map((entry) => ({ name: entry.name, bytes: lengthOf(entry) }));
  const bytes = lengths.reduce((sum, each) => sum + each.bytes, brackets);
  const longest = lengths.reduce((most, each) => (each.bytes > most.bytes ? each : most), {
    name: '',
    bytes: 0,
  });
  return { bytes, longest: longest.name };
}

/** What does not change from job to job of a sweep is one object in all of them. */
const known = new WeakMap<JdlEntry, number>();
/** To remember fewer costs more than to count them. */
const worthRemembering = 100;

function knownLength(entry: JdlEntry): number {
  const { value } = entry;
  if (value.kind !== 'list' || value.items.length < worthRemembering) return printedLength(entry);
  const length = known.get(entry) ?? printedLength(entry);
  known.set(entry, length);
  return length;
}

const advice = (most: number, { longest }: Measured): string =>
  `bytes with each item of its lists on a line, most of them in ${shortened(longest)}; at most ${most} are kept (${growth} times maxJdlBytes); put long lists into a file of the input sandbox`;

/** `kept`: as it is printed for the node. */
export function checkKeptLength(read: AttributeReader, kept: JdlDescription, most: number): void {
  const found = measured(kept.entries, knownLength);
  if (found.bytes > most)
    read.fail(found.longest, `the description has ${found.bytes} ${advice(most, found)}`);
}

/** `fill`: the longest value of each parameter. */
export function checkLongestJob(
  read: AttributeReader,
  entries: readonly JdlEntry[],
  fill: Fill,
  most: number,
): void {
  const found = measured(entries, (entry) => printedLength(entry, fill));
  if (found.bytes > most)
    read.fail(
      found.longest,
      `with its values filled in a job of this sweep has up to ${found.bytes} ${advice(most, found)}`,
    );
}
