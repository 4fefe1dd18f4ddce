/**
 * JDL text → description, by recursive descent. Asked by the server at submission and by the portal's editor
 * while typing, so it reads on after a fault and reports all of them. Never throws, never hangs: every step
 * moves the point. One grammar for what both of DIRAC's parsers accept (wms.md §3.1).
 */
import { WmsError } from '../../kernel/wms-error.ts';
import { canonicalJdlName, findJdlAttribute, jdlNameKey } from '../job-attributes.ts';
import { shortened } from '../quoting.ts';
import { doubtfulCharacters, impossibleCharacters } from './characters.ts';
import {
  unitedList,
  type JdlDescription,
  type JdlEntry,
  type JdlPosition,
  type JdlProblem,
  type JdlValue,
} from './description.ts';
import { JdlScanner } from './tokens.ts';

export interface JdlLimits {
  readonly maxBytes: number;
  readonly maxDepth: number;
  readonly maxEntries: number;
}

export const defaultJdlLimits: JdlLimits = { maxBytes: 1_048_576, maxDepth: 10, maxEntries: 1000 };

/** Nesting stays bounded: no reader can go deeper than its stack. */
export const noJdlLimits: Partial<JdlLimits> = { maxBytes: Infinity, maxEntries: Infinity };

export interface ParsedJdl {
  /** What could be read; complete when there are no errors. */
  readonly description: JdlDescription;
  readonly errors: readonly JdlProblem[];
  readonly warnings: readonly JdlProblem[];
  /** Set when the text was refused unread. */
  readonly tooLarge: boolean;
}

