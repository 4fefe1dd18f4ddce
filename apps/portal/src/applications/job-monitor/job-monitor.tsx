/** The Job Monitor window: the grid application over jobs, with their menu, actions, drawer and statistics. */
import { useQueryClient } from '@tanstack/react-query';
import { Button, IconButton, LinkButton, type MenuEntry } from '@wm/ui-kit';
import type { JobAction } from '@wm/wms-core/vocabulary';
import { useEffect, useMemo, useState, type ReactNode } from 'react';
import {
  jobOptionsQuery,
  readJobRows,
  readJobsPage,
  readMatchingJobIds,
  type JobsQuery,
} from '../../server-state/jobs.ts';
import { useMe, useMembership } from '../../server-state/me.ts';
import {
  chipsOf,
  noFilters,
  pilotReferences,
  searchConditions,
  withChoice,
} from '../../widgets/grid-application/filters.ts';
import { GridApplication } from '../../widgets/grid-application/grid-application.tsx';
import type { Row } from '../../widgets/grid-application/live-rows.ts';
import { noSelection } from '../../widgets/grid-application/row-selection.ts';
import { menuOf } from '../../widgets/grid-application/menu-of.ts';
import { useGridSelection, type GridSelection } from '../../widgets/grid-application/use-grid-selection.ts';
import { useLivePage } from '../../widgets/grid-application/use-live-page.ts';
import { JobStatusBadge } from '../../widgets/job-status-badge.tsx';
import type { ApplicationProps } from '../application.ts';
import { JobDetails } from './details/job-details.tsx';
import {
  actionByState,
  actionWords,
  administratorsActions,
  isAdministrator,
  isDangerous,
  usersActions,
  type Viewer,
} from './job-actions.ts';
import { jobCard, jobColumns, jobParameters } from './job-columns.ts';
import { jobMenu, type DetailsTab } from './job-menu.ts';
import { fulfilWish, hasWish, type JobMonitorState } from './job-monitor-state.ts';
import './job-monitor.css';
import { jobIdOf, readJobRow, type JobRow } from './job-row.ts';
import { jobFilterSpec } from './job-selectors.ts';
import { useOperations } from './operations/use-operations.tsx';
import { Statistics } from './statistics.tsx';
import { useJobActions } from './use-job-actions.tsx';
import { useJobCommands } from './use-job-commands.tsx';

const keyOf = (row: Row): string => String(jobIdOf(row));
const noRows: readonly Row[] = [];
const renderStatus = (status: string): ReactNode => <JobStatusBadge status={status} />;
const filtersText = (count: number): string =>
  count === 0 ? '' : `${count} ${count === 1 ? 'filter' : 'filters'}`;
const nameOf = (row: Row): string => `job ${jobIdOf(row)}`;

function useViewer(): Viewer {
  const me = useMe();
  const membership = useMembership();
  return useMemo(
    () => ({
      userName: me.userName,
      group: membership?.group ?? '',
      properties: membership?.properties ?? [],
    }),
    [me.userName, membership],
  );
}

function jobsQueryOf({ filters, sort, page, perPage }: JobMonitorState): JobsQuery {
  return {
    conditions: (nowMs) => searchConditions(jobFilterSpec, filters, nowMs),
    pilots: pilotReferences(filters),
    sort,
    page,
    perPage,
    parameters: jobParameters,
  };
}

/** A change of a job cannot move its row when rows are in order of their ids and none is filtered out. */
const rowsStay = ({ filters, sort }: JobMonitorState): boolean =>
  sort.parameter === 'JobID' && (filters.ids !== '' || chipsOf(jobFilterSpec, filters).length === 0);

function useJobsPage(state: JobMonitorState, group: string) {
  const query = jobsQueryOf(state);
  const { filters, sort, page, perPage } = state;
  return useLivePage<number>({
    noun: 'jobs',
    group,
    question: { filters, sort, page, perPage },
    rowKey: 'JobID',
    readPage: (signal) => readJobsPage(query, signal),
    readRows: (jobIds) => readJobRows(jobIds, jobParameters),
    keyOf: jobIdOf,
    changedIn: (changed) => changed.jobs,
    changesMove: !rowsStay(state),
  });
}

