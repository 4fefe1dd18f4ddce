/**
 * Reading and writing DER, the little of it that X.509 needs. Strict: definite lengths in their shortest
 * form, nothing after the value; readers name the depth they go to. Parsed values are views, so names can be copied byte for byte.
 */

export interface DerValue {
  /** Identifier octet; multi-octet tags are refused. */
  readonly tag: number;
  /** The whole TLV. */
  readonly raw: Uint8Array;
  readonly content: Uint8Array;
}

export class DerError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DerError';
  }
}

export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8String: 0x0c,
  printableString: 0x13,
  t61String: 0x14,
  ia5String: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  universalString: 0x1c,
  bmpString: 0x1e,
  sequence: 0x30,
  set: 0x31,
} as const;

function readAt(bytes: Uint8Array, start: number): DerValue {
  const tag = bytes[start];
  const first = bytes[start + 1];
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f)
    throw new DerError('truncated value');
  let length = first;
  let at = start + 2;
  if (first >= 0x80) {
    const octets = first & 0x7f;
    if (octets === 0 || octets > 4 || bytes[at] === 0) throw new DerError('length is not DER');
    length = 0;
    for (let i = 0; i < octets; i += 1) length = length * 256 + (bytes[at + i] ?? 0);
    if (length < 0x80) throw new DerError('length is not minimal');
    at += octets;
  }
  if (at + length > bytes.length) throw new DerError('truncated value');
  return { tag, raw: bytes.subarray(start, at + length), content: bytes.subarray(at, at + length) };
}

/** The one value that fills `bytes`. */
export function readDer(bytes: Uint8Array, tag?: number): DerValue {
  const value = readAt(bytes, 0);
  if (value.raw.length !== bytes.length) throw new DerError('bytes after the value');
  return expectTag(value, tag);
}

/** The values inside a constructed one. */
export function childrenOf(value: DerValue): readonly DerValue[] {
  const found: DerValue[] = [];
  for (let at = 0; at < value.content.length;) {
    const child = readAt(value.content, at);
    found.push(child);
    at += child.raw.length;
  }
  return found;
}

export function expectTag(value: DerValue | undefined, tag: number | undefined): DerValue {
  if (!value) throw new DerError('a value is missing');
  if (tag !== undefined && value.tag !== tag)
    throw new DerError(`tag 0x${value.tag.toString(16)} where 0x${tag.toString(16)} is due`);
  return value;
}

export function readOid(value: DerValue): string {
  const { content } = expectTag(value, tags.oid);
  const arcs: number[] = [];
  let arc = 0;
  for (const [index, octet] of content.entries()) {
    if (arc === 0 && octet === 0x80) throw new DerError('OID is not minimal');
    arc = arc * 128 + (octet & 0x7f);
    if (!Number.isSafeInteger(arc)) throw new DerError('OID arc too large');
    if (octet >= 0x80) {
      if (index === content.length - 1) throw new DerError('OID is cut off');
      continue;
    }
    arcs.push(arc);
    arc = 0;
  }
  const head = arcs[0];
  if (head === undefined) throw new DerError('OID is empty');
  const root = Math.min(2, Math.floor(head / 40));
  return [root, head - root * 40, ...arcs.slice(1)].join('.');
}

/** Non-negative or negative INTEGER in its minimal form. */
export function readInteger(value: DerValue): bigint {
  const { content } = expectTag(value, tags.integer);
  const [first, second] = content;
  if (first === undefined) throw new DerError('INTEGER is empty');
  if (second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80)))
    throw new DerError('INTEGER is not minimal');
  const unsigned = BigInt(`0x${hexOf(content)}`);
  return first >= 0x80 ? unsigned - (1n << BigInt(8 * content.length)) : unsigned;
}

export function readSmallInteger(value: DerValue): number {
  const number = readInteger(value);
  if (number < 0n || number > 0x7fff_ffffn) throw new DerError('INTEGER out of range');
  return Number(number);
}

export function readBoolean(value: DerValue): boolean {
  const { content } = expectTag(value, tags.boolean);
  if (content.length !== 1 || (content[0] !== 0 && content[0] !== 0xff))
    throw new DerError('BOOLEAN is not DER');
  return content[0] === 0xff;
}

/** Bytes of a BIT STRING without unused bits. */
export function readBits(value: DerValue): Uint8Array {
  const { content } = expectTag(value, tags.bitString);
  if (content.length === 0 || (content[0] ?? 8) > 7) throw new DerError('BIT STRING is malformed');
  return content.subarray(1);
}

