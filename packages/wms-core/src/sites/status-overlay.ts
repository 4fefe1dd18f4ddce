/**
 * What site managers say of sites and queues, laid over the configuration: everybody who asks the configuration
 * (matcher, pilot director, explanations, portal) sees it without asking twice. Pure.
 */
import type { Configuration } from '../configuration/schema.ts';
import type { ElementStatus } from '../configuration/element-status.ts';

/** A site, one of its computing elements, or one of the batch queues of that; empty names mean all. */
export interface Element {
  readonly site: string;
  readonly computingElement: string;
  readonly batchQueue: string;
}

export interface SetStatus extends Element {
  readonly statusId: number;
  readonly status: ElementStatus;
  readonly reason: string;
  readonly setBy: string;
  readonly setAtMs: number;
  /** It ends by itself then; null = when somebody says so. */
  readonly untilMs: number | null;
}

export interface PastStatus extends SetStatus {
  readonly endedAtMs: number | null;
  /** Who ended it; null while it is in force, and when its time was over. */
  readonly endedBy: string | null;
}

export const elementKey = ({ batchQueue, computingElement, site }: Element): string =>
  JSON.stringify([site, computingElement, batchQueue]);

export const elementName = ({ batchQueue, computingElement, site }: Element): string =>
  [site, computingElement, batchQueue].filter((part) => part !== '').join('/');

/** Whether the configuration has it. */
export function isConfigured(values: Pick<Configuration, 'sites'>, element: Element): boolean {
  const site = values.sites[element.site];
  if (site === undefined || element.computingElement === '')
    return site !== undefined && element.batchQueue === '';
  const computingElement = site.computingElements[element.computingElement];
  if (computingElement === undefined || element.batchQueue === '') return computingElement !== undefined;
  return computingElement.queues[element.batchQueue] !== undefined;
}

export const isInForce = ({ untilMs }: Pick<SetStatus, 'untilMs'>, nowMs: number): boolean =>
  untilMs === null || untilMs > nowMs;

type Site = Configuration['sites'][string];
type Find = (element: Element) => StatusAndReason | undefined;
type StatusAndReason = Pick<Site, 'status' | 'statusReason'>;

/** The nearest word counts: that on the queue before that on its computing element before the configuration. */
function siteWith(site: string, values: Site, find: Find): Site {
  const computingElements = Object.entries(values.computingElements).map(([computingElement, element]) => {
    const ofElement = find({ site, computingElement, batchQueue: '' });
    const queues = Object.entries(element.queues).map(([batchQueue, queue]) => {
      const said = find({ site, computingElement, batchQueue }) ?? ofElement;
      return [batchQueue, { ...queue, ...said }] as const;
    });
    return [computingElement, { ...element, queues: Object.fromEntries(queues) }] as const;
  });
  return {
    ...values,
    ...find({ site, computingElement: '', batchQueue: '' }),
    computingElements: Object.fromEntries(computingElements),
  };
}

/** The configuration with the statuses that are in force; sites without any stay the same object. */
export function withStatuses(values: Configuration, statuses: readonly SetStatus[]): Configuration {
  if (statuses.length === 0) return values;
  const byKey = new Map(
    statuses.map((each) => [elementKey(each), { status: each.status, statusReason: each.reason }]),
  );
  const named = new Set(statuses.map(({ site }) => site));
  const find: Find = (element) => byKey.get(elementKey(element));
  const sites = Object.entries(values.sites).map(
    ([name, site]) => [name, named.has(name) ? siteWith(name, site, find) : site] as const,
  );
  return { ...values, sites: Object.fromEntries(sites) };
}