export function JobMonitor(props: ApplicationProps<JobMonitorState>): ReactNode {
  const { setState, setSubtitle, open } = props;
  const state = fulfilWish(props.state);
  const [isEverything, setIsEverything] = useState(false);
  useEffect(() => {
    if (hasWish(props.state)) setState(fulfilWish);
  }, [props.state, setState]);
  const change = (part: Partial<JobMonitorState>): void => {
    if (part.filters !== undefined) setIsEverything(false);
    setState((old) => ({ ...fulfilWish(old), ...part }));
  };

  const client = useQueryClient();
  const viewer = useViewer();
  const live = useJobsPage(state, viewer.group);
  const rows = live.page?.rows ?? noRows;
  const selection = useGridSelection(rows, keyOf);
  const operations = useOperations(() => {
    setIsEverything(false);
    selection.set(noSelection);
  });
  const actions = useJobActions(viewer, operations);
  const showDetails = (jobId: number, tab: DetailsTab): void => change({ selectedJob: jobId, tab });
  const sameAs = (attribute: string, value: string, from = noFilters): void =>
    change({
      filters: withChoice(from, attribute, { values: [value], negated: false }),
      page: 1,
      showStatistics: false,
    });
  const commands = useJobCommands({
    group: viewer.group,
    open,
    actions,
    onDetails: showDetails,
    onSameAs: sameAs,
  });
  const menu = (job: JobRow): readonly MenuEntry[] =>
    menuOf(jobMenu(job, viewer), (command) => commands.run(command, job));

  const setCount = chipsOf(jobFilterSpec, state.filters).length;
  useEffect(() => setSubtitle(filtersText(setCount)), [setCount, setSubtitle]);

  const known = useMemo(
    () => new Map([...selection.seen].map(([key, row]) => [Number(key), readJobRow(row)])),
    // Rows of the page are new objects when anything in them changed.
    // oxlint-disable-next-line react/exhaustive-deps
    [selection.seen, rows],
  );
  /** Everything that matches is asked of the server; ticked jobs are named. */
  const ask = (action: JobAction, keys: Iterable<string>): void => {
    if (isEverything) operations.ask(action, jobsQueryOf(state));
    else actions.ask(action, [...keys].map(Number), known);
  };
  /** Offered unless all ticked jobs are known to refuse it. */
  const bulkReason = (action: JobAction): string | undefined => {
    if (isEverything) return undefined;
    const reasons = [...selection.keys].map((key) => {
      const availability = actionByState(action, known.get(Number(key))?.status);
      return availability.allowed ? undefined : availability.reason;
    });
    return reasons.every((reason) => reason !== undefined) ? reasons[0] : undefined;
  };
  const bulkActions = [...(isAdministrator(viewer) ? administratorsActions : []), ...usersActions];

  /** Ticks what can be listed; what is done then is done to everything that matches, listed or not. */
  const selectEverything = (): void => {
    setIsEverything(true);
    void readMatchingJobIds(jobsQueryOf(state)).then((ids) => selection.set(new Set(ids.map(String))));
  };
  const ticked: GridSelection = {
    ...selection,
    set(keys) {
      setIsEverything(false);
      selection.set(keys);
    },
  };

  return (
    <>
      <GridApplication
        noun="jobs"
        spec={jobFilterSpec}
        columns={jobColumns}
        card={jobCard}
        state={state}
        onState={change}
        live={live}
        rows={rows}
        keyOf={keyOf}
        selection={ticked}
        isEverything={isEverything}
        optionsQuery={jobOptionsQuery}
        onRefreshOptions={() => {
          void client.invalidateQueries({ queryKey: ['jobs', 'options'] });
        }}
        renderStatus={renderStatus}
        menu={(row) => menu(readJobRow(row))}
        menuLabel={nameOf}
        currentKey={state.selectedJob === null ? undefined : String(state.selectedJob)}
        onOpenRow={(row) => showDetails(jobIdOf(row), state.selectedJob === null ? 'overview' : state.tab)}
        onCopyId={(row) => commands.run({ kind: 'copyId' }, readJobRow(row))}
        onDelete={(keys) => ask('delete', keys)}
        onSelectAll={selectEverything}
        bulkActions={bulkActions.map((action) => (
          <Button
            key={action}
            {...(isDangerous(action) ? { look: 'danger' as const } : {})}
            disabledReason={bulkReason(action)}
            onClick={() => ask(action, selection.keys)}
          >
            {actionWords[action].verb}
          </Button>
        ))}
        emptyHint={
          <>
            Jobs that you submit appear here at once.{' '}
            <LinkButton onClick={() => open({ applicationId: 'job-launchpad' })}>
              Open Job Launchpad
            </LinkButton>
          </>
        }
        tools={
          <>
            <IconButton icon="clock" label="Operations" onClick={operations.showList} />
            <IconButton
              icon="pie"
              label="Statistics"
              pressed={state.showStatistics}
              onClick={() => change({ showStatistics: !state.showStatistics })}
            />
          </>
        }
        {...(state.showStatistics
          ? {
              instead: (
                <Statistics
                  filters={state.filters}
                  onPick={(attribute, value, keeps) =>
                    sameAs(attribute, value, keeps ? state.filters : noFilters)
                  }
                  onClose={() => change({ showStatistics: false })}
                />
              ),
            }
          : {})}
        {...(state.selectedJob === null
          ? {}
          : {
              onCloseDrawer: () => change({ selectedJob: null }),
              drawer: (
                <JobDetails
                  key={state.selectedJob}
                  jobId={state.selectedJob}
                  tab={state.tab}
                  onTab={(tab) => change({ tab })}
                  onClose={() => change({ selectedJob: null })}
                  menuOf={menu}
                  onDownload={(side) => commands.download(state.selectedJob ?? 0, side)}
                  onPilot={commands.showPilot}
                  onDuplicate={(jdl) => open({ applicationId: 'job-launchpad', state: { jdl } })}
                  onCopyId={(job) => commands.run({ kind: 'copyId' }, job)}
                />
              ),
            })}
      />
      {actions.dialog}
      {operations.dialog}
      {commands.dialog}
    </>
  );
}
