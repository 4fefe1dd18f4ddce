/** The Resource Summary window: a row for every computing element; ban and allow, and from there to its pilots. */
import { useQuery } from '@tanstack/react-query';
import { StatusPill, type MenuEntry } from '@wm/ui-kit';
import { useMemo, useState, type ReactNode } from 'react';
import { sitesQuery } from '../../server-state/sites.ts';
import { elementStatusLooks, isSaidOf, nameOf } from '../../widgets/elements/element-words.ts';
import { useElementActions } from '../../widgets/elements/use-element-actions.tsx';
import { noFilters, withChoice } from '../../widgets/grid-application/filters.ts';
import { SummaryApplication } from '../../widgets/summary-application/summary-application.tsx';
import type { SummaryState } from '../../widgets/summary-application/summary-state.ts';
import type { ApplicationProps } from '../application.ts';
import { ResourceOverview } from './resource-overview.tsx';
import { resourceColumns, resourceSelectors, resourcesOf, type Resource } from './resource-rows.ts';

const cellOf = (column: string, { status }: Resource): ReactNode =>
  column === 'Status' ? <StatusPill {...elementStatusLooks[status]} label={status} /> : undefined;

/** Its pilots in the words of the Pilot Monitor's selectors. */
const pilotsOf = ({ computingElement, site }: Resource) =>
  Object.entries({ GridSite: site, DestinationSite: computingElement }).reduce(
    (filters, [attribute, value]) => withChoice(filters, attribute, { values: [value], negated: false }),
    noFilters,
  );

const noQueues = [] as const;

export function ResourceSummary({ state, setState, open }: ApplicationProps<SummaryState>): ReactNode {
  const query = useQuery(sitesQuery);
  const actions = useElementActions();
  const [overview, showOverview] = useState<string>();
  const queues = query.data ?? noQueues;
  const rows = useMemo(() => resourcesOf(queues), [queues]);
  const shown = rows
    .flatMap((each) => [each, ...each.parts])
    .find(({ row }) => nameOf(row) === overview)?.row;

  const showPilots = (resource: Resource): void =>
    open({ applicationId: 'pilot-monitor', state: { filters: pilotsOf(resource) } });
  const showSite = ({ site }: Resource): void =>
    open({ applicationId: 'site-summary', state: { text: site } });

  const menuOf = (resource: Resource): readonly MenuEntry[] => {
    const { batchQueue, computingElement, site } = resource;
    const element = { site, computingElement, batchQueue };
    return [
      {
        kind: 'item',
        label: 'Overview',
        icon: 'info',
        onSelect: () => showOverview(nameOf(resource)),
      },
      { kind: 'item', label: 'Show Pilots', icon: 'send', onSelect: () => showPilots(resource) },
      { kind: 'item', label: 'Show Site', icon: 'server', onSelect: () => showSite(resource) },
      { kind: 'rule' },
      ...actions.menuOf(
        element,
        resource.queues.some(({ word }) => isSaidOf(element, word)),
      ),
    ];
  };

  return (
    <>
      <SummaryApplication
        noun="resource"
        icon="layers"
        query={query}
        rows={rows}
        columns={resourceColumns}
        selectors={resourceSelectors}
        state={state}
        onState={(change) => setState((old) => ({ ...old, ...change }))}
        cell={cellOf}
        nameOf={nameOf}
        menuOf={menuOf}
        emptyTitle="No resource serves your VO"
        emptyHint="Resources are described in the configuration of the installation."
      />
      {shown && (
        <ResourceOverview
          resource={shown}
          onShowPilots={() => showPilots(shown)}
          onShowSite={() => showSite(shown)}
          onClose={() => showOverview(undefined)}
        />
      )}
      {actions.dialogs}
    </>
  );
}
