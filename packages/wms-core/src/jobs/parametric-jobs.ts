/**
 * One description with `Parameters` → one description a value (wms.md §3.4). Descriptions are made one at a time,
 * so a sweep of a million costs no memory. Asked by the server at submission and by the portal's preview.
 *
 * Value rule: the first is ParameterStart, each next is the one before × ParameterFactor + ParameterStep. Whole
 * numbers stay whole; others are printed as Python prints them, as users of DIRAC expect. Replaced in all
 * texts: `%s` the unnamed value, `%(NAME)s` a named one, `%n` the number of the job, padded with zeros.
 */
import { AttributeReader, type AttributeProblem } from './attribute-reader.ts';
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

/** A value is one word, or the words of an inner list. */
type ParameterValue = string | readonly string[];

interface Sequence {
  /** Empty for the unnamed one. */
  readonly name: string;
  readonly count: number;
  values(): Iterable<ParameterValue>;
}

export interface ParametricPlan {
  readonly isParametric: boolean;
  /** Jobs that come out; 1 when not parametric, 0 when there are errors. */
  readonly count: number;
  readonly errors: readonly AttributeProblem[];
  /** The number of jobs asked for, when that is the fault. */
  readonly tooMany?: number | undefined;
  /** In order; may be asked again. Nothing when there are errors. */
  jobs(): Iterable<JdlDescription>;
}

const family = /^Parameter(?:s|Start|Step|Factor)(?:\.|$)/;
const wholeNumber = /^[+-]?\d+$/;

