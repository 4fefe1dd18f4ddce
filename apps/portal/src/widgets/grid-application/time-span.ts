/**
 * The Time Span selector: on the last update, for all time, the last hour, day, week or month, or from and
 * to by hand. Relative spans are resolved when the server is asked, so a list left open keeps moving along.
 */
import type { SearchCondition } from '@wm/wms-core/vocabulary';

export const timeSpanKinds = ['all', 'hour', 'day', 'week', 'month', 'manual'] as const;
export type TimeSpanKind = (typeof timeSpanKinds)[number];

export interface TimeSpan {
  readonly kind: TimeSpanKind;
  /** ISO 8601 in UTC to the minute, such as `2026-11-20T14:00`; '' = open end. Used by `manual` only. */
  readonly from: string;
  readonly to: string;
}

export const allTime: TimeSpan = { kind: 'all', from: '', to: '' };

export const timeSpanLabels: Readonly<Record<TimeSpanKind, string>> = {
  all: 'For all time',
  hour: 'Last Hour',
  day: 'Last Day',
  week: 'Last Week',
  month: 'Last Month',
  manual: 'Manual Selection',
};

const hourMs = 3_600_000;
const lengthMs: Readonly<Partial<Record<TimeSpanKind, number>>> = {
  hour: hourMs,
  day: 24 * hourMs,
  week: 7 * 24 * hourMs,
  month: 30 * 24 * hourMs,
};

const toSecond = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;
const minutePattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/;

export const isMinute = (text: string): boolean =>
  minutePattern.test(text) && !Number.isNaN(Date.parse(`${text}:00Z`));

/** Undefined when the span is usable, else what is wrong with it. */
export function timeSpanProblem(span: TimeSpan): string | undefined {
  if (span.kind !== 'manual') return undefined;
  if (span.from !== '' && !isMinute(span.from)) return 'From is no date with time.';
  if (span.to !== '' && !isMinute(span.to)) return 'To is no date with time.';
  if (span.from !== '' && span.to !== '' && span.from > span.to) return 'From is later than To.';
  return undefined;
}

/** `gt` and `lt` are strict on whole seconds, so both ends are widened by one. */
export function timeSpanConditions(span: TimeSpan, attribute: string, nowMs: number): SearchCondition[] {
  const length = lengthMs[span.kind];
  if (length !== undefined)
    return [{ parameter: attribute, operator: 'gt', value: toSecond(nowMs - length - 1000) }];
  if (span.kind !== 'manual' || timeSpanProblem(span) !== undefined) return [];
  const conditions: SearchCondition[] = [];
  if (span.from !== '')
    conditions.push({
      parameter: attribute,
      operator: 'gt',
      value: toSecond(Date.parse(`${span.from}:00Z`) - 1000),
    });
  if (span.to !== '')
    conditions.push({
      parameter: attribute,
      operator: 'lt',
      value: toSecond(Date.parse(`${span.to}:00Z`) + 60_000),
    });
  return conditions;
}

/** Operator and value of the chip, such as `in the last` and `1 day`. */
export function timeSpanWords(span: TimeSpan): { readonly operator: string; readonly value: string } {
  if (span.kind !== 'manual')
    return { operator: 'in the last', value: span.kind === 'all' ? '' : `1 ${span.kind}` };
  const spaced = (text: string): string => text.replace('T', ' ');
  if (span.from === '') return { operator: 'until', value: spaced(span.to) };
  if (span.to === '') return { operator: 'since', value: spaced(span.from) };
  return { operator: 'from', value: `${spaced(span.from)} to ${spaced(span.to)}` };
}