const mostProblems = 100;
const numberText = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Bytes of the text in UTF-8. */
export function utf8Length(text: string): number {
  let bytes = 0;
  for (const letter of text) {
    const code = letter.codePointAt(0)!;
    if (code < 0x80) bytes += 1;
    else if (code < 0x800) bytes += 2;
    else bytes += code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

interface WrittenEntry {
  readonly entry: JdlEntry;
  /** Of the name, before it became the canonical one; in small letters. */
  readonly spelling: string;
}

interface KeptEntry {
  readonly entry: JdlEntry;
  /** The last of each spelling; several when their lists were united. */
  readonly parts: readonly WrittenEntry[];
}

type KeptEntries = Map<string, KeptEntry>;

const isUnited = (name: string): boolean => findJdlAttribute(name)?.jdl.isUnited ?? false;

function unitedEntry(former: KeptEntry, later: WrittenEntry): KeptEntry {
  const parts = [...former.parts.filter(({ spelling }) => spelling !== later.spelling), later];
  const value = parts.map(({ entry }) => entry.value).reduce(unitedList);
  return { entry: { ...later.entry, value }, parts };
}

class Parser {
  readonly errors: JdlProblem[] = [];
  readonly warnings: JdlProblem[] = [];
  readonly #scan: JdlScanner;
  readonly #limits: JdlLimits;
  #entriesRead = 0;

  constructor(text: string, limits: JdlLimits) {
    this.#scan = new JdlScanner(text);
    this.#limits = limits;
  }

  parse(): readonly JdlEntry[] {
    const scan = this.#scan;
    this.#lookAtCharacters();
    this.#blanks();
    const start = scan.offset;
    const bracketed = scan.next === '[';
    if (bracketed) scan.offset++;
    const entries = this.#entries(0);
    if (scan.next === ']') {
      if (!bracketed) this.#warn(scan.position(scan.offset, scan.offset + 1), 'there is no [ for this ]');
      scan.offset++;
      this.#blanks();
      if (!scan.atEnd)
        this.#fail(
          scan.position(scan.offset, scan.text.trimEnd().length),
          'nothing may follow the closing ]',
        );
    } else if (bracketed) this.#warn(scan.position(start, start + 1), 'the closing ] is missing');
    return entries;
  }

  #lookAtCharacters(): void {
    const scan = this.#scan;
    for (const { length, message, offset } of impossibleCharacters(scan.text))
      this.#fail(scan.position(offset, offset + length), message);
    for (const { length, message, offset } of doubtfulCharacters(scan.text))
      this.#warn(scan.position(offset, offset + length), message);
  }

  #fail(at: JdlPosition, message: string): void {
    if (this.errors.length < mostProblems) this.errors.push({ ...at, message });
  }

  #warn(at: JdlPosition, message: string): void {
    if (this.warnings.length < mostProblems) this.warnings.push({ ...at, message });
  }

  #blanks(): void {
    const open = this.#scan.skipBlanks();
    if (open !== undefined)
      this.#fail(this.#scan.position(open, open + 2), 'this comment is not closed by */');
  }

  /** Entries up to a ] (not taken) or the end. */
  #entries(depth: number): readonly JdlEntry[] {
    const scan = this.#scan;
    const entries: KeptEntries = new Map();
    for (;;) {
      this.#blanks();
      if (scan.next === ';') scan.offset++;
      else if (scan.atEnd || scan.next === ']') return [...entries.values()].map(({ entry }) => entry);
      else {
        const before = scan.offset;
        const written = this.#entry(depth);
        if (written) this.#keep(entries, depth, written);
        else {
          // A name alone, as while it is typed, must not take the next line along.
          if (!scan.atAssignment) scan.skipToNextEntry();
          if (scan.offset === before) scan.offset++;
        }
      }
    }
  }

  #keep(entries: KeptEntries, depth: number, written: WrittenEntry): void {
    const { entry, spelling } = written;
    const key = depth === 0 ? jdlNameKey(entry.name) : entry.name.toLowerCase();
    const former = entries.get(key);
    const unites = depth === 0 && isUnited(entry.name);
    if (former && (!unites || former.parts.some((part) => part.spelling === spelling)))
      this.#warn(entry.at, `${shortened(entry.name)} is given twice; the last one counts`);
    entries.delete(key);
    if (++this.#entriesRead <= this.#limits.maxEntries)
      entries.set(key, former && unites ? unitedEntry(former, written) : { entry, parts: [written] });
    else if (this.#entriesRead === this.#limits.maxEntries + 1)
      this.#fail(entry.at, `there are more than ${this.#limits.maxEntries} attributes`);
  }

  #entry(depth: number): WrittenEntry | undefined {
    const scan = this.#scan;
    const start = scan.offset;
    const written = scan.readName();
    if (!written) {
      this.#fail(scan.position(start, start + 1), `an attribute name is expected here, not ${scan.next}`);
      return undefined;
    }
    const at = scan.position(start);
    this.#blanks();
    if (scan.next !== '=') {
      this.#fail(at, `${shortened(written)} needs = and a value`);
      return undefined;
    }
    scan.offset++;
    const value = this.#value(depth, shortened(written));
    if (!value) return undefined;
    this.#endOfEntry(shortened(written), value);
    const name = depth === 0 ? canonicalJdlName(written) : written;
    return { entry: { name, at, value }, spelling: written.toLowerCase() };
  }

  /** The ; may be left out before ] and at the end. */
  #endOfEntry(name: string, value: JdlValue): void {
    const scan = this.#scan;
    this.#blanks();
    if (scan.next === ';' || scan.next === ']' || scan.atEnd) return;
    const start = scan.offset;
    if (scan.atAssignment) {
      // A string or list that was never closed ended with its line; that has been said.
      const said = [this.warnings.at(-1)?.offset, this.errors.at(-1)?.offset];
      if (said.includes(value.at.offset)) return;
      const end = value.at.offset + value.at.length;
      this.#fail(scan.position(end, end + 1), `a ; is missing after the value of ${name}`);
      return;
    }
    scan.skipToNextEntry();
    this.#fail(
      scan.position(start, start + Math.max(1, scan.text.slice(start, scan.offset).trimEnd().length)),
      `the value of ${name} has ended; a ; is expected here (quote texts, separate list items by commas)`,
    );
  }

  /** A value; several with commas between them are a list even without braces. */
  #value(depth: number, name: string): JdlValue | undefined {
    const scan = this.#scan;
    this.#blanks();
    const start = scan.offset;
    const first = this.#item(depth, name);
    this.#blanks();
    if (!first || scan.next !== ',') return first;
    const items = [first];
    while (scan.next === ',') {
      scan.offset++;
      this.#blanks();
      const item = this.#item(depth, name);
      if (!item) return undefined;
      items.push(item);
      this.#blanks();
    }
    const last = items.at(-1)!.at;
    return { kind: 'list', items, at: scan.position(start, last.offset + last.length) };
  }

  #item(depth: number, name: string): JdlValue | undefined {
    const scan = this.#scan;
    if (scan.next === '{') return this.#list(depth, name);
    if (scan.next === '[') return this.#nested(depth, name);
    if (scan.next === '"') return this.#string();
    if (scan.next === '}') {
      this.#fail(scan.position(scan.offset, scan.offset + 1), `there is no { for this } in ${name}`);
      return undefined;
    }
    return this.#bare();
  }

  #tooDeep(depth: number): boolean {
    const scan = this.#scan;
    if (depth < this.#limits.maxDepth) return false;
    this.#fail(
      scan.position(scan.offset, scan.offset + 1),
      `values are nested deeper than ${this.#limits.maxDepth}`,
    );
    scan.offset = scan.text.length;
    return true;
  }

  #list(depth: number, name: string): JdlValue | undefined {
    const scan = this.#scan;
    const start = scan.offset;
    if (this.#tooDeep(depth)) return undefined;
    scan.offset++;
    const items: JdlValue[] = [];
    for (;;) {
      this.#blanks();
      if (scan.next === ',') scan.offset++;
      else if (scan.next === '}') {
        scan.offset++;
        return { kind: 'list', items, at: scan.position(start) };
      } else if (scan.atEnd || scan.next === ';' || scan.next === ']' || this.#listSeemsForgotten()) {
        this.#fail(scan.position(start, start + 1), `the list of ${name} is not closed by }`);
        return { kind: 'list', items, at: scan.position(start) };
      } else {
        const item = this.#item(depth + 1, name);
        if (!item) return undefined;
        items.push(item);
        this.#separator(name);
      }
    }
  }

  /** The next attribute begins and no } comes before its end: the closing brace was forgotten. */
  #listSeemsForgotten(): boolean {
    const scan = this.#scan;
    if (!scan.atAssignment) return false;
    return !/^[^;]*\}/.test(scan.text.slice(scan.offset, scan.offset + 300));
  }

  #separator(name: string): void {
    const scan = this.#scan;
    this.#blanks();
    if (scan.next !== '"' && scan.next !== '{' && scan.next !== '[') return;
    this.#fail(
      scan.position(scan.offset, scan.offset + 1),
      `a comma is missing between items of the list of ${name}`,
    );
  }

  #nested(depth: number, name: string): JdlValue | undefined {
    const scan = this.#scan;
    const start = scan.offset;
    if (this.#tooDeep(depth)) return undefined;
    scan.offset++;
    const entries = this.#entries(depth + 1);
    if (scan.next === ']') scan.offset++;
    else this.#fail(scan.position(start, start + 1), `the description in ${name} is not closed by ]`);
    return { kind: 'ad', entries, at: scan.position(start) };
  }

  #string(): JdlValue {
    const scan = this.#scan;
    const start = scan.offset;
    const { closed, text } = scan.readString();
    const at = scan.position(start);
    if (!closed) this.#warn(at, 'the closing quote is missing; the text is taken to end with its line');
    return { kind: 'text', text, at };
  }

  /** Words up to the end of the value, one space between them. */
  #bare(): JdlValue {
    const scan = this.#scan;
    const start = scan.offset;
    const words: string[] = [];
    let end = start;
    for (let word = scan.readBareWord(); word !== ''; word = scan.readBareWord()) {
      words.push(word);
      end = scan.offset;
      this.#blanks();
      const newLine = scan.text.slice(end, scan.offset).includes('\n');
      if (newLine && scan.atAssignment) break;
    }
    const text = words.join(' ');
    const at = scan.position(start, end);
    if (numberText.test(text)) return { kind: 'number', text, at };
    if (/^(?:true|false)$/i.test(text)) return { kind: 'boolean', text, at };
    return { kind: 'text', text, at };
  }
}