/** A number as Python's `str` writes it; `whole` = an integer there. */
export function pythonNumber(value: number, whole: boolean): string {
  if (whole) return String(value);
  const [digits = '', exponentText = '0'] = value.toExponential().split('e');
  const exponent = Number(exponentText);
  if (value !== 0 && (exponent < -4 || exponent >= 16)) {
    const sign = exponent < 0 ? '-' : '+';
    return `${digits}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
  }
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

interface Rule {
  readonly start: number;
  readonly step: number;
  readonly factor: number;
  /** Whether start, step and factor were written as whole numbers. */
  readonly wholeStart: boolean;
  readonly wholeNext: boolean;
}

function readNumber(
  read: AttributeReader,
  name: string,
  fallback: string,
): { value: number; whole: boolean } {
  const text = read.text(name) ?? fallback;
  const value = Number(text);
  if (!Number.isFinite(value)) read.fail(name, `${name} must be a number, not ${text}`);
  return { value: Number.isFinite(value) ? value : 0, whole: wholeNumber.test(text) };
}

function readRule(read: AttributeReader, suffix: string): Rule {
  const start = readNumber(read, `ParameterStart${suffix}`, '1');
  const step = readNumber(read, `ParameterStep${suffix}`, '0');
  const factor = readNumber(read, `ParameterFactor${suffix}`, '1');
  return {
    start: start.value,
    step: step.value,
    factor: factor.value,
    wholeStart: start.whole,
    wholeNext: start.whole && step.whole && factor.whole,
  };
}

function* ruleValues(rule: Rule, count: number): Iterable<string> {
  let value = rule.start;
  for (let index = 0; index < count; index++) {
    yield pythonNumber(value, index === 0 ? rule.wholeStart : rule.wholeNext);
    value = value * rule.factor + rule.step;
  }
}

/** The first job whose value can no longer be told exactly; undefined when all can. */
function firstInexact(rule: Rule, count: number): number | undefined {
  let value = rule.start;
  const limit = rule.wholeNext ? Number.MAX_SAFE_INTEGER : Number.MAX_VALUE;
  for (let index = 0; index < count; index++) {
    if (Math.abs(value) > limit) return index;
    value = value * rule.factor + rule.step;
    if (value === rule.start && rule.factor === 1 && rule.step === 0) return undefined;
  }
  return undefined;
}

const valueOfItem = (item: JdlValue): ParameterValue => textOf(item) ?? textsOf(item);

function countText(value: JdlValue): string | undefined {
  const text = textOf(value);
  return text !== undefined && /^[+-]?\d+(?:\.\d+)?$/.test(text.trim()) ? text.trim() : undefined;
}

class PlanMaker {
  readonly read: AttributeReader;
  readonly #description: JdlDescription;

  constructor(description: JdlDescription) {
    this.#description = description;
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
        `Parameters${suffix} is missing: how many values are there?`,
        this.#near(suffix),
      );
      return undefined;
    }
    if (entry.value.kind === 'list') return this.#ofList(name, entry, own !== undefined);
    const text = countText(entry.value);
    if (text === undefined)
      this.read.fail(entry.name, `${entry.name} must be a number of jobs or a list such as {1, 2, 3}`);
    else if (!wholeNumber.test(text) || Number(text) < 1)
      this.read.fail(entry.name, `${entry.name} must be at least 1, not ${text}`);
    else return this.#ofRule(name, suffix, Number(text));
    return undefined;
  }

  #ofList(name: string, entry: JdlEntry, own: boolean): Sequence | undefined {
    const items = entry.value.kind === 'list' ? entry.value.items : [];
    if (!own) return this.#ofRule(name, `.${name}`, items.length);
    if (items.length === 0) {
      this.read.fail(entry.name, `the list of ${entry.name} is empty`);
      return undefined;
    }
    return { name, count: items.length, values: () => items.map(valueOfItem) };
  }

  #ofRule(name: string, suffix: string, count: number): Sequence | undefined {
    const rule = readRule(this.read, suffix);
    return { name, count, values: () => ruleValues(rule, count) };
  }

  /** An attribute of the parameter that is written, to point at. */
  #near(suffix: string): string | undefined {
    const kinds = ['ParameterFactor', 'ParameterStep', 'ParameterStart', 'Parameters'];
    return kinds.map((kind) => kind + suffix).find((name) => this.read.entry(name) !== undefined);
  }

  checkRules(sequences: readonly Sequence[]): void {
    for (const sequence of sequences) {
      const suffix = sequence.name === '' ? '' : `.${sequence.name}`;
      if (this.read.entry(`Parameters${suffix}`)?.value.kind === 'list') continue;
      const job = firstInexact(readRule(this.read, suffix), sequence.count);
      if (job !== undefined)
        this.read.fail(
          `ParameterFactor${suffix}`,
          `the value of job ${job} is too large to be told exactly`,
          this.#near(suffix),
        );
    }
  }
}

function substitute(text: string, values: ReadonlyMap<string, ParameterValue>, number: string): string {
  if (!text.includes('%')) return text;
  return text.replace(/%s|%n|%\(([^()]*)\)s/g, (found, name: string | undefined) => {
    if (found === '%n') return number;
    const value = values.get(name ?? '');
    if (value === undefined) return found;
    return typeof value === 'string' ? value : value.join(', ');
  });
}

/** A value that is an inner list becomes items of the list it stands in alone. */
function substituteItem(
  item: JdlValue,
  values: ReadonlyMap<string, ParameterValue>,
  number: string,
): readonly JdlValue[] {
  const name = item.kind === 'text' ? /^%(?:\(([^()]*)\))?s$/.exec(item.text) : null;
  const value = name ? values.get(name[1] ?? '') : undefined;
  if (value === undefined || typeof value === 'string') return [substituteValue(item, values, number)];
  return listValue(value, item.at).items;
}

function substituteValue(
  value: JdlValue,
  values: ReadonlyMap<string, ParameterValue>,
  number: string,
): JdlValue {
  if (value.kind === 'text') return { ...value, text: substitute(value.text, values, number) };
  if (value.kind === 'list')
    return { ...value, items: value.items.flatMap((item) => substituteItem(item, values, number)) };
  if (value.kind !== 'ad') return value;
  const entries = value.entries.map((entry) => ({
    ...entry,
    value: substituteValue(entry.value, values, number),
  }));
  return { ...value, entries };
}

const hasPlaceholder = (value: JdlValue): boolean => {
  if (value.kind === 'text') return value.text.includes('%');
  if (value.kind === 'list') return value.items.some(hasPlaceholder);
  return value.kind === 'ad' && value.entries.some((entry) => hasPlaceholder(entry.value));
};

function* expand(
  description: JdlDescription,
  sequences: readonly Sequence[],
  count: number,
): Iterable<JdlDescription> {
  const template = description.entries
    .filter(({ name }) => !family.test(name))
    .map((entry) => ({ entry, changes: hasPlaceholder(entry.value) }));
  const width = String(count - 1).length;
  const iterators = sequences.map((each) => ({ name: each.name, values: each.values()[Symbol.iterator]() }));
  for (let index = 0; index < count; index++) {
    const number = String(index).padStart(width, '0');
    const values = new Map<string, ParameterValue>();
    for (const each of iterators) values.set(each.name, each.values.next().value ?? '');
    const entries = template.map(({ changes, entry }) =>
      changes ? { ...entry, value: substituteValue(entry.value, values, number) } : entry,
    );
    yield withParameters({ entries }, values, index);
  }
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

export const isParametric = (description: JdlDescription): boolean =>
  description.entries.some(({ name }) => family.test(name)) &&
  description.entries.some(({ name }) => /^Parameters(?:\.|$)/.test(name));

/** What a description comes to. Never throws; `maxJobs` guards against a slip of the keyboard. */
export function planParametricJobs(description: JdlDescription, maxJobs: number): ParametricPlan {
  if (!isParametric(description))
    return { isParametric: false, count: 1, errors: [], jobs: () => [description] };
  const maker = new PlanMaker(description);
  const sequences = maker
    .names()
    .map((name) => maker.sequence(name))
    .filter((sequence) => sequence !== undefined);
  const count = checkCounts(maker.read, sequences, maxJobs);
  if (count > 0) maker.checkRules(sequences);
  const { errors } = maker.read;
  if (errors.length > 0) {
    const asked = Math.max(0, ...sequences.map((sequence) => sequence.count));
    return {
      isParametric: true,
      count: 0,
      errors,
      tooMany: asked > maxJobs ? asked : undefined,
      jobs: () => [],
    };
  }
  return { isParametric: true, count, errors, jobs: () => expand(description, sequences, count) };
}

/** The one length of all sequences; 0 when they differ or are too long. */
function checkCounts(read: AttributeReader, sequences: readonly Sequence[], maxJobs: number): number {
  const first = sequences[0];
  if (!first || read.errors.length > 0) return 0;
  const label = ({ name }: Sequence): string => (name === '' ? 'Parameters' : `Parameters.${name}`);
  for (const sequence of sequences)
    if (sequence.count !== first.count)
      read.fail(
        label(sequence),
        `${label(sequence)} has ${sequence.count} values, but ${label(first)} has ${first.count}`,
      );
  if (first.count > maxJobs)
    read.fail(label(first), `${first.count} jobs are more than the ${maxJobs} allowed in one submission`);
  return read.errors.length > 0 ? 0 : first.count;
}