// A loop: an array of letters takes five times as long.
function latin1(bytes: Uint8Array): string {
  let text = '';
  for (const octet of bytes) text += String.fromCharCode(octet);
  return text;
}

/** UTC epoch milliseconds of a UTCTime or GeneralizedTime in the form X.509 allows. */
export function readTime(value: DerValue): number {
  const text = latin1(value.content);
  const parts =
    value.tag === tags.utcTime
      ? /^(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/.exec(text)
      : value.tag === tags.generalizedTime
        ? /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/.exec(text)
        : null;
  if (!parts) throw new DerError('time is malformed');
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(1).map(Number);
  const fullYear = value.tag === tags.generalizedTime ? year : year < 50 ? 2000 + year : 1900 + year;
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60)
    throw new DerError('time is out of range');
  const atMs = Date.UTC(fullYear, month - 1, day, hour, minute, second);
  // the 31st of February would count as a day of March
  if (new Date(Date.UTC(fullYear, month - 1, day)).getUTCMonth() !== month - 1)
    throw new DerError('time is out of range');
  return atMs;
}

/** Text of any of the string types names are made of. */
export function readText(value: DerValue): string {
  switch (value.tag) {
    case tags.utf8String:
      try {
        return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value.content);
      } catch {
        throw new DerError('text is not UTF-8');
      }
    case tags.bmpString: {
      let text = '';
      for (let i = 0; i + 1 < value.content.length; i += 2)
        text += String.fromCharCode((value.content[i]! << 8) | value.content[i + 1]!);
      return text;
    }
    case tags.universalString: {
      let text = '';
      const view = new DataView(value.content.buffer, value.content.byteOffset, value.content.length);
      for (let i = 0; i + 3 < value.content.length; i += 4) {
        const point = view.getUint32(i);
        if (point > 0x10_ffff) throw new DerError('text is out of range');
        text += String.fromCodePoint(point);
      }
      return text;
    }
    case tags.printableString:
    case tags.ia5String:
    case tags.t61String:
    case 0x12:
    case 0x1a:
      return latin1(value.content);
    default:
      throw new DerError(`tag 0x${value.tag.toString(16)} is not a text`);
  }
}

// ---------------------------------------------------------------- writing

export function concat(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function der(tag: number, ...contents: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const content = concat(...contents);
  const length: number[] = [];
  if (content.length < 0x80) length.push(content.length);
  else {
    for (let rest = content.length; rest > 0; rest = Math.floor(rest / 256)) length.unshift(rest % 256);
    length.unshift(0x80 | length.length);
  }
  return concat(Uint8Array.of(tag, ...length), content);
}

export const sequence = (...contents: readonly Uint8Array[]): Uint8Array<ArrayBuffer> =>
  der(tags.sequence, ...contents);

export const ascii = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(text, (character) => character.charCodeAt(0));

export function oid(dotted: string): Uint8Array<ArrayBuffer> {
  const [root = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const octets = [root * 40 + second, ...rest].flatMap((arc) => {
    const digits = [arc % 128];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128))
      digits.unshift((left % 128) | 0x80);
    return digits;
  });
  return der(tags.oid, Uint8Array.from(octets));
}

/** Minimal INTEGER from unsigned big-endian bytes. */
export function unsignedInteger(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start += 1;
  const minimal = bytes.subarray(start);
  const signed =
    minimal.length === 0 || (minimal[0] ?? 0) >= 0x80 ? concat(Uint8Array.of(0), minimal) : minimal;
  return der(tags.integer, signed);
}

export const bitString = (bytes: Uint8Array, unusedBits = 0): Uint8Array<ArrayBuffer> =>
  der(tags.bitString, Uint8Array.of(unusedBits), bytes);

/** UTCTime until 2049, GeneralizedTime after (RFC 5280); whole seconds. */
export function time(atMs: number): Uint8Array<ArrayBuffer> {
  const digits = new Date(atMs).toISOString().slice(0, 19).replaceAll(/\D/g, '');
  const isUtcTime = digits < '2050' && digits >= '1950';
  return isUtcTime
    ? der(tags.utcTime, ascii(`${digits.slice(2)}Z`))
    : der(tags.generalizedTime, ascii(`${digits}Z`));
}

const hexDigits = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, '0'));

export function hexOf(bytes: Uint8Array): string {
  let text = '';
  for (const octet of bytes) text += hexDigits[octet] ?? '';
  return text;
}

export const isSameBytes = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.every((octet, index) => octet === b[index]);
