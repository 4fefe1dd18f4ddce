/**
 * A job description as read from JDL: entries in order, names canonical and unique, every name and value with
 * its place in the text. Values keep what was written; giving them a type is `job-manifest.ts`'s work.
 */
import { canonicalJdlName, isCanonicalJdlName, jdlNameKey } from '../job-attributes.ts';

/** line and column count from 1, offset from 0, in UTF-16 units as editors count. */
export interface JdlPosition {
  readonly line: number;
  readonly column: number;
  readonly offset: number;
  readonly length: number;
}

export type JdlValue = JdlText | JdlNumber | JdlBoolean | JdlList | JdlNested;

/** Quoted or bare words; digits with leading zeros are text too. */
export interface JdlText {
  readonly kind: 'text';
  readonly text: string;
  readonly at: JdlPosition;
}
/** A bare number; `text` as written, so that 1.0 stays 1.0. */
export interface JdlNumber {
  readonly kind: 'number';
  readonly text: string;
  readonly at: JdlPosition;
}
/** A bare true or false; `text` as written, so that True stays True. */
export interface JdlBoolean {
  readonly kind: 'boolean';
  readonly text: string;
  readonly at: JdlPosition;
}
export interface JdlList {
  readonly kind: 'list';
  readonly items: readonly JdlValue[];
  readonly at: JdlPosition;
}
export interface JdlNested {
  readonly kind: 'ad';
  readonly entries: readonly JdlEntry[];
  readonly at: JdlPosition;
}

export interface JdlEntry {
  readonly name: string;
  readonly at: JdlPosition;
  readonly value: JdlValue;
}

export interface JdlDescription {
  readonly entries: readonly JdlEntry[];
}

/** A fault or doubt at a place. */
export interface JdlProblem extends JdlPosition {
  readonly message: string;
}

export const nowhere: JdlPosition = { line: 1, column: 1, offset: 0, length: 0 };

/** Any spelling of the name. */
export function findEntry(description: JdlDescription, name: string): JdlEntry | undefined {
  const wanted = canonicalJdlName(name);
  const exact = description.entries.find((entry) => entry.name === wanted);
  if (exact || isCanonicalJdlName(wanted)) return exact;
  const key = jdlNameKey(wanted);
  return description.entries.find((entry) => jdlNameKey(entry.name) === key);
}

export const textValue = (text: string, at: JdlPosition = nowhere): JdlText => ({ kind: 'text', text, at });
export const numberValue = (value: number, at: JdlPosition = nowhere): JdlNumber => ({
  kind: 'number',
  text: String(value),
  at,
});
export const listValue = (texts: readonly string[], at: JdlPosition = nowhere): JdlList => ({
  kind: 'list',
  items: texts.map((text) => textValue(text, at)),
  at,
});

/** Both as one list. */
export const unitedList = (first: JdlValue, second: JdlValue): JdlList => ({
  kind: 'list',
  items: [first, second].flatMap((value) => (value.kind === 'list' ? value.items : [value])),
  at: second.at,
});

/** Replaces the value of an entry, or appends one. */
export function withEntry(description: JdlDescription, name: string, value: JdlValue): JdlDescription {
  const canonical = canonicalJdlName(name);
  const found = findEntry(description, canonical);
  if (!found) return { entries: [...description.entries, { name: canonical, at: nowhere, value }] };
  return {
    entries: description.entries.map((entry) => (entry === found ? { ...entry, value } : entry)),
  };
}

export function withoutEntry(description: JdlDescription, name: string): JdlDescription {
  const found = findEntry(description, name);
  return { entries: description.entries.filter((entry) => entry !== found) };
}

/** The words of a single value; undefined for lists and nested descriptions. */
export function textOf(value: JdlValue): string | undefined {
  return value.kind === 'list' || value.kind === 'ad' ? undefined : value.text;
}

/** The words of a list, or of a single value as a list of one; nested values are left out. Empty text is no item. */
export function textsOf(value: JdlValue): readonly string[] {
  const values = value.kind === 'list' ? value.items : [value];
  return values
    .map(textOf)
    .filter((text) => text !== undefined)
    .filter((text) => text !== '');
}
