/**
 * Which cached answers a live event makes old. Keys of the nouns tell: `[noun, 'one', id, …]` is about one
 * thing; `[noun, 'page', …]` and `[noun, 'options', …]` are kept fresh by their window, which hears the ids
 * and reads only those rows again; everything else under the noun is read anew. Pure.
 */
import type { LiveEvent } from '@wm/api-contract';

export type Changed = Extract<LiveEvent, { type: 'changed' }>;

const selfKept = new Set<unknown>(['page', 'options']);

function rings(key: readonly unknown[], noun: string, ids: readonly (number | string)[]): boolean {
  if (key[0] !== noun || ids.length === 0) return false;
  if (key[1] === 'one') return ids.includes(key[2] as number | string);
  return !selfKept.has(key[1]);
}

export const isMadeOldBy = (key: readonly unknown[], changed: Changed): boolean =>
  rings(key, 'jobs', changed.jobs) ||
  rings(key, 'pilots', changed.pilots) ||
  rings(key, 'operations', changed.operations) ||
  (changed.notices && key[0] === 'notices') ||
  (changed.proxies && key[0] === 'proxies') ||
  (changed.configuration && (key[0] === 'configuration' || key[0] === 'launchpad' || key[0] === 'sites'));

/** Joins what rang in a short time into one. */
export const mergeChanged = (a: Changed, b: Changed): Changed => ({
  type: 'changed',
  jobs: [...new Set([...a.jobs, ...b.jobs])],
  pilots: [...new Set([...a.pilots, ...b.pilots])],
  proxies: a.proxies || b.proxies,
  configuration: a.configuration || b.configuration,
  operations: [...new Set([...a.operations, ...b.operations])],
  notices: a.notices || b.notices,
});

export const nothingChanged: Changed = {
  type: 'changed',
  jobs: [],
  pilots: [],
  proxies: false,
  configuration: false,
  operations: [],
  notices: false,
};
