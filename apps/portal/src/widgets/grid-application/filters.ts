/**
 * What a grid is filtered by, as plain data kept in the window's state, and what follows from it: the search
 * conditions for the server and the chips of the query bar. A `FilterSpec` says which selectors there are.
 */
import type { SearchCondition } from '@wm/wms-core/vocabulary';
import { parseIdExpression } from './id-expression.ts';
import {
  allTime,
  timeSpanConditions,
  timeSpanKinds,
  timeSpanProblem,
  timeSpanWords,
  type TimeSpan,
} from './time-span.ts';

export interface ChoiceSelector {
  /** The attribute of the search, such as `OwnerGroup`. */
  readonly attribute: string;
  /** As the user knows it, such as `Minor Status`. */
  readonly label: string;
  /** Values offered even when no row has them. */
  readonly known?: readonly string[];
}

export interface FilterSpec {
  readonly choices: readonly ChoiceSelector[];
  /** Attribute of the time span, and its short name in chips. */
  readonly span: { readonly attribute: string; readonly label: string };
  /** Free text of the query bar looks here. */
  readonly text: { readonly attribute: string; readonly label: string };
  /** Numeric ids as an expression; left out when the rows have none. */
  readonly ids?: { readonly attribute: string; readonly label: string };
  /** A list of pilot references or stamps. Without an attribute they are looked up before the search. */
  readonly pilots: { readonly label: string; readonly attribute?: string };
}

export interface Choice {
  readonly values: readonly string[];
  /** True: everything but these. */
  readonly negated: boolean;
}

export interface Filters {
  /** By attribute; a choice without values filters nothing. */
  readonly choices: Readonly<Record<string, Choice>>;
  readonly span: TimeSpan;
  readonly ids: string;
  readonly pilots: string;
  readonly text: string;
}

export const noFilters: Filters = { choices: {}, span: allTime, ids: '', pilots: '', text: '' };

export const choiceOf = (filters: Filters, attribute: string): Choice =>
  filters.choices[attribute] ?? { values: [], negated: false };

export function withChoice(filters: Filters, attribute: string, choice: Choice): Filters {
  const { [attribute]: _old, ...others } = filters.choices;
  const keep = choice.values.length > 0 || choice.negated;
  return { ...filters, choices: keep ? { ...others, [attribute]: choice } : others };
}

/** References of the pilots field; separators as for ids. */
export const pilotReferences = (filters: Filters): readonly string[] => [
  ...new Set(filters.pilots.split(/[\s,;]+/).filter((part) => part !== '')),
];

/** When ids are given the other selectors are out of force, as users of the classic portal know it. */
export const idsRule = (filters: Filters): boolean => filters.ids.trim() !== '';

/** What is wrong, by field; empty when the filters can be applied. */
export function filterProblems(
  filters: Filters,
): Readonly<{ ids?: string | undefined; span?: string | undefined }> {
  const ids = parseIdExpression(filters.ids);
  if (ids.kind === 'invalid') return { ids: ids.message };
  if (idsRule(filters)) return {};
  const span = timeSpanProblem(filters.span);
  return span === undefined ? {} : { span };
}

const choiceCondition = (attribute: string, { values, negated }: Choice): SearchCondition => {
  const [only] = values;
  if (values.length === 1 && only !== undefined)
    return { parameter: attribute, operator: negated ? 'neq' : 'eq', value: only };
  return { parameter: attribute, operator: negated ? 'not in' : 'in', values };
};

function idConditions(attribute: string, expression: string): SearchCondition[] {
  const parsed = parseIdExpression(expression);
  const within = (first: number, last: number): SearchCondition[] => [
    { parameter: attribute, operator: 'gt', value: first - 1 },
    { parameter: attribute, operator: 'lt', value: last + 1 },
  ];
  if (parsed.kind === 'range') return within(parsed.first, parsed.last);
  if (parsed.kind === 'invalid' || parsed.ids.length === 0) return [];
  const first = parsed.ids[0] ?? 0;
  const last = parsed.ids.at(-1) ?? 0;
  if (first === last) return [{ parameter: attribute, operator: 'eq', value: first }];
  if (parsed.ids.length > 20 && last - first + 1 === parsed.ids.length) return within(first, last);
  return [{ parameter: attribute, operator: 'in', values: parsed.ids }];
}

