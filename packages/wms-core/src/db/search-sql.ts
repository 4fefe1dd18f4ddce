/**
 * Turns the search tree of the faces (rest-api.md §1.5) into SQL of both engines, for any table whose columns are
 * described by a catalogue. Only catalogue columns ever get into the text, values always go as parameters.
 * Throws `input.invalid` that names the column or the value.
 */
import type { SearchCondition, SearchQuery, SearchValue, SortKey } from '../jobs/job-search.ts';
import { WmsError } from '../kernel/wms-error.ts';
import type { SqlValue } from './database.ts';

export interface SearchColumn {
  /** Column or expression. */
  readonly sql: string;
  /** time: UTC epoch ms in storage, ISO 8601 on the wire; flag: 0 or 1 in storage, boolean on the wire. */
  readonly type: 'integer' | 'text' | 'time' | 'flag';
  /** Rows without a value come first; times may always be missing. */
  readonly mayBeNull?: true;
}

/** Wire name → column, in the order of the answer. */
export type SearchCatalogue = ReadonlyMap<string, SearchColumn>;

export interface SqlText {
  readonly sql: string;
  readonly params: readonly SqlValue[];
}

/** All conditions joined by `and`; parameters are numbered from `firstParameter`. `true` for none. */
export const whereSql = (
  catalogue: SearchCatalogue,
  conditions: readonly SearchCondition[],
  firstParameter = 1,
): SqlText => {
  const params: SqlValue[] = [];
  const bind: Bind = (value) => {
    const parameter = `$${firstParameter + params.push(value) - 1}`;
    if (typeof value !== 'number') return parameter;
    // Without a type PostgreSQL gives it that of the column, and refuses what is too large for it.
    return `cast(${parameter} as ${Number.isSafeInteger(value) ? 'bigint' : 'double precision'})`;
  };
  const parts = conditions.map((condition) => {
    const column = columnOf(catalogue, condition.parameter, 'Unknown column');
    return column.type === 'time' ? timeSql(column, condition, bind) : plainSql(column, condition, bind);
  });
  return { sql: parts.length === 0 ? '1 = 1' : parts.join(' and '), params };
};

/** The primary key is appended, so the order is total. */
export const orderSql = (
  catalogue: SearchCatalogue,
  sort: readonly SortKey[],
  primaryKey: string,
): string => {
  const keys = sort.map(({ parameter, direction }) => {
    const column = columnOf(catalogue, parameter, `Cannot sort by ${parameter}: unknown column`);
    const order = `${column.sql} ${direction === 'desc' ? 'desc' : 'asc'}`;
    // The engines differ in where nulls stand. Columns without them must not say, or no index would serve.
    if (column.type !== 'time' && !column.mayBeNull) return order;
    return `${order} nulls ${direction === 'desc' ? 'last' : 'first'}`;
  });
  const last = sort.at(-1)?.direction === 'desc' ? 'desc' : 'asc';
  return [...keys, `${primaryKey} ${last}`].join(', ');
};

/** The columns asked for (undefined = all) in catalogue order. */
export const selectedColumns = (
  catalogue: SearchCatalogue,
  parameters: SearchQuery['parameters'],
): readonly (readonly [string, SearchColumn])[] => {
  const unknown = (parameters ?? []).filter((name) => !catalogue.has(name));
  if (unknown.length > 0) {
    throw new WmsError(
      'input.invalid',
      `Unrecognised parameters requested: ${unknown.join(', ').slice(0, 200)}.`,
      {
        field: 'parameters',
      },
    );
  }
  return [...catalogue].filter(([name]) => parameters?.includes(name) ?? true);
};

/** `a as "A", …` for a select list. */
export const selectSql = (columns: readonly (readonly [string, SearchColumn])[]): string =>
  columns.map(([name, { sql }]) => `${sql} as "${name}"`).join(', ');

