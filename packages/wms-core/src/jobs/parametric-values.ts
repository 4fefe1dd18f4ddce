/**
 * The values of one parameter, each told by the number of its job, so that job 999,999 of a sweep costs no million
 * steps. Asked by `parametric-jobs.ts` when it makes a description.
 *
 * Rule: the first is ParameterStart, each next is the one before × ParameterFactor + ParameterStep. Whole numbers
 * stay whole; others are printed as Python prints them, as users of DIRAC expect.
 */

import { bytesOfText, type Filling } from './jdl/printed-length.ts';

/** A value is one word, or the words of an inner list. */
export type ParameterValue = string | readonly string[];

/** No number of a rule has more characters: sign, 17 digits, point, exponent. */
export const longestNumber = 25;

export interface Sequence {
  /** Empty for the unnamed one. */
  readonly name: string;
  readonly count: number;
  /** True when every value is a number made by a rule: digits, sign, point and exponent. */
  readonly isNumeric: boolean;
  /** Of a value at most: bytes where it is printed, words of inner lists joined; and how many words. */
  readonly longest: Filling;
  /** The value of a job, counted from 0. Cheapest in order. */
  at(index: number): ParameterValue;
}

export interface ValueRule {
  readonly start: number;
  readonly step: number;
  readonly factor: number;
  /** Whether the start, and whether all that follows, are whole numbers. */
  readonly wholeStart: boolean;
  readonly wholeNext: boolean;
}

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

/** The rule is applied step by step, for floating point has no shortcut; so often its state is noted. */
const checkpointEvery = 1024;

export function ruleSequence(name: string, rule: ValueRule, count: number): Sequence {
  const checkpoints = [rule.start];
  let lastIndex = 0;
  let lastValue = rule.start;

  function step(value: number, times: number): number {
    let next = value;
    for (let done = 0; done < times; done++) next = next * rule.factor + rule.step;
    return next;
  }

  function numberAt(index: number): number {
    if (rule.factor === 1 && rule.step === 0) return rule.start;
    const ahead = index - lastIndex;
    if (ahead >= 0 && ahead < checkpointEvery) return step(lastValue, ahead);
    const block = Math.floor(index / checkpointEvery);
    for (let known = checkpoints.length; known <= block; known++)
      checkpoints.push(step(checkpoints[known - 1]!, checkpointEvery));
    return step(checkpoints[block]!, index % checkpointEvery);
  }

  return {
    name,
    count,
    isNumeric: true,
    longest: { bytes: longestNumber, items: 1 },
    at(index) {
      lastValue = numberAt(index);
      lastIndex = index;
      return pythonNumber(lastValue, index === 0 ? rule.wholeStart : rule.wholeNext);
    },
  };
}

function longestOf(values: readonly ParameterValue[]): Filling {
  let bytes = 0;
  let items = 1;
  for (const value of values) {
    bytes = Math.max(bytes, bytesOfText(typeof value === 'string' ? value : value.join(', ')));
    items = Math.max(items, typeof value === 'string' ? 1 : value.length);
  }
  return { bytes, items };
}

export const listSequence = (name: string, values: readonly ParameterValue[]): Sequence => ({
  name,
  count: values.length,
  isNumeric: false,
  longest: longestOf(values),
  at: (index) => values[index] ?? '',
});

/** The first job whose value can no longer be told exactly; undefined when all can. */
export function firstInexact(rule: ValueRule, count: number): number | undefined {
  let value = rule.start;
  const limit = rule.wholeNext ? Number.MAX_SAFE_INTEGER : Number.MAX_VALUE;
  const different = rule.factor === 1 && rule.step === 0 ? 1 : count;
  for (let index = 0; index < different; index++) {
    if (Math.abs(value) > limit) return index;
    value = value * rule.factor + rule.step;
  }
  return undefined;
}
