/**
 * The last part of a file that is still being written, for peeking. Read through a descriptor that was
 * opened before the payload started: a payload that puts a link in its place gains nothing.
 */
import { fstatSync, readSync } from 'node:fs';

const tailBytes = 16_384;

/** Cuts broken characters at both ends; NUL is replaced because no database takes it in a text. */
export function wholeText(bytes: Uint8Array, startsInside: boolean): string {
  let start = 0;
  let end = bytes.length;
  if (startsInside) while (start < Math.min(4, end) && ((bytes[start] ?? 0) & 0xc0) === 0x80) start++;
  let last = end - 1;
  while (last > Math.max(start, end - 4) && ((bytes[last] ?? 0) & 0xc0) === 0x80) last--;
  const lead = bytes[last] ?? 0;
  const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
  if (last >= start && last + length > end) end = last;
  return new TextDecoder().decode(bytes.subarray(start, end)).replaceAll('\0', '\u2400');
}

/** The last `lines` lines; a first line that was cut goes, unless it is the only one. */
export function lastLines(text: string, lines: number, startsInside: boolean): string {
  const firstBreak = text.indexOf('\n');
  const whole =
    startsInside && firstBreak >= 0 && firstBreak < text.length - 1 ? text.slice(firstBreak + 1) : text;
  let at = whole.length - 1;
  for (let left = lines; left > 0 && at >= 0; left--) at = whole.lastIndexOf('\n', at - 1);
  return at < 0 ? whole : whole.slice(at + 1);
}

export interface Tail {
  /** Bytes written so far. */
  size(): number;
  /** Undefined when nothing was written since the last `markSent`. */
  unsent(): { readonly text: string; readonly size: number } | undefined;
  markSent(size: number): void;
}

export function createTail(descriptor: number, lines: number): Tail {
  let sentSize = 0;
  const size = (): number => fstatSync(descriptor).size;
  return {
    size,
    unsent: () => {
      const now = size();
      if (now === sentSize) return undefined;
      const start = Math.max(0, now - tailBytes);
      const bytes = Buffer.alloc(now - start);
      const got = readSync(descriptor, bytes, 0, bytes.length, start);
      const text = wholeText(bytes.subarray(0, got), start > 0);
      return { text: lastLines(text, lines, start > 0), size: now };
    },
    markSent: (size) => {
      sentSize = size;
    },
  };
}
