/**
 * What the matcher looks at, written into the processed description as the nested `JobRequirements` (as DIRAC
 * does) and read back from there at a reschedule, so that a changed configuration does not change old jobs.
 */
import { rareDemands, rareRequirements } from '../task-queues/rare-requirements.ts';
import type { RareRequirements, TaskQueueRequirements } from '../task-queues/task-queue.ts';
import { findEntry, listValue, nowhere, numberValue, textOf, textsOf, textValue } from './jdl/description.ts';
import type { JdlDescription, JdlEntry, JdlNested, JdlValue } from './jdl/description.ts';
import { readKeptJdl } from './jdl/parse.ts';

/** Requirements and the `Site` attribute before a match: `ANY`, one site, or `Multiple`. */
export interface JobDemand {
  readonly requirements: TaskQueueRequirements;
  readonly site: string;
}

export function siteColumn(sites: readonly string[]): string {
  if (sites.length > 1) return 'Multiple';
  return sites[0] ?? 'ANY';
}

const flagValue = (value: boolean): JdlValue => ({
  kind: 'boolean',
  text: String(value),
  at: nowhere,
});

function rareValue(value: string | number | readonly string[]): JdlValue {
  if (typeof value === 'number') return numberValue(value);
  return typeof value === 'string' ? textValue(value) : listValue(value);
}

export function requirementsValue(requirements: TaskQueueRequirements): JdlNested {
  const entries: (readonly [string, JdlValue])[] = [
    ['VirtualOrganization', textValue(requirements.vo)],
    ['OwnerGroup', textValue(requirements.ownerGroup)],
    ['Owner', textValue(requirements.owner)],
    ['JobType', textValue(requirements.jobType)],
    ['CPUTime', numberValue(requirements.cpuTimeS)],
    ['Sites', listValue(requirements.sites)],
    ['BannedSites', listValue(requirements.bannedSites)],
    ['GridCEs', listValue(requirements.computingElements)],
    ['Platforms', listValue(requirements.platforms)],
    ['Tags', listValue(requirements.tags)],
    ['MinNumberOfProcessors', numberValue(requirements.minProcessors)],
    ['MaxNumberOfProcessors', numberValue(requirements.maxProcessors)],
    ['WholeNode', flagValue(requirements.wholeNode)],
    ['MemoryMiB', numberValue(requirements.memoryMiB)],
    ['DiskMiB', numberValue(requirements.diskMiB)],
    ['NumberOfGPUs', numberValue(requirements.gpus)],
    ...rareDemands(requirements).map(({ row, value }) => [row.jdlName, rareValue(value)] as const),
  ];
  return { kind: 'ad', entries: entries.map(([name, value]) => ({ name, at: nowhere, value })), at: nowhere };
}

function nestedEntries(description: JdlDescription): readonly JdlEntry[] {
  const value = findEntry(description, 'JobRequirements')?.value;
  if (value?.kind !== 'ad') throw new Error('a processed description has no JobRequirements');
  return value.entries;
}

/** What is written of the rare demands; descriptions from before they were invented have none. */
function rareDemandsIn(value: (name: string) => JdlValue | undefined): RareRequirements {
  const demands: Partial<Record<keyof RareRequirements, unknown>> = {};
  for (const { field, jdlName, kind } of rareRequirements) {
    const written = value(jdlName);
    if (!written) continue;
    const text = textOf(written) ?? '';
    if (kind === 'list') demands[field] = textsOf(written);
    else demands[field] = kind === 'number' ? Number(text) : text;
  }
  return demands as RareRequirements;
}

/** Of a processed description; a bug (no WmsError) when it was not made by `job-manifest.ts`. */
export function demandOf(processedJdl: string): JobDemand {
  const requirements = requirementsOf(readKeptJdl(processedJdl).description);
  return { requirements, site: siteColumn(requirements.sites) };
}

/** The same of a description that was read already. */
export function requirementsOf(description: JdlDescription): TaskQueueRequirements {
  const entries = nestedEntries(description);
  const value = (name: string) => entries.find((entry) => entry.name === name)?.value;
  const text = (name: string): string => {
    const found = value(name);
    return (found && textOf(found)) ?? '';
  };
  const list = (name: string): readonly string[] => {
    const found = value(name);
    return found ? textsOf(found) : [];
  };
  return {
    vo: text('VirtualOrganization'),
    ownerGroup: text('OwnerGroup'),
    owner: text('Owner'),
    jobType: text('JobType'),
    cpuTimeS: Number(text('CPUTime')),
    sites: list('Sites'),
    bannedSites: list('BannedSites'),
    computingElements: list('GridCEs'),
    platforms: list('Platforms'),
    tags: list('Tags'),
    minProcessors: Number(text('MinNumberOfProcessors')),
    maxProcessors: Number(text('MaxNumberOfProcessors')),
    wholeNode: text('WholeNode') === 'true',
    memoryMiB: Number(text('MemoryMiB')),
    diskMiB: Number(text('DiskMiB')),
    gpus: Number(text('NumberOfGPUs')),
    ...rareDemandsIn(value),
  };
}
