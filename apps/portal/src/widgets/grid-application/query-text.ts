/**
 * What a text typed into the query bar means: job ids, a selector with a value (`Site=EGI.NIKHEF.nl`,
 * `status:done`), or words to look for in the name.
 */
import { choiceOf, withChoice, type Filters, type FilterSpec } from './filters.ts';
import { parseIdExpression } from './id-expression.ts';

const plain = (text: string): string => text.toLowerCase().replace(/[\s_-]/g, '');

/** The same filters when the text is empty. */
export function applyQueryText(spec: FilterSpec, filters: Filters, text: string): Filters {
  const query = text.trim();
  if (query === '') return filters;
  if (spec.ids && /^[\d\s,;-]+$/.test(query) && parseIdExpression(query).kind !== 'invalid')
    return { ...filters, ids: query };
  const pair = /^([A-Za-z][A-Za-z ]*?)\s*(!=|=|:)\s*(.+)$/.exec(query);
  const [, name = '', operator = '', value = ''] = pair ?? [];
  const selector = spec.choices.find(
    ({ attribute, label }) => plain(label) === plain(name) || plain(attribute) === plain(name),
  );
  if (selector === undefined) return { ...filters, ids: '', text: query };
  const negated = operator === '!=';
  const old = choiceOf(filters, selector.attribute);
  const known = selector.known?.find((candidate) => plain(candidate) === plain(value)) ?? value.trim();
  const kept = old.negated === negated ? old.values.filter((one) => one !== known) : [];
  return withChoice({ ...filters, ids: '' }, selector.attribute, { values: [...kept, known], negated });
}
