/** The Site Summary window: sites with their batch queues, pilots of the VO, the director's words; ban and allow. */
import { useQuery } from '@tanstack/react-query';
import { CheckBox, EmptyState, IconButton, Notice, TextInput, type MenuEntry } from '@wm/ui-kit';
import type { ReactNode } from 'react';
import { sitesQuery, type Element } from '../../server-state/sites.ts';
import { isSaidOf } from '../../widgets/elements/element-words.ts';
import { useElementActions } from '../../widgets/elements/use-element-actions.tsx';
import { Answer, faultOf } from '../../widgets/grid-application/answer.tsx';
import { noFilters, withChoice } from '../../widgets/grid-application/filters.ts';
import { shortInstant } from '../../widgets/grid-application/instants.ts';
import { useNowMs } from '../../widgets/grid-application/use-now.ts';
import type { ApplicationProps } from '../application.ts';
import { SiteCard } from './site-card.tsx';
import type { SiteSummaryState } from './site-summary-state.ts';
import { sitesOf, verdictOf } from './site-view.ts';
import './site-summary.css';

const filteredBy = (site: string) => withChoice(noFilters, 'GridSite', { values: [site], negated: false });

export function SiteSummary({ state, setState, open }: ApplicationProps<SiteSummaryState>): ReactNode {
  const query = useQuery(sitesQuery);
  const nowMs = useNowMs(60_000);
  const actions = useElementActions();
  const queues = query.data ?? [];
  const sites = sitesOf(queues, state);

  function menuOf(element: Element): readonly MenuEntry[] {
    const { site } = element;
    return [
      {
        kind: 'item',
        label: 'Show Pilots',
        icon: 'send',
        onSelect: () => open({ applicationId: 'pilot-monitor', state: { filters: filteredBy(site) } }),
      },
      ...actions.menuOf(
        element,
        queues.some((queue) => queue.site === site && isSaidOf(element, queue.word)),
      ),
    ];
  }

  return (
    <div className="site-summary blocks-window">
      <header className="bar line tool-bar">
        <TextInput
          type="search"
          aria-label="Part of a name"
          placeholder="Site, computing element or queue"
          value={state.text}
          onChange={(text) => setState((old) => ({ ...old, text }))}
        />
        <CheckBox
          label="Only with troubles"
          checked={state.onlyTroubled}
          onChange={(onlyTroubled) => setState((old) => ({ ...old, onlyTroubled }))}
        />
        <span className="grow" />
        {query.data !== undefined && (
          <span className="muted xs cut" role="status">
            {verdictOf(queues)}
          </span>
        )}
        <IconButton
          icon="refresh"
          label="Refresh"
          className={query.isFetching ? 'turning' : ''}
          onClick={() => void query.refetch()}
        />
      </header>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolling box must be reachable by keyboard */}
      <div className="blocks-body" role="region" aria-label="Sites" tabIndex={0}>
        {query.data !== undefined && query.isError && (
          <Notice tone="fail">
            What you see is old; it could not be read again: {faultOf(query.error).message}
          </Notice>
        )}
        <Answer query={query} what="The sites">
          {() =>
            sites.length === 0 ? (
              <EmptyState
                icon="server"
                title={queues.length === 0 ? 'No site serves your VO' : 'No site matches'}
              >
                {queues.length === 0
                  ? 'Sites are described in the configuration of the installation.'
                  : 'Search for another name, or show all sites.'}
              </EmptyState>
            ) : (
              sites.map((view) => (
                <SiteCard
                  key={view.site}
                  view={view}
                  time={(instant) => `${shortInstant(instant, nowMs)} UTC`}
                  menuOf={menuOf}
                />
              ))
            )
          }
        </Answer>
      </div>
      {actions.dialogs}
    </div>
  );
}
