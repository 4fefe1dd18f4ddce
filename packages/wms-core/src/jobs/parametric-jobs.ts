/**
 * One description with `Parameters` → one description a value (wms.md §3.4). Descriptions are made one at a time
 * and in any order, so a sweep of a million costs no memory. Asked by the server at submission and whenever it shows
 * a job of a bulk, and by the portal's preview.
 *
 * Replaced in all texts: `%s` the unnamed value, `%(NAME)s` a named one, `%n` the number of the job, padded with
 * zeros. It is done once: a value that looks like a placeholder is not looked at again.
 */
import { AttributeReader, type AttributeProblem } from './attribute-reader.ts';
import { defaultJobLimits } from './job-limits.ts';
import { checkLongestJob, mostKeptBytes } from './kept-length.ts';
import { shortened } from './quoting.ts';
import {
  listValue,
  nowhere,
  textOf,
  textsOf,
  textValue,
  withEntry,
  type JdlDescription,
  type JdlEntry,
  type JdlValue,
} from './jdl/description.ts';
import {
  firstInexact,
  listSequence,
  ruleSequence,
  type ParameterValue,
  type Sequence,
  type ValueRule,
} from './parametric-values.ts';
import {
  askedBy,
  fillingOf,
  hasPlaceholder,
  placeholdersIn,
  substituteValue,
  type JobValues,
} from './parametric-substitution.ts';

export interface ParametricPlan {
  readonly isParametric: boolean;
  /** Jobs that come out; 1 when not parametric, 0 when there are errors. */
  readonly count: number;
  readonly errors: readonly AttributeProblem[];
  /** What is written about parameters and does nothing. */
  readonly warnings: readonly AttributeProblem[];
  /** The number of jobs asked for, when that is the fault. */
  readonly tooMany?: number | undefined;
  /** What all jobs have in common; `changes` = a text of the entry holds a placeholder. */
  readonly template: readonly TemplateEntry[];
  /** One entry of the template as job `index` has it. */
  entryOf(template: TemplateEntry, index: number): JdlEntry;
  /** The values these entries ask for, as one text a job: equal texts, equal entries. */
  valuesKey(entries: readonly TemplateEntry[]): (index: number) => string;
  /** True when whatever is filled into the entry is a number. */
  takesNumbersOnly(template: TemplateEntry): boolean;
  /** Job `index`, counted from 0. Not to be asked when there are errors. */
  job(index: number): JdlDescription;
  /** In order; may be asked again. Nothing when there are errors. */
  jobs(): Iterable<JdlDescription>;
}

export interface TemplateEntry {
  readonly entry: JdlEntry;
  readonly changes: boolean;
}

/** What tells a job of a sweep its value and its place. */
export const writtenByExpansion = /^Parameter(?:Number|\..*)?$/;

const family = /^Parameter(?:s|Start|Step|Factor)(?:\.|$)/;
const wholeNumber = /^[+-]?\d+$/;
const decimalNumber = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** `strict`: what a sweep may ask for today; `accepted`: it was accepted before, so it is read as well as it can be. */
type Mode = 'strict' | 'accepted';

function readNumber(
  read: AttributeReader,
  name: string,
  fallback: string,
  mode: Mode,
): { value: number; whole: boolean } {
  const text = read.text(name) ?? fallback;
  const value = mode === 'accepted' || decimalNumber.test(text) ? Number(text) : NaN;
  const isNumber = Number.isFinite(value);
  if (!isNumber && mode === 'strict')
    read.fail(name, `${shortened(name)} must be a number such as 2 or 0.5, not ${shortened(text)}`);
  return { value: isNumber ? value : 0, whole: wholeNumber.test(text) };
}

function readRule(read: AttributeReader, suffix: string, mode: Mode): ValueRule {
  const start = readNumber(read, `ParameterStart${suffix}`, '1', mode);
  const step = readNumber(read, `ParameterStep${suffix}`, '0', mode);
  const factor = readNumber(read, `ParameterFactor${suffix}`, '1', mode);
  return {
    start: start.value,
    step: step.value,
    factor: factor.value,
    wholeStart: start.whole,
    wholeNext: start.whole && step.whole && factor.whole,
  };
}