/** A row as it goes over the wire: ISO instants, booleans. */
export const wireRow = (
  columns: readonly (readonly [string, SearchColumn])[],
  row: Readonly<Record<string, SqlValue>>,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(columns.map(([name, { type }]) => [name, wireValue(type, row[name] ?? null)]));

const wireValue = (type: SearchColumn['type'], value: SqlValue): unknown => {
  if (value === null) return null;
  if (type === 'time') return new Date(Number(value)).toISOString();
  if (type === 'flag') return Number(value) === 1;
  return type === 'integer' ? Number(value) : value;
};

type Bind = (value: SqlValue) => string;

const columnOf = (catalogue: SearchCatalogue, name: string, message: string): SearchColumn => {
  const column = catalogue.get(name);
  if (column === undefined) {
    const text = message.includes(name) ? message : `${message} ${name.slice(0, 100)}`;
    throw new WmsError('input.invalid', text, { field: name.slice(0, 100) });
  }
  return column;
};

const comparisons = { eq: '=', gt: '>', lt: '<' } as const;

const plainSql = (column: SearchColumn, condition: SearchCondition, bind: Bind): string => {
  const { sql } = column;
  switch (condition.operator) {
    case 'in':
    case 'not in': {
      const isIn = condition.operator === 'in';
      if (condition.values.length === 0) return isIn ? '1 = 0' : '1 = 1';
      const list = condition.values
        .map((value) => bind(stored(column, condition.parameter, value)))
        .join(', ');
      return isIn ? `${sql} in (${list})` : `(${sql} not in (${list}) or ${sql} is null)`;
    }
    case 'neq':
      return `(${sql} <> ${bind(stored(column, condition.parameter, condition.value))} or ${sql} is null)`;
    case 'like':
      return `lower(${asText(column)}) like lower(${bind(pattern(condition.value))})${escape}`;
    case 'not like':
      return `(lower(${asText(column)}) not like lower(${bind(pattern(condition.value))})${escape} or ${sql} is null)`;
    case 'regex':
      throw new WmsError('input.invalid', 'The operator regex is not offered here; use like with % and _.', {
        field: condition.parameter,
      });
    default:
      return `${sql} ${comparisons[condition.operator]} ${bind(stored(column, condition.parameter, condition.value))}`;
  }
};

/** PostgreSQL takes a backslash for an escape unless told otherwise; here it stands for itself on both engines. */
const escape = String.raw` escape '\'`;
const pattern = (value: SearchValue): string => String(value).replaceAll('\\', '\\\\');

const asText = ({ sql, type }: SearchColumn): string => (type === 'text' ? sql : `cast(${sql} as text)`);

const stored = ({ type }: SearchColumn, name: string, value: SearchValue): SqlValue => {
  if (type === 'text') return String(value);
  const number = typeof value === 'string' ? flagOrNumber(type, value) : Number(value);
  if (!Number.isFinite(number)) {
    throw new WmsError(
      'input.invalid',
      `${name} is a ${type}; ${JSON.stringify(value).slice(0, 60)} is none.`,
      {
        field: name,
      },
    );
  }
  return number;
};

const flagOrNumber = (type: SearchColumn['type'], text: string): number => {
  if (type === 'flag' && /^true$/i.test(text)) return 1;
  if (type === 'flag' && /^false$/i.test(text)) return 0;
  return text.trim() === '' ? Number.NaN : Number(text);
};

// ---------------------------------------------------------------- times name periods

interface Period {
  readonly startMs: number;
  /** Exclusive. */
  readonly endMs: number;
  /** Number of parts given, year = 1. */
  readonly resolution: number;
}

const timeSql = (column: SearchColumn, condition: SearchCondition, bind: Bind): string => {
  const { sql } = column;
  const within = ({ startMs, endMs }: Period): string =>
    `(${sql} >= ${bind(startMs)} and ${sql} < ${bind(endMs)})`;
  if ('values' in condition) {
    const periods = condition.values.map((value) => periodOf(condition.parameter, value));
    if (new Set(periods.map(({ resolution }) => resolution)).size > 1) {
      throw new WmsError('input.invalid', `The times for ${condition.parameter} must all be equally exact.`, {
        field: condition.parameter,
      });
    }
    const any = periods.length === 0 ? '1 = 0' : `(${periods.map(within).join(' or ')})`;
    return condition.operator === 'in' ? any : `(${sql} is null or not ${any})`;
  }
  const period = periodOf(condition.parameter, condition.value);
  switch (condition.operator) {
    case 'eq':
      return within(period);
    case 'neq':
      return `(${sql} is null or not ${within(period)})`;
    case 'gt':
      return `${sql} >= ${bind(period.endMs)}`;
    case 'lt':
      return `${sql} < ${bind(period.startMs)}`;
    default:
      throw new WmsError(
        'input.invalid',
        `${condition.parameter} is a time; ${condition.operator} does not apply to it.`,
        {
          field: condition.parameter,
        },
      );
  }
};

const datePattern =
  /^(\d{4})(?:-(\d{2})(?:-(\d{2})(?:[ T](\d{2})(?::(\d{2})(?::(\d{2})(?:[.,]\d+)?)?)?)?)?)?(?:Z|\+00:00)?$/;

/** `2026-11` names all of November. Throws `input.invalid` for what is no date. */
const periodOf = (name: string, value: SearchValue): Period => {
  const match = datePattern.exec(String(value));
  const parts =
    match
      ?.slice(1)
      .filter((part) => part !== undefined)
      .map(Number) ?? [];
  const startMs = Date.UTC(parts[0] ?? Number.NaN, (parts[1] ?? 1) - 1, ...partsFrom(parts, 0));
  if (Number.isNaN(startMs) || !sameParts(startMs, parts)) {
    throw new WmsError(
      'input.invalid',
      `Cannot parse value=${String(value).slice(0, 60)} for ${name}; write YYYY-MM-DD HH:MM:SS or the beginning of that.`,
      { field: name },
    );
  }
  const next = parts.map((part, index) => (index === parts.length - 1 ? part + 1 : part));
  const endMs = Date.UTC(next[0] ?? 0, (next[1] ?? 1) - 1, ...partsFrom(next, 0));
  return { startMs, endMs, resolution: parts.length };
};

const partsFrom = (parts: readonly number[], none: number): [number, number, number, number] => [
  parts[2] ?? 1,
  parts[3] ?? none,
  parts[4] ?? none,
  parts[5] ?? none,
];

/** False for 2026-02-31 and the like, which `Date.UTC` would move on. */
const sameParts = (atMs: number, parts: readonly number[]): boolean => {
  const date = new Date(atMs);
  const real = [
    date.getUTCFullYear(),
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
  ];
  return parts.every((part, index) => part === real[index]);
};