/** Reads a description and all its faults. Never throws. */
export function parseJdl(text: string, limits: Partial<JdlLimits> = {}): ParsedJdl {
  const all = { ...defaultJdlLimits, ...limits };
  // No need to count bytes of a text that cannot be too large.
  if (text.length * 3 > all.maxBytes && utf8Length(text) > all.maxBytes) {
    const message = `the description is larger than ${all.maxBytes} bytes`;
    const error = { line: 1, column: 1, offset: 0, length: text.length, message };
    return { description: { entries: [] }, errors: [error], warnings: [], tooLarge: true };
  }
  const parser = new Parser(text, all);
  const entries = parser.parse();
  return { description: { entries }, errors: parser.errors, warnings: parser.warnings, tooLarge: false };
}

/** For services: the description, or `jdl.syntax` / `jdl.too-large` with all errors in its details. */
export function readJdl(text: string, limits: Partial<JdlLimits> = {}): ParsedJdl {
  const parsed = parseJdl(text, limits);
  const first = parsed.errors[0];
  if (!first) return parsed;
  if (parsed.tooLarge)
    throw new WmsError('jdl.too-large', `The job description is refused: ${first.message}.`);
  const { column, line } = first;
  throw new WmsError('jdl.syntax', `Line ${line}, column ${column}: ${first.message}.`, {
    line,
    column,
    errors: parsed.errors,
  });
}

/**
 * For texts that the server wrote itself. They are longer than what was sent and have more attributes, with defaults and
 * demands written out; what is kept must always read again (`kept-length.ts` bounds it at the submission).
 */
export const readKeptJdl = (text: string): ParsedJdl => readJdl(text, noJdlLimits);
