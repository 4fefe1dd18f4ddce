/**
 * The search tree as SQL, for any table whose columns are described: jobs and pilots use it. Names come from
 * the description only, values go into parameters, so nothing a caller writes becomes SQL. Faults throw
 * `input.invalid` with DiracX's words (rest-api.md §1.5).
 */
import { parseTimePeriod, type TimePeriod } from '../jobs/time-period.ts';
import type { SearchCondition, SearchValue, SortKey } from '../jobs/job-search.ts';
import { WmsError } from '../kernel/wms-error.ts';
import type { Engine, SqlValue } from './database.ts';
import { likeOperator, regexOperator } from './dialect.ts';

export interface SearchColumn {
  readonly name: string;
  readonly sql: string;
  /** time: UTC epoch ms; flag: 0 or 1. */
  readonly type: 'integer' | 'text' | 'time' | 'flag';
  /** Sorted in place of this one when both have the same order, because it has an index. */
  readonly sortsAs?: string;
}

export type FindColumn = (name: string) => SearchColumn | undefined;

/** Collects parameters while a statement is written. */
export class SqlParams {
  readonly values: SqlValue[] = [];
  /** `$n` for the value. */
  add(value: SqlValue): string {
    return `$${this.values.push(value)}`;
  }
}

const mostValues = 1000;
const mostPatternLength = 200;

const invalid = (message: string, field: string): WmsError =>
  new WmsError('input.invalid', message, { field });

function columnFor(find: FindColumn, name: string): SearchColumn {
  const column = find(name);
  if (!column) throw invalid(`Unknown column ${name}`, name);
  return column;
}

/** One condition as SQL; all of them are joined by `and`. */
export function conditionSql(
  condition: SearchCondition,
  find: FindColumn,
  params: SqlParams,
  engine: Engine,
): string {
  const column = columnFor(find, condition.parameter);
  if (column.type === 'time') return timeConditionSql(condition, column, params);
  if (condition.operator === 'in' || condition.operator === 'not in')
    return listSql(condition.operator, condition.values, column, params);
  if (condition.operator === 'like' || condition.operator === 'not like' || condition.operator === 'regex')
    return patternSql(condition.operator, String(condition.value), column, params, engine);
  return `${column.sql} ${comparisons[condition.operator]} ${params.add(valueOf(condition.value, column))}`;
}

const comparisons = { eq: '=', neq: '<>', gt: '>', lt: '<' } as const;

function valueOf(value: SearchValue, column: SearchColumn): SqlValue {
  if (column.type === 'text') return typeof value === 'boolean' ? (value ? 'True' : 'False') : String(value);
  if (column.type === 'flag') return ['true', '1'].includes(String(value).toLowerCase()) ? 1 : 0;
  const number = typeof value === 'boolean' ? Number.NaN : Number(value);
  if (String(value).trim() === '' || !Number.isSafeInteger(number))
    throw invalid(`${column.name} must be compared with a whole number, not ${String(value)}`, column.name);
  return number;
}

function listSql(
  operator: 'in' | 'not in',
  values: readonly SearchValue[],
  column: SearchColumn,
  params: SqlParams,
): string {
  checkLength(values, column);
  if (values.length === 0) return operator === 'in' ? '1 = 0' : '1 = 1';
  const list = values.map((value) => params.add(valueOf(value, column)));
  return `${column.sql} ${operator} (${list.join(', ')})`;
}

function checkLength(values: readonly SearchValue[], column: SearchColumn): void {
  if (values.length > mostValues)
    throw invalid(`At most ${mostValues} values of ${column.name} can be searched for`, column.name);
}

function patternSql(
  operator: 'like' | 'not like' | 'regex',
  pattern: string,
  column: SearchColumn,
  params: SqlParams,
  engine: Engine,
): string {
  if (column.type !== 'text')
    throw invalid(`${column.name} cannot be searched with ${operator}`, column.name);
  if (pattern.length > mostPatternLength)
    throw invalid(`A pattern for ${column.name} has at most ${mostPatternLength} characters`, column.name);
  if (operator === 'regex') {
    checkPattern(pattern, column);
    return `${column.sql} ${regexOperator[engine]} ${params.add(pattern)}`;
  }
  const like = operator === 'like' ? likeOperator[engine] : `not ${likeOperator[engine]}`;
  return `${column.sql} ${like} ${params.add(pattern)} escape '\\'`;
}

function checkPattern(pattern: string, column: SearchColumn): void {
  try {
    new RegExp(pattern);
  } catch {
    throw invalid(`The regular expression for ${column.name} cannot be read`, column.name);
  }
}

function periodOf(value: SearchValue, column: SearchColumn): TimePeriod {
  const period = parseTimePeriod(String(value));
  if (!period) throw invalid(`Cannot parse value=${String(value)} of ${column.name} as a time`, column.name);
  return period;
}

function timeConditionSql(condition: SearchCondition, column: SearchColumn, params: SqlParams): string {
  const { sql } = column;
  const inside = ({ startMs, endMs }: TimePeriod): string =>
    `(${sql} >= ${params.add(startMs)} and ${sql} < ${params.add(endMs)})`;
  switch (condition.operator) {
    case 'eq':
      return inside(periodOf(condition.value, column));
    case 'neq':
      return `(${sql} is null or not ${inside(periodOf(condition.value, column))})`;
    case 'gt':
      return `${sql} >= ${params.add(periodOf(condition.value, column).endMs)}`;
    case 'lt':
      return `${sql} < ${params.add(periodOf(condition.value, column).startMs)}`;
    case 'in':
    case 'not in': {
      checkLength(condition.values, column);
      const periods = condition.values.map((value) => periodOf(value, column));
      if (new Set(periods.map(({ resolution }) => resolution)).size > 1)
        throw invalid(`The times for ${column.name} must all be given to the same unit`, column.name);
      const any = periods.length === 0 ? '1 = 0' : `(${periods.map(inside).join(' or ')})`;
      return condition.operator === 'in' ? any : `(${sql} is null or not ${any})`;
    }
    default:
      throw invalid(`${column.name} cannot be searched with ${condition.operator}`, column.name);
  }
}

/**
 * `order by` with the primary key as last key, in the direction of the first, so that one index serves both
 * and the order is total.
 */
export function orderSql(sort: readonly SortKey[], find: FindColumn, primaryKey: string): string {
  const keys = sort.map(({ parameter, direction }) => {
    const column = find(parameter);
    if (!column) throw invalid(`Cannot sort by ${parameter}: unknown column`, parameter);
    const nulls = column.type === 'time' && column.sortsAs === undefined ? ' nulls last' : '';
    return { sql: column.sortsAs ?? column.sql, direction, nulls };
  });
  if (!keys.some(({ sql }) => sql === primaryKey))
    keys.push({ sql: primaryKey, direction: keys[0]?.direction ?? 'asc', nulls: '' });
  return `order by ${keys.map(({ sql, direction, nulls }) => `${sql} ${direction}${nulls}`).join(', ')}`;
}
