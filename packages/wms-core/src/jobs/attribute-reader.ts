/**
 * Gives the values of a description their types and notes every fault with its attribute and place. Used by
 * `job-manifest.ts` and `parametric-jobs.ts`; knows no rule beyond those of the attribute catalogue.
 */
import { canonicalJdlName, findJdlAttribute } from './job-attributes.ts';
import { boundValue, defaultJobLimits, type Bound, type JobLimits } from './job-limits.ts';
import { mibOfUnit, sizeInUnit, sizeUnitOf, unitOfSize, type SizeUnit } from './size-units.ts';
import { shortened } from './quoting.ts';
import {
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
const decimalText = /^\d{1,9}(?:\.\d{1,9})?$/;
const amountText = /^(\d+(?:\.\d+)?)\s*([kmgt]i?b?|b)?$/i;
const truths = ['1', 'yes', 'true', 'y'];
const untruths = ['0', 'no', 'false', 'n', ''];

/** More would be no help. */
const mostErrors = 100;

/** The limits that hold, and the group for which they do. */
interface LimitsOfGroup {
  readonly jobDescription: JobLimits;
  readonly ownerGroup?: string;
}

/** Why a number is looked at that is not written as the value of its attribute. */
interface Origin {
  /** The attribute that leads to it; the fault stands there. */
  readonly attribute: string;
  /** Opens the message: `Tags name 8Processors`. */
  readonly reason: string;
}

/** A number and its bounds as the author of the description would write them. */
interface Wording {
  readonly shown?: (bound: number) => string;
  readonly given?: string;
  readonly origin?: Origin | undefined;
}

export class AttributeReader {
  readonly errors: AttributeProblem[] = [];
  readonly warnings: AttributeProblem[] = [];
  readonly #limits: JobLimits;
  readonly #group: string | undefined;
  readonly #checkedLists = new Set<string>();
  readonly #entries: ReadonlyMap<string, JdlEntry>;

  constructor(
    description: JdlDescription,
    { jobDescription, ownerGroup }: LimitsOfGroup = { jobDescription: defaultJobLimits },
  ) {
    this.#limits = jobDescription;
    this.#group = ownerGroup;
    this.#entries = new Map(description.entries.map((entry) => [canonicalJdlName(entry.name), entry]));
  }

  /** `near`: the attribute whose place is meant when the faulty one is not written. */
  fail(attribute: string, message: string, near?: string): void {
    if (this.errors.length >= mostErrors) return;
    this.errors.push({ ...this.#place(near ?? attribute), attribute: shortened(attribute), message });
  }

  warn(attribute: string, message: string): void {
    this.warnings.push({ ...this.#place(attribute), attribute, message });
  }

  /** As `warn`, where the name is in doubt and not the value. */
  warnOfName({ at, name }: JdlEntry, message: string): void {
    this.warnings.push({ ...at, attribute: name, message });
  }

  #place(attribute: string) {
    return this.entry(attribute)?.value.at ?? nowhere;
  }

  entry(name: string): JdlEntry | undefined {
    return this.#entries.get(name);
  }

  /** Of the catalogue, with the numbers that hold here. */
  #bound(name: string, which: 'min' | 'max' | 'defaultLimit'): number | undefined {
    const bound: Bound | undefined = findJdlAttribute(name)?.jdl[which];
    return bound === undefined ? undefined : boundValue(bound, this.#limits);
  }

  /** ` (maxGpus for biomed_user)`; nothing where the bound is everybody's. */
  #whoseBound(name: string, which: 'min' | 'max'): string {
    const bound = findJdlAttribute(name)?.jdl[which];
    if (typeof bound !== 'string') return '';
    return this.#group === undefined ? ` (${bound})` : ` (${bound} for ${this.#group})`;
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
    const texts = textsOf(entry.value);
    this.#checkItems(name, entry, texts);
    return texts;
  }

  /** A list is read by several rules; its faults are told once. */
  #checkItems(name: string, { value }: JdlEntry, texts: readonly string[]): void {
    if (this.#checkedLists.has(name)) return;
    this.#checkedLists.add(name);
    const items = value.kind === 'list' ? value.items : [value];
    if (items.some(({ kind }) => kind === 'list' || kind === 'ad'))
      this.fail(name, `${name} takes a flat list such as {"a", "b"}`);
    const { maxItems = 'maxListItems', maxLength = Infinity } = findJdlAttribute(name)?.jdl ?? {};
    const most = boundValue(maxItems, this.#limits);
    if (texts.length > most)
      this.fail(name, `${name} lists ${texts.length} values; at most ${most} are allowed`);
    const long = texts.find((text) => text.length > maxLength);
    if (long !== undefined)
      this.fail(name, `${name} has a value of ${long.length} characters; at most ${maxLength} are allowed`);
  }

  /** A list of names of which ANY stands for none in particular. */
  names(name: string): readonly string[] {
    return this.list(name).filter((text) => text.toUpperCase() !== 'ANY');
  }

  integer(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const value = Number(text);
    if (integerText.test(text) && Number.isSafeInteger(value)) return value;
    this.fail(name, `${name} must be a whole number, not ${shortened(text)}`);
    return undefined;
  }

  /** A whole number inside the bounds of the catalogue; outside is a fault. */
  integerWithin(name: string): number | undefined {
    return this.#within(name, this.integer(name));
  }

  /** A number, whole or not, inside the bounds of the catalogue. */
  numberWithin(name: string): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    if (decimalText.test(text)) return this.#within(name, Number(text));
    this.fail(name, `${name} must be a number such as 8.0, not ${shortened(text)}`);
    return undefined;
  }

  #withUnit(name: string): (bound: number) => string {
    const unit = findJdlAttribute(name)?.jdl.unit;
    return unit === undefined ? String : (bound) => `${bound} ${unit}`;
  }

  /** The value when it lies inside the bounds of the catalogue; else a fault at the attribute or its origin. */
  #within(
    name: string,
    value: number | undefined,
    { given = String(value), origin, shown = this.#withUnit(name) }: Wording = {},
  ): number | undefined {
    const min = this.#bound(name, 'min') ?? -Infinity;
    const max = this.#bound(name, 'max') ?? Infinity;
    if (value === undefined || (value >= min && value <= max)) return value;
    const opening = origin === undefined ? '' : `${origin.reason}: `;
    const whose = this.#whoseBound(name, value < min ? 'min' : 'max');
    const message = `${opening}${name} must be from ${min} to ${shown(max)}, not ${given}${whose}`;
    this.fail(origin?.attribute ?? name, message);
    return undefined;
  }

  /** Holds a number that another attribute leads to against the bounds of `name`; sizes are in MiB. */
  checkDerived(name: string, value: number, origin: Origin): void {
    const attribute = findJdlAttribute(name)?.jdl;
    const shown = (size: number): string =>
      attribute?.type === 'size' ? sizeInUnit(size, unitOfSize(attribute)) : String(size);
    this.#within(name, value, { shown, given: shown(value), origin });
  }

  /** A whole number inside its bounds, the default of the catalogue when absent; the nearest bound beside the fault. */
  integerOrDefault(name: string): number {
    const value = this.integer(name);
    if (value === undefined) return this.#bound(name, 'defaultLimit') ?? 0;
    const min = this.#bound(name, 'min') ?? -Infinity;
    const max = this.#bound(name, 'max') ?? Infinity;
    return this.#within(name, value) ?? Math.min(Math.max(value, min), max);
  }

  flag(name: string): boolean {
    const text = (this.text(name) ?? '').toLowerCase();
    if (truths.includes(text)) return true;
    if (!untruths.includes(text)) this.fail(name, `${name} must be yes or no, not ${shortened(text)}`);
    return false;
  }

  /** An amount of memory or disk in MiB, rounded up; `unit` belongs to a bare number, that of the catalogue if unsaid. */
  sizeMiB(name: string, unit = unitOfSize(findJdlAttribute(name)?.jdl)): number | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const parts = amountText.exec(text);
    if (!parts) {
      this.fail(name, `${name} must be an amount such as 4 GB or 500 MB, not ${shortened(text)}`);
      return undefined;
    }
    const [, amount = '', written = ''] = parts;
    const bare = shortened(amount);
    if (written === '' && unit === 'GB' && Number(amount) >= 1024)
      this.warn(name, `${name} = ${bare} means ${bare} GB; write "${bare} MB" if MB are meant`);
    const given: SizeUnit = sizeUnitOf(written) ?? unit;
    const mib = Math.ceil(Number(amount) * mibOfUnit[given]);
    const shown = (bound: number): string => sizeInUnit(bound, given);
    return this.#within(name, mib, { shown, given: `${bare} ${given}` }) ?? 0;
  }
}
