/** The Pilot Summary window: a row for every site, a part for every computing element; follows the bell of pilots. */
import { useQuery } from '@tanstack/react-query';
import { StatusPill, type MenuEntry } from '@wm/ui-kit';
import { useMemo, type ReactNode } from 'react';
import { pilotsBySiteQuery } from '../../server-state/pilots.ts';
import { noFilters, withChoice, type Filters } from '../../widgets/grid-application/filters.ts';
import { fullInstant } from '../../widgets/grid-application/instants.ts';
import { pilotSummaryLooks } from '../../widgets/status-look.ts';
import { SummaryApplication } from '../../widgets/summary-application/summary-application.tsx';
import type { SummaryState } from '../../widgets/summary-application/summary-state.ts';
import { useReadOnBell } from '../../widgets/use-read-on-bell.ts';
import type { ApplicationProps } from '../application.ts';
import {
  nameOf,
  pilotSummaryColumns,
  pilotSummarySelectors,
  placesOf,
  type PilotPlace,
} from './pilot-summary-rows.ts';

const readEveryMs = 5000;

const cellOf = (column: string, { status }: PilotPlace): ReactNode =>
  column === 'Status' ? <StatusPill {...pilotSummaryLooks[status]} label={status} /> : undefined;

const only = (filters: Filters, attribute: string, value: string): Filters =>
  withChoice(filters, attribute, { values: [value], negated: false });

function pilotsOf({ computingElement, site }: PilotPlace): Filters {
  const ofSite = only(noFilters, 'GridSite', site);
  return computingElement === undefined ? ofSite : only(ofSite, 'DestinationSite', computingElement);
}

export function PilotSummary({ state, setState, open }: ApplicationProps<SummaryState>): ReactNode {
  const query = useQuery(pilotsBySiteQuery);
  useReadOnBell('pilots', pilotsBySiteQuery.queryKey, readEveryMs);
  const rows = useMemo(() => placesOf(query.data), [query.data]);

  const menuOf = (place: PilotPlace): readonly MenuEntry[] => [
    {
      kind: 'item',
      label: 'Show Pilots',
      icon: 'send',
      onSelect: () => open({ applicationId: 'pilot-monitor', state: { filters: pilotsOf(place) } }),
    },
    {
      kind: 'item',
      label: 'Show Jobs',
      icon: 'list',
      note: 'of the site',
      onSelect: () =>
        open({ applicationId: 'job-monitor', state: { filters: only(noFilters, 'Site', place.site) } }),
    },
    { kind: 'rule' },
    {
      kind: 'item',
      label: 'Show Site',
      icon: 'server',
      onSelect: () => open({ applicationId: 'site-summary', state: { text: place.site } }),
    },
  ];

  return (
    <SummaryApplication
      noun="site"
      icon="chart"
      query={query}
      rows={rows}
      columns={pilotSummaryColumns}
      selectors={pilotSummarySelectors}
      state={state}
      onState={(change) => setState((old) => ({ ...old, ...change }))}
      cell={cellOf}
      nameOf={nameOf}
      menuOf={menuOf}
      emptyTitle="No site has pilots of yours"
      emptyHint="Sites are described in the configuration of the installation; pilots are sent when jobs wait."
      note={query.data && `Updated ${fullInstant(query.data.at).slice(11)} UTC`}
    />
  );
}
