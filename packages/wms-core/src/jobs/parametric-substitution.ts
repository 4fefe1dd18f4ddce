/**
 * Fills the values of one job of a sweep into a value of its description: `%s`, `%(NAME)s` and `%n`, once. Asked by
 * `parametric-jobs.ts`.
 */
import { listValue, type JdlValue } from './jdl/description.ts';
import type { Filling } from './jdl/printed-length.ts';
import type { ParameterValue } from './parametric-values.ts';

/** The values of one job, and its number as `%n` writes it. */
export interface JobValues {
  readonly values: ReadonlyMap<string, ParameterValue>;
  readonly number: string;
}

const placeholder = /%s|%n|%\(([^()]*)\)s/g;

/** What a text asks for: names of parameters, '' the unnamed one, `%n` the number. */
export const askedBy = (text: string): readonly string[] =>
  Array.from(text.matchAll(placeholder), ([found, name]) => (found === '%n' ? found : (name ?? '')));

function substitute(text: string, job: JobValues): string {
  if (!text.includes('%')) return text;
  return text.replace(placeholder, (found, name: string | undefined) => {
    if (found === '%n') return job.number;
    const value = job.values.get(name ?? '');
    if (value === undefined) return found;
    return typeof value === 'string' ? value : value.join(', ');
  });
}

/** The name of the parameter that a text stands for as a whole; undefined when it says more. */
const wholeName = (text: string): string | undefined => {
  const found = /^%(?:\(([^()]*)\))?s$/.exec(text);
  return found ? (found[1] ?? '') : undefined;
};

/** What is filled into a text. `longest`: of the values of that name. */
export function fillingOf(text: string, longest: (name: string) => Filling | undefined): Filling {
  if (!text.includes('%')) return { bytes: 0, items: 1 };
  const whole = wholeName(text);
  const bytes = askedBy(text).reduce((sum, name) => sum + (longest(name)?.bytes ?? 0), 0);
  return { bytes, items: (whole !== undefined && longest(whole)?.items) || 1 };
}

/** A value that is an inner list becomes items of the list it stands in alone. */
function substituteItem(item: JdlValue, job: JobValues): readonly JdlValue[] {
  const name = item.kind === 'text' ? wholeName(item.text) : undefined;
  const value = name === undefined ? undefined : job.values.get(name);
  if (value === undefined || typeof value === 'string') return [substituteValue(item, job)];
  return listValue(value, item.at).items;
}

export function substituteValue(value: JdlValue, job: JobValues): JdlValue {
  if (value.kind === 'text') return { ...value, text: substitute(value.text, job) };
  if (value.kind === 'list')
    return { ...value, items: value.items.flatMap((item) => substituteItem(item, job)) };
  if (value.kind !== 'ad') return value;
  const entries = value.entries.map((entry) => ({
    ...entry,
    value: substituteValue(entry.value, job),
  }));
  return { ...value, entries };
}

export const hasPlaceholder = (value: JdlValue): boolean => {
  if (value.kind === 'text') return value.text.includes('%');
  if (value.kind === 'list') return value.items.some(hasPlaceholder);
  return value.kind === 'ad' && value.entries.some((entry) => hasPlaceholder(entry.value));
};

/** What all texts of a value ask for. */
export function placeholdersIn(value: JdlValue): readonly string[] {
  if (value.kind === 'text') return askedBy(value.text);
  if (value.kind === 'list') return value.items.flatMap(placeholdersIn);
  return value.kind === 'ad' ? value.entries.flatMap((entry) => placeholdersIn(entry.value)) : [];
}
