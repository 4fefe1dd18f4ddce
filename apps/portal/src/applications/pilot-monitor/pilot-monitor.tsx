/** The Pilot Monitor window: the grid application over pilots, with their menu and output. */
import { useQueryClient } from '@tanstack/react-query';
import { copyText, useToasts } from '@wm/ui-kit';
import { useEffect, useState, type ReactNode } from 'react';
import { useMembership } from '../../server-state/me.ts';
import { pilotOptionsQuery, readPilotRows, readPilotsPage } from '../../server-state/pilots.ts';
import { valueText } from '../../server-state/search-page.ts';
import { chipsOf, noFilters, searchConditions, withChoice } from '../../widgets/grid-application/filters.ts';
import { GridApplication } from '../../widgets/grid-application/grid-application.tsx';
import type { Row } from '../../widgets/grid-application/live-rows.ts';
import { menuOf } from '../../widgets/grid-application/menu-of.ts';
import { useGridSelection } from '../../widgets/grid-application/use-grid-selection.ts';
import { useLivePage } from '../../widgets/grid-application/use-live-page.ts';
import { PilotOutputDialog, type PilotPart } from '../../widgets/pilot-output-dialog.tsx';
import { PilotStatusBadge } from '../../widgets/pilot-status-badge.tsx';
import type { ApplicationProps } from '../application.ts';
import { pilotCard, pilotColumns, pilotParameters } from './pilot-columns.ts';
import { pilotMenu, type PilotCommand } from './pilot-menu.ts';
import { fulfilWish, type PilotMonitorState } from './pilot-monitor-state.ts';
import { pilotFilterSpec } from './pilot-selectors.ts';

const stampOf = (row: Row): string => valueText(row['PilotStamp']);
const noRows: readonly Row[] = [];
const renderStatus = (status: string): ReactNode => <PilotStatusBadge status={status} />;
const nameOf = (row: Row): string => `pilot ${stampOf(row).slice(0, 12)}`;

function usePilotsPage({ filters, sort, page, perPage }: PilotMonitorState, group: string) {
  return useLivePage<string>({
    noun: 'pilots',
    group,
    question: { filters, sort, page, perPage },
    rowKey: 'PilotStamp',
    readPage: (signal) =>
      readPilotsPage(
        {
          conditions: (nowMs) => searchConditions(pilotFilterSpec, filters, nowMs),
          sort,
          page,
          perPage,
          parameters: pilotParameters,
        },
        signal,
      ),
    readRows: (stamps) => readPilotRows(stamps, pilotParameters),
    keyOf: stampOf,
    changedIn: (changed) => changed.pilots,
    changesMove: sort.parameter !== 'SubmissionTime' || chipsOf(pilotFilterSpec, filters).length > 0,
  });
}

export function PilotMonitor(props: ApplicationProps<PilotMonitorState>): ReactNode {
  const { setState, open } = props;
  const state = fulfilWish(props.state);
  useEffect(() => {
    if (props.state.pilotStamp !== undefined) setState(fulfilWish);
  }, [props.state, setState]);
  const change = (part: Partial<PilotMonitorState>): void =>
    setState((old) => ({ ...fulfilWish(old), ...part }));

  const client = useQueryClient();
  const toasts = useToasts();
  const group = useMembership()?.group ?? '';
  const live = usePilotsPage(state, group);
  const rows = live.page?.rows ?? noRows;
  const selection = useGridSelection(rows, stampOf);
  const [output, setOutput] = useState<{ readonly stamp: string; readonly part: PilotPart }>();

  async function copyReference(row: Row): Promise<void> {
    const reference = valueText(row['PilotJobReference']) || stampOf(row);
    const copied = await copyText(reference);
    toasts.show({
      text: copied ? 'Pilot reference copied' : `The browser does not allow copying: ${reference}`,
    });
  }
  function run(command: PilotCommand, row: Row): void {
    if (command.kind === 'showJobs')
      open({ applicationId: 'job-monitor', state: { pilotStamp: stampOf(row) } });
    else if (command.kind === 'output') setOutput({ stamp: stampOf(row), part: command.part });
    else if (command.kind === 'copyReference') void copyReference(row);
    else
      change({
        filters: withChoice(noFilters, command.attribute, { values: [command.value], negated: false }),
        page: 1,
      });
  }

  return (
    <>
      <GridApplication
        noun="pilots"
        spec={pilotFilterSpec}
        columns={pilotColumns}
        card={pilotCard}
        state={state}
        onState={change}
        live={live}
        rows={rows}
        keyOf={stampOf}
        selection={selection}
        optionsQuery={pilotOptionsQuery}
        onRefreshOptions={() => {
          void client.invalidateQueries({ queryKey: ['pilots', 'options'] });
        }}
        renderStatus={renderStatus}
        menu={(row) => menuOf(pilotMenu(row), (command) => run(command, row))}
        menuLabel={nameOf}
        onOpenRow={(row) => setOutput({ stamp: stampOf(row), part: 'log' })}
        onCopyId={(row) => {
          void copyReference(row);
        }}
        emptyHint="Pilots are started by themselves when jobs wait that they could run. Submit a job and watch."
      />
      {output && (
        <PilotOutputDialog
          {...output}
          onShowJobs={() => {
            setOutput(undefined);
            open({ applicationId: 'job-monitor', state: { pilotStamp: output.stamp } });
          }}
          onClose={() => setOutput(undefined)}
        />
      )}
    </>
  );
}
