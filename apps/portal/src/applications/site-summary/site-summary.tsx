/** The Site Summary window: sites with their batch queues, pilots of the VO, the director's words; ban and allow. */
import { useQuery } from '@tanstack/react-query';
import { CheckBox, EmptyState, IconButton, Notice, TextInput, useToasts, type MenuEntry } from '@wm/ui-kit';
import { useState, type ReactNode } from 'react';
import { elementStatuses, type ElementStatus } from '@wm/wms-core/vocabulary';
import { useMembership } from '../../server-state/me.ts';
import { endStatus, sitesQuery, type BatchQueue, type Element } from '../../server-state/sites.ts';
import { Answer, faultOf } from '../../widgets/grid-application/answer.tsx';
import { noFilters, withChoice } from '../../widgets/grid-application/filters.ts';
import { shortInstant } from '../../widgets/grid-application/instants.ts';
import { useNowMs } from '../../widgets/grid-application/use-now.ts';
import type { ApplicationProps } from '../application.ts';
import { SiteCard } from './site-card.tsx';
import { SiteHistory } from './site-history.tsx';
import type { SiteSummaryState } from './site-summary-state.ts';
import { nameOf, sitesOf, verdictOf } from './site-view.ts';
import { StatusDialog } from './status-dialog.tsx';
import './site-summary.css';

const notAllowed = 'Needs a group with the property SiteManager';

const filteredBy = (site: string) => withChoice(noFilters, 'GridSite', { values: [site], negated: false });

/** True when something is said of just this element. */
const isSaidOf = (element: Element, queue: BatchQueue | undefined): boolean =>
  queue?.word !== undefined && queue.word !== null && nameOf(queue.word) === nameOf(element);

export function SiteSummary({ state, setState, open }: ApplicationProps<SiteSummaryState>): ReactNode {
  const query = useQuery(sitesQuery);
  const toasts = useToasts();
  const nowMs = useNowMs(60_000);
  const [asked, ask] = useState<{ readonly element: Element; readonly status: ElementStatus }>();
  const [history, showHistory] = useState<string>();
  const mayManage = useMembership()?.properties.includes('SiteManager') ?? false;
  const queues = query.data ?? [];
  const sites = sitesOf(queues, state);

  async function end(element: Element): Promise<void> {
    try {
      await endStatus(element);
      toasts.show({ text: `The configuration decides on ${nameOf(element)} again` });
    } catch (error) {
      toasts.show({ text: faultOf(error).message });
    }
  }

  function menuOf(element: Element, queue: BatchQueue | undefined): readonly MenuEntry[] {
    const { site } = element;
    const isSaid = isSaidOf(
      element,
      queue ?? queues.find((each) => each.site === site && isSaidOf(element, each)),
    );
    const refusal = mayManage ? {} : { disabledReason: notAllowed };
    return [
      {
        kind: 'item',
        label: 'Show Pilots',
        icon: 'send',
        onSelect: () => open({ applicationId: 'pilot-monitor', state: { filters: filteredBy(site) } }),
      },
      { kind: 'item', label: 'History', icon: 'clock', onSelect: () => showHistory(site) },
      {
        kind: 'branch',
        label: 'Set status',
        icon: 'edit',
        entries: elementStatuses.map((status) => ({
          kind: 'item',
          label: status,
          onSelect: () => ask({ element, status }),
        })),
        ...refusal,
      },
      {
        kind: 'item',
        label: 'End the status that was set',
        icon: 'undo',
        onSelect: () => void end(element),
        ...(isSaid ? refusal : { disabledReason: 'Nothing was said: the configuration decides' }),
      },
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
      {asked && (
        <StatusDialog
          {...asked}
          onCancel={() => ask(undefined)}
          onDone={(status) => {
            ask(undefined);
            toasts.show({ text: `${nameOf(asked.element)} is ${status} now` });
          }}
        />
      )}
      {history !== undefined && <SiteHistory site={history} onClose={() => showHistory(undefined)} />}
    </div>
  );
}
