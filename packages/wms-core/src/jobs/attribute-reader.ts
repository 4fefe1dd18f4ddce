/**
 * Gives the values of a description their types and notes every fault with its attribute and place. Used by
 * `job-manifest.ts` and `parametric-jobs.ts`; knows no rule beyond those of the attribute catalogue.
 */
import { findJdlAttribute } from './job-attributes.ts';
import {
  findEntry,
  nowhere,
  textOf,
  textsOf,
  type JdlDescription,
  type JdlEntry,
  type JdlProblem,
} from './jdl/description.ts';

/** A fault or doubt about one attribute. */
export interface AttributeProblem extends JdlProblem {
  readonly attribute: string;
}

const integerText = /^[+-]?\d+$/;
const sizeText = /^(\d+(?:\.\d+)?)\s*(?:([kmgt])(i)?b?|b)?$/i;
const truths = ['1', 'yes', 'true', 'y'];
const untruths = ['0', 'no', 'false', 'n', ''];

/** In MiB. A GB counts 1000 MiB, so that a job of "2 GB" fits a slot of "2 GB" however either was counted. */
const mibOfUnit: Readonly<Record<string, number>> = {
  k: 1 / 1000,
  ki: 1 / 1024,
  m: 1,
  mi: 1,
  g: 1000,
  gi: 1024,
  t: 1_000_000,
  ti: 1_048_576,
};

export class AttributeReader {
  readonly errors: AttributeProblem[] = [];
  readonly warnings: AttributeProblem[] = [];
  readonly #description: JdlDescription;

  constructor(description: JdlDescription) {
    this.#description = description;
  }

  /** `near`: the attribute whose place is meant when the faulty one is not written. */
  fail(attribute: string, message: string, near?: string): void {
    this.errors.push({ ...this.#place(near ?? attribute), attribute, message });
  }

  warn(attribute: string, message: string): void {
    this.warnings.push({ ...this.#place(attribute), attribute, message });
  }

  #place(attribute: string) {
    return this.entry(attribute)?.value.at ?? nowhere;
  }

  entry(name: string): JdlEntry | undefined {
    return findEntry(this.#description, name);
  }

  /** Present and not empty. */
  has(name: string): boolean {
    const entry = this.entry(name);
    return entry !== undefined && (entry.value.kind === 'ad' || textsOf(entry.value).length > 0);
  }

  /** undefined when absent, empty or no single value. */
  text(name: string): string | undefined {
    const entry = this.entry(name);
    if (!entry) return undefined;
    const only =
      entry.value.kind === 'list' && entry.value.items.length === 1 ? entry.value.items[0]! : entry.value;
    const text = textOf(only);
    if (text === undefined) {
      this.fail(name, `${name} takes one value; put a text with commas in quotes`);
      return undefined;
    }
    const longest = findJdlAttribute(name)?.jdl.maxLength;
    if (longest !== undefined && text.length > longest)
      this.fail(name, `${name} has ${text.length} characters; at most ${longest} are kept`);
    return text === '' ? undefined : text;
  }

  /** A list, or one value as a list of one. Empty when absent. */
  list(name: string): readonly string[] {
    const entry = this.entry(name);
    if (!entry) return [];
    const nested = entry.value.kind === 'list' ? entry.value.items : [entry.value];
    if (nested.some(({ kind }) => kind === 'list' || kind === 'ad'))
      this.fail(name, `${name} takes a flat list such as {"a", "b"}`);
    return textsOf(entry.value);
  }

  integer(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (integerText.test(text) && Number.isSafeInteger(value)) return value;
    this.fail(name, `${name} must be a whole number, not ${text}`);
    return undefined;
  }

  /** A whole number inside the bounds; outside is a fault. */
  integerWithin(name: string, min: number, max: number): number | undefined {
    const value = this.integer(name);
    if (value === undefined || (value >= min && value <= max)) return value;
    this.fail(name, `${name} must be from ${min} to ${max}, not ${value}`);
    return undefined;
  }

  /** A whole number; outside the bounds it becomes the nearest bound, with a warning, as in DiracX. */
  integerClamped(name: string, bounds: { min: number; max: number; fallback: number }): number {
    const value = this.integer(name);
    if (value === undefined) return bounds.fallback;
    const clamped = Math.min(Math.max(value, bounds.min), bounds.max);
    if (clamped !== value)
      this.warn(name, `${name} ${value} lies outside ${bounds.min} to ${bounds.max}; ${clamped} is taken`);
    return clamped;
  }

  flag(name: string): boolean {
    const text = (this.text(name) ?? '').toLowerCase();
    if (truths.includes(text)) return true;
    if (!untruths.includes(text)) this.fail(name, `${name} must be yes or no, not ${text}`);
    return false;
  }

  /** An amount of memory or disk in MiB, rounded up; `unit` belongs to a bare number. */
  sizeMiB(name: string, unit: 'MB' | 'GB'): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const parts = sizeText.exec(text);
    if (!parts) {
      this.fail(name, `${name} must be an amount such as 4 GB or 500 MB, not ${text}`);
      return undefined;
    }
    const [, amount, letter, binary] = parts;
    const given = letter ? letter.toLowerCase() + (binary ? 'i' : '') : unit[0]!.toLowerCase();
    const bare = !letter && !/b$/i.test(text);
    if (bare && unit === 'GB' && Number(amount) >= 1024)
      this.warn(name, `${name} = ${amount} means ${amount} GB; write "${amount} MB" if MB are meant`);
    return Math.ceil(Number(amount) * mibOfUnit[given]!);
  }
}
