/**
 * Bytes of a value as `print.ts` prints it, without printing it, which takes many times as long. Exact but for lists of
 * letters beyond ASCII, where it may be more. Asked by `kept-length.ts`.
 */
import type { JdlEntry, JdlValue } from './description.ts';
import { utf8Length } from './parse.ts';
import { longestLine } from './print.ts';

/** What is filled into a text: bytes, and the items it becomes where it stands in a list. */
export interface Filling {
  readonly bytes: number;
  readonly items: number;
}

export type Fill = (text: string) => Filling;

const nothing: Filling = { bytes: 0, items: 1 };

/** A byte a letter, and no escapes. */
const plainText = /^[^"\\\u0080-\uffff]*$/;

/** Between its quotes. */
export const bytesOfText = (text: string): number =>
  plainText.test(text) ? text.length : utf8Length(text.replace(/["\\]/g, String.raw`\$&`));

const indentBytes = (depth: number): number => 4 * depth;

function bytesOfList(items: readonly JdlValue[], depth: number, fill: Fill): number {
  let bytes = 2 * Math.max(1, items.length);
  let lines = 0;
  for (const item of items) {
    const made = item.kind === 'text' ? fill(item.text).items : 1;
    lines += made;
    bytes += bytesOfValue(item, depth + 1, fill) + 2 * (made - 1);
  }
  return bytes <= longestLine ? bytes : bytes + lines * indentBytes(depth + 1) + indentBytes(depth) + 2;
}

function bytesOfEntries(entries: readonly JdlEntry[], depth: number, fill: Fill): number {
  const bytes = (sum: number, { name, value }: JdlEntry): number =>
    sum + indentBytes(depth + 1) + name.length + 5 + bytesOfValue(value, depth + 1, fill);
  return entries.reduce(bytes, indentBytes(depth) + 3);
}

function bytesOfValue(value: JdlValue, depth: number, fill: Fill): number {
  if (value.kind === 'text') return bytesOfText(value.text) + fill(value.text).bytes + 2;
  if (value.kind === 'list') return bytesOfList(value.items, depth, fill);
  if (value.kind === 'ad') return bytesOfEntries(value.entries, depth, fill);
  return value.text.length;
}

/** With its line, as an entry of the outer description. */
export const printedLength = ({ name, value }: JdlEntry, fill: Fill = () => nothing): number =>
  indentBytes(1) + name.length + 5 + bytesOfValue(value, 1, fill);