/** One word, or a flat list of words. */
const isValue = (item: JdlValue): boolean =>
  item.kind === 'list' ? item.items.every((word) => textOf(word) !== undefined) : item.kind !== 'ad';

const valueOfItem = (item: JdlValue): ParameterValue => textOf(item) ?? textsOf(item);

function countText(value: JdlValue): string | undefined {
  const text = textOf(value);
  return text !== undefined && /^[+-]?\d+(?:\.\d+)?$/.test(text.trim()) ? text.trim() : undefined;
}

/** What makes the values when they are not listed. */
const ruleAttributes = ['ParameterFactor', 'ParameterStep', 'ParameterStart'];

class PlanMaker {
  readonly read: AttributeReader;
  readonly #description: JdlDescription;

  readonly #mode: Mode;

  constructor(description: JdlDescription, mode: Mode) {
    this.#description = description;
    this.#mode = mode;
    this.read = new AttributeReader(description);
  }

  /** Names of parameters in order of appearance; the unnamed one is ''. */
  names(): readonly string[] {
    const names = this.#description.entries
      .filter(({ name }) => family.test(name))
      .map(({ name }) => (name.includes('.') ? name.slice(name.indexOf('.') + 1) : ''));
    return [...new Set(names)];
  }

  sequence(name: string): Sequence | undefined {
    const suffix = name === '' ? '' : `.${name}`;
    const own = this.read.entry(`Parameters${suffix}`);
    const entry = own ?? this.read.entry('Parameters');
    if (!entry) {
      this.read.fail(
        `Parameters${suffix}`,
        `Parameters${shortened(suffix)} is missing: how many values are there?`,
        this.#near(suffix),
      );
      return undefined;
    }
    if (entry.value.kind === 'list') return this.#ofList(name, entry, own !== undefined);
    const text = countText(entry.value);
    const label = shortened(entry.name);
    if (text === undefined)
      this.read.fail(entry.name, `${label} must be a number of jobs or a list such as {1, 2, 3}`);
    else if (!wholeNumber.test(text) || Number(text) < 1)
      this.read.fail(entry.name, `${label} must be a whole number, at least 1, not ${shortened(text)}`);
    else return this.#ofRule(name, suffix, Number(text));
    return undefined;
  }

