/**
 * Rows, columns and selectors of the Resource Summary in the words of the classic portal (portal.md §2.6). A person
 * who sets a status holds what DIRAC calls the token: he is its owner, and its end is when the word ends. Pure.
 */
import { elementStatuses, type ElementStatus } from '@wm/wms-core/vocabulary';
import type { BatchQueue, Element, StatusWord } from '../../server-state/sites.ts';
import { bestStatus } from '../../widgets/elements/element-words.ts';
import { fullInstant } from '../../widgets/grid-application/instants.ts';
import type {
  SummaryColumn,
  SummaryRow,
  SummarySelector,
} from '../../widgets/summary-application/summary-rows.ts';

/** Types of resources; storage elements get a row here when the system has some. */
const resourceTypes = ['ComputingElement', 'Queue'] as const;

export interface Resource extends Element {
  readonly resourceType: (typeof resourceTypes)[number];
  /** Type of its computing element, such as ARC. */
  readonly gridType: string;
  readonly status: ElementStatus;
  readonly reason: string;
  /** What is said of it, or of what it belongs to. */
  readonly word: StatusWord | null;
  /** When the pilot director last looked; null before its first cycle. */
  readonly lastCheckTime: string | null;
  readonly queues: readonly BatchQueue[];
}

/** Who decides where nobody set a status. */
const automatic = 'configuration';
/** A status counts for every use and every VO that an element serves. */
const every = 'all';

const latest = (queues: readonly BatchQueue[]): string | null =>
  queues
    .flatMap(({ director }) => director?.decidedAt ?? [])
    .toSorted()
    .at(-1) ?? null;

function resourceOf(
  element: Element,
  resourceType: Resource['resourceType'],
  queues: readonly BatchQueue[],
): Resource {
  const status = bestStatus(queues);
  const isOfWhole = (word: StatusWord | null): boolean =>
    word !== null && (element.batchQueue !== '' || word.batchQueue === '');
  const word = queues.find((queue) => isOfWhole(queue.word))?.word ?? null;
  const configured = queues.find((queue) => queue.status === status)?.statusReason ?? '';
  return {
    ...element,
    resourceType,
    gridType: queues[0]?.type ?? '',
    status,
    reason: word?.reason ?? configured,
    word,
    lastCheckTime: latest(queues),
    queues,
  };
}

/** A row for every computing element, with its batch queues as parts. */
export function resourcesOf(queues: readonly BatchQueue[]): readonly SummaryRow<Resource>[] {
  const elements = Map.groupBy(queues, ({ computingElement, site }) =>
    JSON.stringify([site, computingElement]),
  );
  return [...elements].map(([key, ofElement]) => {
    const { computingElement = '', site = '' } = ofElement[0] ?? {};
    return {
      key,
      row: resourceOf({ site, computingElement, batchQueue: '' }, 'ComputingElement', ofElement),
      parts: ofElement.map((queue) => ({
        key: `${key} ${queue.batchQueue}`,
        row: resourceOf({ site, computingElement, batchQueue: queue.batchQueue }, 'Queue', [queue]),
        parts: [],
      })),
    };
  });
}

const instant = (value: string | null | undefined): string | null => (value ? fullInstant(value) : null);

export const resourceColumns: readonly SummaryColumn<Resource>[] = [
  {
    id: 'Name',
    title: 'Name',
    kind: 'text',
    width: 160,
    isFixed: true,
    value: ({ batchQueue, computingElement }) => batchQueue || computingElement,
  },
  { id: 'Site', title: 'Site', kind: 'soft', width: 140, value: ({ site }) => site },
  {
    id: 'ResourceType',
    title: 'ResourceType',
    kind: 'soft',
    width: 140,
    value: ({ resourceType }) => resourceType,
  },
  { id: 'StatusType', title: 'StatusType', kind: 'soft', width: 90, value: () => every },
  {
    id: 'Status',
    title: 'Status',
    kind: 'status',
    width: 110,
    // Sorted by how good it is, not by letters.
    value: ({ status }) => elementStatuses.indexOf(status),
    text: ({ status }) => status,
  },
  { id: 'Reason', title: 'Reason', kind: 'text', width: 160, value: ({ reason }) => reason || null },
  {
    id: 'DateEffective',
    title: 'DateEffective[UTC]',
    kind: 'instant',
    width: 150,
    value: ({ word }) => instant(word?.setAt),
  },
  {
    id: 'LastCheckTime',
    title: 'LastCheckTime[UTC]',
    kind: 'instant',
    width: 150,
    value: ({ lastCheckTime }) => instant(lastCheckTime),
  },
  { id: 'VO', title: 'VO', kind: 'soft', width: 60, value: () => every },
  {
    id: 'TokenOwner',
    title: 'TokenOwner',
    kind: 'soft',
    width: 110,
    value: ({ word }) => word?.setBy ?? automatic,
  },
  {
    id: 'TokenExpiration',
    title: 'TokenExpiration[UTC]',
    kind: 'instant',
    width: 150,
    value: ({ word }) => instant(word?.until),
  },
  {
    id: 'GridType',
    title: 'GridType',
    kind: 'soft',
    width: 90,
    isHidden: true,
    value: ({ gridType }) => gridType,
  },
];

export const resourceSelectors: readonly SummarySelector<Resource>[] = [
  { id: 'name', label: 'Name', valuesOf: ({ computingElement }) => [computingElement] },
  { id: 'site', label: 'Site', valuesOf: ({ site }) => [site] },
  {
    id: 'resourceType',
    label: 'ResourceType',
    known: resourceTypes,
    valuesOf: ({ resourceType }) => [resourceType],
  },
  { id: 'status', label: 'Status', known: elementStatuses, valuesOf: ({ status }) => [status] },
  { id: 'statusType', label: 'StatusType', valuesOf: () => [every] },
  { id: 'vo', label: 'VO', valuesOf: () => [every] },
  { id: 'tokenOwner', label: 'TokenOwner', valuesOf: ({ word }) => [word?.setBy ?? automatic] },
];
