/**
 * When do two jobs share a task queue? When every requirement is equal, lists compared as sets (wms.md §5.1).
 * Asked at submission and at every reschedule; the key is what the database keeps unique.
 */
import { normalizeRareRequirements, rareDemands, rareRequirements } from './rare-requirements.ts';
import type { TaskQueueRequirements } from './task-queue.ts';

const asSet = (values: readonly string[]): readonly string[] => [...new Set(values)].sort();

const rareFields = new Set<string>(rareRequirements.map(({ field }) => field));

/** Without rare fields; nearly all requirements have none, and this runs for every job of a submission. */
function commonPart(requirements: TaskQueueRequirements): TaskQueueRequirements {
  if (rareRequirements.every(({ field }) => requirements[field] === undefined)) return requirements;
  const common = Object.entries(requirements).filter(([field]) => !rareFields.has(field));
  return Object.fromEntries(common) as unknown as TaskQueueRequirements;
}

const withoutBanned = ({ computingElements, bannedComputingElements }: TaskQueueRequirements) =>
  bannedComputingElements === undefined
    ? computingElements
    : computingElements.filter((name) => !bannedComputingElements.includes(name));

/** Lists become sorted sets; banned sites leave the list of wanted ones; rare demands that are none vanish. */
export function normalizeRequirements(requirements: TaskQueueRequirements): TaskQueueRequirements {
  const bannedSites = asSet(requirements.bannedSites);
  return {
    ...commonPart(requirements),
    ...normalizeRareRequirements(requirements),
    sites: asSet(requirements.sites.filter((site) => !bannedSites.includes(site))),
    bannedSites,
    computingElements: asSet(withoutBanned(requirements)),
    platforms: asSet(requirements.platforms),
    tags: asSet(requirements.tags),
  };
}

/**
 * One text for equal requirements, different texts for different ones; stable across versions of the program
 * as long as the fields are. JSON of the values in a fixed order; rare demands follow with their names, so that
 * a queue without them keeps the key it had before they were invented.
 */
export function requirementsKey(requirements: TaskQueueRequirements): string {
  const each = normalizeRequirements(requirements);
  return JSON.stringify([
    each.vo,
    each.ownerGroup,
    each.owner,
    each.jobType,
    each.cpuTimeS,
    each.sites,
    each.bannedSites,
    each.computingElements,
    each.platforms,
    each.tags,
    each.minProcessors,
    each.maxProcessors,
    each.wholeNode,
    each.memoryMiB,
    each.diskMiB,
    each.gpus,
    ...rareDemands(each).map(({ row, value }) => [row.field, value]),
  ]);
}