  #ofList(name: string, entry: JdlEntry, own: boolean): Sequence | undefined {
    const items = entry.value.kind === 'list' ? entry.value.items : [];
    if (!own) return this.#ofRule(name, `.${name}`, items.length);
    if (items.length === 0) {
      this.read.fail(entry.name, `the list of ${shortened(entry.name)} is empty`);
      return undefined;
    }
    const odd = items.findIndex((item) => !isValue(item));
    if (odd >= 0 && this.#mode === 'strict') {
      const message = `value ${odd + 1} of ${shortened(entry.name)} must be a text, a number or a flat list`;
      this.read.fail(entry.name, message);
      return undefined;
    }
    this.#warnOfRule(name, entry);
    return listSequence(name, items.map(valueOfItem));
  }

  #warnOfRule(name: string, list: JdlEntry): void {
    for (const kind of ruleAttributes) {
      const attribute = name === '' ? kind : `${kind}.${name}`;
      if (!this.read.has(attribute)) continue;
      this.read.warn(
        attribute,
        `${shortened(attribute)} is ignored: ${shortened(list.name)} lists the values`,
      );
    }
  }

  #ofRule(name: string, suffix: string, count: number): Sequence | undefined {
    return ruleSequence(name, readRule(this.read, suffix, this.#mode), count);
  }

  /** An attribute of the parameter that is written, to point at. */
  #near(suffix: string): string | undefined {
    const kinds = [...ruleAttributes, 'Parameters'];
    return kinds.map((kind) => kind + suffix).find((name) => this.read.entry(name) !== undefined);
  }

  /** A value that asks for another parameter would ask for ever; nothing is filled in twice. */
  checkValues(sequences: readonly Sequence[]): void {
    const names = new Set(sequences.map(({ name }) => name).filter((name) => name !== ''));
    for (const { name } of sequences) {
      const entry = this.read.entry(name === '' ? 'Parameters' : `Parameters.${name}`);
      const texts = entry?.value.kind === 'list' ? entry.value.items.flatMap(valueOfItem) : [];
      const asked = texts.flatMap(askedBy).find((other) => names.has(other));
      if (entry && asked !== undefined)
        this.read.fail(
          entry.name,
          `a value of ${shortened(entry.name)} asks for %(${shortened(asked)})s; write the value itself`,
        );
    }
  }

  /** A job that no memory holds is never made. */
  checkLongestJob(sequences: readonly Sequence[], most: number): void {
    const last = String((sequences[0]?.count ?? 1) - 1);
    const longest = new Map(sequences.map((each) => [each.name, each.longest]));
    longest.set('%n', { bytes: last.length, items: 1 });
    const common = this.#description.entries.filter(
      ({ name }) => !family.test(name) && !writtenByExpansion.test(name),
    );
    // What the expansion adds; a fault stands where the values are written.
    const own = sequences.map(({ name }): JdlEntry => {
      const value = listValue([name === '' ? '%s' : `%(${name})s`]);
      return { name: name === '' ? 'Parameters' : `Parameters.${name}`, at: nowhere, value };
    });
    own.push({ name: 'ParameterNumber', at: nowhere, value: { kind: 'number', text: last, at: nowhere } });
    const fill = (text: string) => fillingOf(text, (name) => longest.get(name));
    checkLongestJob(this.read, [...common, ...own], fill, most);
  }

  /** A job has these of its sweep. */
  warnOfExpansion(): void {
    for (const entry of this.#description.entries)
      if (writtenByExpansion.test(entry.name))
        this.read.warnOfName(
          entry,
          `${shortened(entry.name)} is set by the server; what the description says is ignored`,
        );
  }

  checkRules(sequences: readonly Sequence[]): void {
    for (const sequence of sequences) {
      const suffix = sequence.name === '' ? '' : `.${sequence.name}`;
      if (this.read.entry(`Parameters${suffix}`)?.value.kind === 'list') continue;
      const job = firstInexact(readRule(this.read, suffix, this.#mode), sequence.count);
      if (job !== undefined)
        this.read.fail(
          `ParameterFactor${suffix}`,
          `the value of job ${job} is too large to be told exactly`,
          this.#near(suffix),
        );
    }
  }
}

function planOf(
  description: JdlDescription,
  sequences: readonly Sequence[],
  count: number,
): Omit<ParametricPlan, 'isParametric' | 'count' | 'errors' | 'warnings' | 'tooMany'> {
  const template = description.entries
    .filter(({ name }) => !family.test(name) && !(sequences.length > 0 && writtenByExpansion.test(name)))
    .map((entry) => ({ entry, changes: hasPlaceholder(entry.value) }));
  const width = String(count - 1).length;
  let latest: { readonly index: number; readonly job: JobValues } | undefined;
  function valuesOf(index: number): JobValues {
    if (latest?.index === index) return latest.job;
    const values = new Map(sequences.map((sequence) => [sequence.name, sequence.at(index)]));
    const made = { values, number: String(index).padStart(width, '0') };
    latest = { index, job: made };
    return made;
  }
  const filledIn = ({ changes, entry }: TemplateEntry, job: JobValues): JdlEntry =>
    changes ? { ...entry, value: substituteValue(entry.value, job) } : entry;
  function job(index: number): JdlDescription {
    const values = valuesOf(index);
    const entries = template.map((each) => filledIn(each, values));
    return withParameters({ entries }, values.values, index);
  }
  return {
    template,
    entryOf: (each, index) => (each.changes ? filledIn(each, valuesOf(index)) : each.entry),
    valuesKey(entries) {
      const placeholders = new Set(entries.flatMap(({ entry }) => placeholdersIn(entry.value)));
      const asked = sequences.filter(({ name }) => placeholders.has(name));
      return (index) =>
        JSON.stringify([placeholders.has('%n') ? index : 0, ...asked.map((sequence) => sequence.at(index))]);
    },
    takesNumbersOnly: ({ entry }) =>
      placeholdersIn(entry.value).every(
        (asked) => sequences.find(({ name }) => name === asked)?.isNumeric ?? true,
      ),
    job,
    *jobs() {
      for (let index = 0; index < count; index++) yield job(index);
    },
  };
}

function withParameters(
  description: JdlDescription,
  values: ReadonlyMap<string, ParameterValue>,
  index: number,
): JdlDescription {
  let child = description;
  for (const [name, value] of values) {
    const written = typeof value === 'string' ? textValue(value) : listValue(value);
    child = withEntry(child, name === '' ? 'Parameter' : `Parameter.${name}`, written);
  }
  return withEntry(child, 'ParameterNumber', { kind: 'number', text: String(index), at: nowhere });
}

const alone = (description: JdlDescription): Pick<ParametricPlan, 'job' | 'jobs'> => ({
  job: () => description,
  jobs: () => [description],
});

export const isParametric = (description: JdlDescription): boolean =>
  description.entries.some(({ name }) => family.test(name)) &&
  description.entries.some(({ name }) => /^Parameters(?:\.|$)/.test(name));

/**
 * What a description comes to. Never throws; `maxJobs` guards against a slip of the keyboard,
 * `maxKeptBytes` against a job that no memory holds. It bounds the longest job that the longest values could make, so
 * the jobs need no check of their lengths of their own.
 */
export function planParametricJobs(
  description: JdlDescription,
  maxJobs: number,
  maxKeptBytes = mostKeptBytes(defaultJobLimits.maxJdlBytes),
): ParametricPlan {
  return planWithin(description, maxJobs, maxKeptBytes, 'strict');
}

/** What a description came to that was accepted before, maybe by a server with other rules. */
export function planAccepted(description: JdlDescription): ParametricPlan {
  const plan = planWithin(description, Infinity, Infinity, 'accepted');
  return plan.errors.length === 0 ? plan : planWithin(inAnyCase(description), Infinity, Infinity, 'accepted');
}

/** Of names that differ in case only the last one: they once meant the same parameter. */
function inAnyCase({ entries }: JdlDescription): JdlDescription {
  const last = new Map(entries.map((entry) => [entry.name.toLowerCase(), entry]));
  return { entries: entries.filter((entry) => last.get(entry.name.toLowerCase()) === entry) };
}

function planWithin(
  description: JdlDescription,
  maxJobs: number,
  maxKeptBytes: number,
  mode: Mode,
): ParametricPlan {
  if (!isParametric(description))
    return {
      ...planOf(description, [], 1),
      isParametric: false,
      count: 1,
      errors: [],
      warnings: [],
      ...alone(description),
    };
  const maker = new PlanMaker(description, mode);
  const sequences = maker
    .names()
    .map((name) => maker.sequence(name))
    .filter((sequence) => sequence !== undefined);
  const count = checkCounts(maker.read, sequences, maxJobs);
  if (count > 0 && mode === 'strict') {
    maker.checkValues(sequences);
    maker.checkRules(sequences);
    maker.checkLongestJob(sequences, maxKeptBytes);
  }
  maker.warnOfExpansion();
  const { errors, warnings } = maker.read;
  if (errors.length > 0) {
    const asked = Math.max(0, ...sequences.map((sequence) => sequence.count));
    return {
      isParametric: true,
      count: 0,
      errors,
      warnings,
      tooMany: asked > maxJobs ? asked : undefined,
      ...planOf(description, [], 0),
    };
  }
  return { isParametric: true, count, errors, warnings, ...planOf(description, sequences, count) };
}

/** The one length of all sequences; 0 when they differ or are too long. */
function checkCounts(read: AttributeReader, sequences: readonly Sequence[], maxJobs: number): number {
  const first = sequences[0];
  if (!first || read.errors.length > 0) return 0;
  const label = ({ name }: Sequence): string => (name === '' ? 'Parameters' : `Parameters.${name}`);
  const shown = (sequence: Sequence): string => shortened(label(sequence));
  for (const sequence of sequences)
    if (sequence.count !== first.count)
      read.fail(
        label(sequence),
        `${shown(sequence)} has ${sequence.count} ${sequence.count === 1 ? 'value' : 'values'}, but ${shown(first)} has ${first.count}`,
      );
  if (first.count > maxJobs)
    read.fail(label(first), `${first.count} jobs are more than the ${maxJobs} allowed in one submission`);
  return read.errors.length > 0 ? 0 : first.count;
}
