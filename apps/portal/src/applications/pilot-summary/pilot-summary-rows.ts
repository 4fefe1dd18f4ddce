/**
 * Rows, columns and selectors of the Pilot Summary in the words of the classic portal (portal.md §2.5). Its columns
 * Ready and Scheduled are not here: no pilot of this system is ever in such a state. Pure.
 */
import { pilotSummaryStatuses, type PilotStatus, type PilotSummaryStatus } from '@wm/wms-core/vocabulary';
import type { PilotsBySite } from '../../server-state/pilots.ts';
import type {
  SummaryColumn,
  SummaryRow,
  SummarySelector,
} from '../../widgets/summary-application/summary-rows.ts';

type Site = PilotsBySite['sites'][number];
type Figures = Omit<Site, 'site' | 'computingElements'>;

export interface PilotPlace extends Figures {
  readonly site: string;
  /** Undefined = several. */
  readonly computingElement: string | undefined;
}

function placeOf({ computingElements, site, ...figures }: Site): SummaryRow<PilotPlace> {
  const [only, ...others] = computingElements;
  const isOne = only !== undefined && others.length === 0;
  return {
    key: site,
    row: { site, computingElement: isOne ? only.computingElement : undefined, ...figures },
    parts: isOne
      ? []
      : computingElements.map((element) => ({
          key: `${site} / ${element.computingElement}`,
          row: { site, ...element },
          parts: [],
        })),
  };
}

export const placesOf = (answer: PilotsBySite | undefined): readonly SummaryRow<PilotPlace>[] =>
  (answer?.sites ?? []).map(placeOf);

export const nameOf = ({ computingElement, site }: PilotPlace): string =>
  computingElement === undefined ? site : `${site} / ${computingElement}`;

const number = (
  id: string,
  value: (place: PilotPlace) => number | null,
  more: Partial<SummaryColumn<PilotPlace>> = {},
): SummaryColumn<PilotPlace> => ({ id, title: id, kind: 'number', width: 80, value, ...more });

const inStatus = (status: PilotStatus, isHidden = false): SummaryColumn<PilotPlace> =>
  number(status, ({ byStatus }) => byStatus[status], { isHidden });

export const pilotSummaryColumns: readonly SummaryColumn<PilotPlace>[] = [
  { id: 'Site', title: 'Site', kind: 'text', width: 160, isFixed: true, value: ({ site }) => site },
  {
    id: 'CE',
    title: 'CE',
    kind: 'soft',
    width: 160,
    value: ({ computingElement }) => computingElement ?? 'Multiple',
  },
  {
    id: 'Status',
    title: 'Status',
    kind: 'status',
    width: 90,
    // Sorted by how good it is, not by letters.
    value: ({ status }) => pilotSummaryStatuses.indexOf(status),
    text: ({ status }) => status,
  },
  number('PilotJobEff', ({ pilotJobEff }) => pilotJobEff, {
    title: 'PilotJobEff (%)',
    text: ({ pilotJobEff }) => (pilotJobEff ?? 0).toFixed(1),
  }),
  number('PilotsPerJob', ({ pilotsPerJob }) => pilotsPerJob, {
    text: ({ pilotsPerJob }) => (pilotsPerJob ?? 0).toFixed(2),
  }),
  inStatus('Submitted', true),
  inStatus('Waiting'),
  inStatus('Running'),
  inStatus('Done'),
  inStatus('Aborted'),
  number('Aborted_Hour', ({ abortedInHour }) => abortedInHour),
  inStatus('Failed'),
  inStatus('Deleted', true),
  inStatus('Unknown', true),
  number('Done_Empty', ({ doneEmpty }) => doneEmpty, { isHidden: true }),
  number('Total', ({ total }) => total, { isHidden: true }),
];

export const pilotSummarySelectors: readonly SummarySelector<PilotPlace>[] = [
  { id: 'site', label: 'Site', valuesOf: ({ site }) => [site] },
  {
    id: 'status',
    label: 'Status',
    known: pilotSummaryStatuses,
    valuesOf: ({ status }): readonly PilotSummaryStatus[] => [status],
  },
];
