/**
 * Reads what a report asks for: type, value, keys by their names, whatever is not there refused with what there is.
 * Pure; asked by the reports.
 */
import { WmsError } from '../kernel/wms-error.ts';
import type { AccountingQuestion } from '../use-cases.ts';
import type { ColumnCondition } from './accounting-report.store.ts';
import {
  derive,
  type AccountingKey,
  type DerivedKey,
  type RatioValue,
  type RecordType,
  type StoredValue,
} from './record-type.ts';
import { findRecordType, recordTypes } from './record-types.ts';

export type Key = AccountingKey | DerivedKey;

/** Texts of key columns, by column. */
type Texts = Readonly<Record<string, string>>;

export interface Question {
  readonly type: RecordType;
  readonly value: StoredValue | RatioValue;
  /** Every key that the question names. */
  readonly keys: readonly Key[];
  /** What the database can decide. */
  readonly conditions: readonly ColumnCondition[];
  /** Columns that `keeps` looks at. */
  readonly columns: readonly string[];
  /** The conditions on derived keys, which the database does not know. */
  readonly keeps: (texts: Texts) => boolean;
}

const latestMs = Date.UTC(9999, 11, 31);

const namesOf = (named: readonly { readonly name: string }[]): string =>
  named.map(({ name }) => name).join(', ');

export const invalid = (field: string, message: string): WmsError =>
  new WmsError('input.invalid', message, { field });

function typeOf(name: string): RecordType {
  const type = findRecordType(name);
  if (!type)
    throw invalid('type', `There is no record type ${name.slice(0, 64)}; there are ${namesOf(recordTypes)}.`);
  return type;
}

function valueOf(type: RecordType, name: string): StoredValue | RatioValue {
  const all = [...type.values, ...type.ratios];
  const found = all.find((value) => value.name === name);
  if (!found)
    throw invalid('value', `${type.name} has no value ${name.slice(0, 64)}; it has ${namesOf(all)}.`);
  return found;
}

export function keyOf(type: RecordType, name: string, field: string): Key {
  const all = [...type.keys, ...type.derivedKeys];
  const found = all.find((key) => key.name === name);
  if (!found) throw invalid(field, `${type.name} has no key ${name.slice(0, 64)}; it has ${namesOf(all)}.`);
  return found;
}

/** The column a key is read from; a derived key is read from that of another one. */
export function columnOf(type: RecordType, key: Key): string {
  if ('column' in key) return key.column;
  const base = type.keys.find(({ name }) => name === key.from);
  if (!base) throw new Error(`${type.name}: ${key.name} is derived from nothing`);
  return base.column;
}

export function textOf(type: RecordType, key: Key, texts: Texts): string {
  const text = texts[columnOf(type, key)] ?? '';
  return 'from' in key ? derive(key, text) : text;
}

/** Throws `input.invalid`. */
export function readQuestion(request: AccountingQuestion): Question {
  const { fromMs, toMs } = request;
  const type = typeOf(request.type);
  const value = valueOf(type, request.value);
  const chosen = request.conditions.map(
    ({ key, values }) => [keyOf(type, key, 'conditions'), new Set(values)] as const,
  );
  if (!(fromMs >= 0 && toMs > fromMs && toMs <= latestMs))
    throw invalid('to', 'The report must end after it begins, and begin after 1970.');
  const derived = chosen.filter(([key]) => 'from' in key);
  return {
    type,
    value,
    keys: chosen.map(([key]) => key),
    conditions: chosen.flatMap(([key, values]) =>
      'from' in key ? [] : [{ column: key.column, values: [...values] }],
    ),
    columns: [...new Set(derived.map(([key]) => columnOf(type, key)))],
    keeps: (texts) => derived.every(([key, values]) => values.has(textOf(type, key, texts))),
  };
}
