/**
 * What the Job Monitor keeps in the layout, and the wishes other applications send along when they open it:
 * `jobIds`, `jobRange`, `pilotStamp`, `filters` (portal.md §2.16). A wish becomes filters and is then forgotten.
 */
import { formatIdExpression } from '../../widgets/grid-application/id-expression.ts';
import { noFilters, readFilters, type Filters } from '../../widgets/grid-application/filters.ts';
import {
  isRecord,
  readGridState,
  startGridState,
  type GridState,
} from '../../widgets/grid-application/grid-state.ts';
import type { DetailsTab } from './job-menu.ts';

export interface JobMonitorState extends GridState {
  /** The job in the drawer. */
  readonly selectedJob: number | null;
  readonly tab: DetailsTab;
  readonly showStatistics: boolean;
  /** Wish of an opener: show these jobs only. */
  readonly jobIds?: readonly number[];
  /** Wish of an opener: show the jobs from the first to the last of these ids. */
  readonly jobRange?: { readonly first: number; readonly last: number };
  /** Wish of an opener: show the jobs of this pilot. */
  readonly pilotStamp?: string;
}

const newestFirst = { parameter: 'JobID', direction: 'desc' } as const;

export const startState: JobMonitorState = {
  ...startGridState(newestFirst),
  selectedJob: null,
  tab: 'overview',
  showStatistics: false,
};

export const hasWish = (state: JobMonitorState): boolean =>
  state.jobIds !== undefined || state.jobRange !== undefined || state.pilotStamp !== undefined;

/** The state with the wish fulfilled: its filters replace all others, from the first page on. */
export function fulfilWish(state: JobMonitorState): JobMonitorState {
  if (!hasWish(state)) return state;
  const { jobIds, jobRange, pilotStamp, ...rest } = state;
  const filters: Filters = {
    ...noFilters,
    ids: jobRange
      ? `${jobRange.first}-${jobRange.last}`
      : formatIdExpression((jobIds ?? []).filter((id) => Number.isSafeInteger(id) && id > 0)),
    pilots: pilotStamp ?? '',
  };
  const [only] = jobIds?.length === 1 ? jobIds : [];
  return { ...rest, filters, page: 1, selectedJob: only ?? null, showStatistics: false };
}

const tabs: readonly DetailsTab[] = [
  'overview',
  'jdl',
  'attributes',
  'parameters',
  'logging',
  'stdout',
  'sandbox',
  'why',
  'decision',
];

/** Stored states of any version, and links, become today's state. */
export function readState(stored: unknown): JobMonitorState {
  if (!isRecord(stored)) return startState;
  const { selectedJob, tab, showStatistics, jobIds, jobRange, pilotStamp } = stored;
  const { first, last } = isRecord(jobRange) ? jobRange : {};
  return {
    ...readGridState(stored, newestFirst),
    filters: readFilters(stored['filters']),
    selectedJob: Number.isSafeInteger(selectedJob) ? Number(selectedJob) : null,
    tab: tabs.find((known) => known === tab) ?? 'overview',
    showStatistics: showStatistics === true,
    ...(Array.isArray(jobIds) ? { jobIds: jobIds.filter((id) => Number.isSafeInteger(id)) } : {}),
    ...(Number.isSafeInteger(first) && Number.isSafeInteger(last)
      ? { jobRange: { first: Number(first), last: Number(last) } }
      : {}),
    ...(typeof pilotStamp === 'string' ? { pilotStamp } : {}),
  };
}
