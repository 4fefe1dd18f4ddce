/**
 * Reads the small pieces of JDL: blanks and comments, names, quoted strings, bare words. Knows places and never
 * throws; what the pieces mean is `parse.ts`'s work. Grammar: wms.md §3.1, both of DIRAC's parsers in one.
 */
import type { JdlPosition } from './description.ts';

const blank = /\s/;
const nameAtPoint = /[A-Za-z_][\w.-]*/y;
const assignmentAtPoint = /[A-Za-z_][\w.-]*\s*=(?!=)/y;
const bareEnd = new Set(['[', ']', '{', '}', ';', ',', '"']);

/** The next unescaped quote for every start in [from, to); remembered, or hostile texts take quadratic time. */
interface NextQuote {
  readonly from: number;
  readonly to: number;
  readonly mayClose: boolean;
}

export interface ReadString {
  readonly text: string;
  /** False when the closing quote is missing; the string then ends with its line. */
  readonly closed: boolean;
}

export class JdlScanner {
  readonly text: string;
  offset = 0;
  readonly #lineStarts: readonly number[];
  #nextQuote: NextQuote = { from: 0, to: 0, mayClose: false };

  constructor(text: string) {
    this.text = text;
    const starts = [0];
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
    this.#lineStarts = starts;
  }

  get atEnd(): boolean {
    return this.offset >= this.text.length;
  }

  /** The character at the point; empty at the end. */
  get next(): string {
    return this.text.charAt(this.offset);
  }

  position(from: number, to: number = this.offset): JdlPosition {
    let low = 0;
    let high = this.#lineStarts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (this.#lineStarts[middle]! <= from) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: from - this.#lineStarts[low]! + 1, offset: from, length: to - from };
  }

  /** Passes blanks and comments. The start of a comment that never ends, if one does. */
  skipBlanks(): number | undefined {
    while (!this.atEnd) {
      const two = this.text.slice(this.offset, this.offset + 2);
      if (blank.test(this.next)) this.offset++;
      else if (this.next === '#' || two === '//') this.#skipTo('\n');
      else if (two === '/*') {
        const start = this.offset;
        if (!this.#skipTo('*/', 2)) return start;
        this.offset += 2;
      } else return undefined;
    }
    return undefined;
  }

  #skipTo(mark: string, from = 0): boolean {
    const found = this.text.indexOf(mark, this.offset + from);
    this.offset = found < 0 ? this.text.length : found;
    return found >= 0;
  }

  readName(): string | undefined {
    nameAtPoint.lastIndex = this.offset;
    const name = nameAtPoint.exec(this.text)?.[0];
    if (name) this.offset += name.length;
    return name;
  }

  /** Does `name =` stand at the point? */
  get atAssignment(): boolean {
    assignmentAtPoint.lastIndex = this.offset;
    return assignmentAtPoint.test(this.text);
  }

  /** The string whose opening quote is at the point. */
  readString(): ReadString {
    const start = ++this.offset;
    let text = '';
    let mayHaveLines = false;
    while (!this.atEnd) {
      const letter = this.next;
      if (letter === '"') {
        this.offset++;
        return { text, closed: true };
      }
      if (letter === '\n' && !mayHaveLines) {
        mayHaveLines = this.#closesProperly();
        if (!mayHaveLines) break;
      }
      const follower = letter === '\\' ? this.text.charAt(this.offset + 1) : '';
      if (follower === '"' || follower === '\\') {
        text += follower;
        this.offset += 2;
      } else {
        text += letter;
        this.offset++;
      }
    }
    return this.#unclosed(start, text);
  }

  /**
   * Several lines in one string are allowed, but a forgotten quote must not swallow the next attribute: a closing
   * quote is believed only where a value may end.
   */
  #closesProperly(): boolean {
    const known = this.#nextQuote;
    if (this.offset < known.from || this.offset >= known.to) this.#nextQuote = this.#findQuote();
    return this.#nextQuote.mayClose;
  }

  #findQuote(): NextQuote {
    const from = this.offset;
    for (let at = from; at < this.text.length; at++) {
      const letter = this.text[at];
      if (letter === '\\') at++;
      else if (letter === '"') {
        const mayClose = /^[ \t\r]*(?:[;,}\]\n]|$)/.test(this.text.slice(at + 1, at + 80));
        return { from, to: at, mayClose };
      }
    }
    return { from, to: this.text.length, mayClose: false };
  }

  #unclosed(start: number, read: string): ReadString {
    const line = this.text.slice(start, this.offset);
    const semicolon = /;\s*$/.exec(line);
    if (!semicolon) return { text: read.trimEnd(), closed: false };
    this.offset = start + semicolon.index;
    return { text: read.trimEnd().slice(0, -1).trimEnd(), closed: false };
  }

  /** One bare word; comments inside a word are part of it (http://…). Empty when none stands at the point. */
  readBareWord(): string {
    const start = this.offset;
    while (!this.atEnd && !bareEnd.has(this.next) && !blank.test(this.next)) this.offset++;
    return this.text.slice(start, this.offset);
  }

  /** After a fault: goes on to where the next attribute may begin. */
  skipToNextEntry(): void {
    while (!this.atEnd && this.next !== ';' && this.next !== ']') {
      if (this.next === '"') {
        this.readString();
        continue;
      }
      const newLine = this.next === '\n';
      this.offset++;
      if (newLine) {
        this.skipBlanks();
        if (this.atAssignment) return;
      }
    }
  }
}