/** All conditions, but those of pilots that must be looked up first. */
export function searchConditions(spec: FilterSpec, filters: Filters, nowMs: number): SearchCondition[] {
  if (spec.ids && idsRule(filters)) return idConditions(spec.ids.attribute, filters.ids);
  const conditions = spec.choices.flatMap(({ attribute }) => {
    const choice = choiceOf(filters, attribute);
    return choice.values.length === 0 ? [] : [choiceCondition(attribute, choice)];
  });
  conditions.push(...timeSpanConditions(filters.span, spec.span.attribute, nowMs));
  const references = pilotReferences(filters);
  if (spec.pilots.attribute !== undefined && references.length > 0)
    conditions.push({ parameter: spec.pilots.attribute, operator: 'in', values: references });
  const text = filters.text.trim();
  if (text !== '') conditions.push({ parameter: spec.text.attribute, operator: 'like', value: `%${text}%` });
  return conditions;
}

export interface Chip {
  /** Stable key: the attribute, or `span`, `ids`, `pilots`, `text`. */
  readonly key: string;
  readonly label: string;
  readonly operator: string;
  readonly value: string;
}

const shorten = (values: readonly string[]): string =>
  values.length <= 2 ? values.join(', ') : `${values[0]}, ${values[1]} +${values.length - 2}`;

/** One chip a filter in force, in the order of the panel. */
export function chipsOf(spec: FilterSpec, filters: Filters): Chip[] {
  if (spec.ids && idsRule(filters))
    return [{ key: 'ids', label: spec.ids.label, operator: 'in', value: filters.ids.trim() }];
  const chips: Chip[] = spec.choices.flatMap(({ attribute, label }) => {
    const { values, negated } = choiceOf(filters, attribute);
    if (values.length === 0) return [];
    const one = values.length === 1;
    const operator = negated ? (one ? '≠' : 'none of') : one ? '=' : 'any of';
    return [{ key: attribute, label, operator, value: shorten(values) }];
  });
  if (filters.span.kind !== 'all')
    chips.push({ key: 'span', label: spec.span.label, ...timeSpanWords(filters.span) });
  const references = pilotReferences(filters);
  if (references.length > 0)
    chips.push({ key: 'pilots', label: 'Pilot', operator: 'in', value: shorten(references) });
  if (filters.text.trim() !== '')
    chips.push({ key: 'text', label: spec.text.label, operator: 'contains', value: filters.text.trim() });
  return chips;
}

export function withoutChip(filters: Filters, key: string): Filters {
  if (key === 'span') return { ...filters, span: allTime };
  if (key === 'ids' || key === 'pilots' || key === 'text') return { ...filters, [key]: '' };
  return withChoice(filters, key, { values: [], negated: false });
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value.slice(0, 100_000) : '');
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Filters out of a stored layout: what is not understood is dropped. */
export function readFilters(stored: unknown): Filters {
  if (!isRecord(stored)) return noFilters;
  const choices: Record<string, Choice> = {};
  for (const [attribute, choice] of Object.entries(isRecord(stored['choices']) ? stored['choices'] : {}))
    if (isRecord(choice) && Array.isArray(choice['values']))
      choices[attribute] = {
        values: choice['values'].filter((value) => typeof value === 'string'),
        negated: choice['negated'] === true,
      };
  const span = isRecord(stored['span']) ? stored['span'] : {};
  const kind = timeSpanKinds.find((known) => known === span['kind']) ?? 'all';
  return {
    choices,
    span: { kind, from: textOf(span['from']), to: textOf(span['to']) },
    ids: textOf(stored['ids']),
    pilots: textOf(stored['pilots']),
    text: textOf(stored['text']),
  };
}
