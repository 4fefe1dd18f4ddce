/**
 * Matching: may the resource a pilot offers run jobs of a task queue, and if not, why not?
 *
 * Pure. Asked by the matcher (which task queue?), Job Monitor (why is my job Waiting?) and the pilot director
 * (where are pilots worth sending?). After DIRAC's match fields (wms.md §5.4), numbers instead of size tags.
 */
import type { TaskQueueRequirements } from '../task-queues/task-queue.ts';
import type { RuleWords } from './match-rule.ts';
import type { ResourceOffer } from './resource.ts';
import { matchRules } from './rules/index.ts';

/** A rule that is not met, in words for users. */
export interface Mismatch {
  readonly rule: string;
  readonly wanted: string;
  readonly offered: string;
}

/** Rules that answer alike for all task queues that differ only in owner and group. */
const classRules = matchRules.filter(({ looksAtOwner }) => looksAtOwner !== true);
const ownerRules = matchRules.filter(({ looksAtOwner }) => looksAtOwner === true);

/** What an index may look up instead of asking these rules. */
export const ruleWords: readonly RuleWords[] = matchRules.flatMap(({ words }) => words ?? []);

/** True when every rule is met; makes no garbage, for the hot path. */
export function fits(wanted: TaskQueueRequirements, offer: ResourceOffer): boolean {
  for (const rule of matchRules) if (!rule.fits(wanted, offer)) return false;
  return true;
}

/** The part of `fits` that is the same for all owners and groups. */
export function fitsClass(wanted: TaskQueueRequirements, offer: ResourceOffer): boolean {
  for (const rule of classRules) if (!rule.fits(wanted, offer)) return false;
  return true;
}

/** The rest of `fits`. */
export function fitsOwner(wanted: TaskQueueRequirements, offer: ResourceOffer): boolean {
  for (const rule of ownerRules) if (!rule.fits(wanted, offer)) return false;
  return true;
}

/** Every unmet rule in reading order; an empty list is a match. */
export const mismatches = (wanted: TaskQueueRequirements, offer: ResourceOffer): readonly Mismatch[] =>
  matchRules
    .filter((rule) => !rule.fits(wanted, offer))
    .map((rule) => ({ rule: rule.name, wanted: rule.wanted(wanted), offered: rule.offered(offer) }));
