/**
 * When do two jobs share a task queue? When every requirement is equal, lists compared as sets (wms.md §5.1).
 * Asked at submission and at every reschedule; the key is what the database keeps unique.
 */
import type { TaskQueueRequirements } from './task-queue.ts';

const asSet = (values: readonly string[]): readonly string[] => [...new Set(values)].sort();

/** Lists become sorted sets; banned sites leave the list of wanted ones. Everything else stays. */
export function normalizeRequirements(requirements: TaskQueueRequirements): TaskQueueRequirements {
  const bannedSites = asSet(requirements.bannedSites);
  return {
    ...requirements,
    sites: asSet(requirements.sites.filter((site) => !bannedSites.includes(site))),
    bannedSites,
    computingElements: asSet(requirements.computingElements),
    platforms: asSet(requirements.platforms),
    tags: asSet(requirements.tags),
  };
}

/**
 * One text for equal requirements, different texts for different ones; stable across versions of the program
 * as long as the fields are. JSON of the values in a fixed order.
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
  ]);
}
