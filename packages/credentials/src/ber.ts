/**
 * BER as old .p12 writers produce it (indefinite lengths, strings in pieces) → the definite form `der.ts`
 * reads. Only for PKCS#12: certificates are DER and stay as they are.
 */
import { concat, der, DerError } from './der.ts';

const maxDepth = 64;
const constructed = 0x20;
const octetStringInPieces = 0x24;

interface Cursor {
  readonly bytes: Uint8Array;
  at: number;
}

function readLength(cursor: Cursor): number | undefined {
  const first = cursor.bytes[cursor.at++];
  if (first === undefined) throw new DerError('truncated value');
  if (first < 0x80) return first;
  if (first === 0x80) return undefined;
  let length = 0;
  for (let octets = first & 0x7f; octets > 0; octets -= 1)
    length = length * 256 + (cursor.bytes[cursor.at++] ?? 0);
  if (!Number.isSafeInteger(length) || cursor.at + length > cursor.bytes.length)
    throw new DerError('truncated value');
  return length;
}

const isEnd = ({ bytes, at }: Cursor): boolean => bytes[at] === 0 && bytes[at + 1] === 0;

function readContents(cursor: Cursor, end: number | undefined, depth: number): Uint8Array[] {
  const parts: Uint8Array[] = [];
  while (end === undefined ? !isEnd(cursor) : cursor.at < end) parts.push(readValue(cursor, depth + 1));
  if (end === undefined) cursor.at += 2;
  else if (cursor.at !== end) throw new DerError('a value is longer than its container');
  return parts;
}

function readValue(cursor: Cursor, depth: number): Uint8Array {
  if (depth > maxDepth) throw new DerError('nested too deep');
  const tag = cursor.bytes[cursor.at++];
  if (tag === undefined || (tag & 0x1f) === 0x1f) throw new DerError('truncated value');
  const length = readLength(cursor);
  if ((tag & constructed) === 0) {
    if (length === undefined) throw new DerError('a plain value without length');
    const content = cursor.bytes.subarray(cursor.at, cursor.at + length);
    cursor.at += length;
    return der(tag, content);
  }
  const parts = readContents(cursor, length === undefined ? undefined : cursor.at + length, depth);
  if (tag !== octetStringInPieces) return der(tag, ...parts);
  return der(0x04, ...parts.map(contentOf));
}

/** Content of one definite value. */
function contentOf(value: Uint8Array): Uint8Array {
  const cursor: Cursor = { bytes: value, at: 1 };
  const length = readLength(cursor);
  return value.subarray(cursor.at, cursor.at + (length ?? 0));
}

/** The first value of `bytes` in definite form; what follows it is left out. Throws DerError. */
export const toDefiniteForm = (bytes: Uint8Array): Uint8Array<ArrayBuffer> =>
  concat(readValue({ bytes, at: 0 }, 0));
