/**
 * A whole summary application: selectors at the left, a bar with search words and columns, the table, a foot that
 * counts. What the rows are and what can be done with them comes from the application.
 */
import type { UseQueryResult } from '@tanstack/react-query';
import {
  Button,
  ColumnChooser,
  EmptyState,
  Field,
  IconButton,
  MultiSelect,
  Notice,
  SelectorPanel,
  type IconName,
  type MenuEntry,
} from '@wm/ui-kit';
import { useState, type ReactNode } from 'react';
import { Answer, faultOf } from '../grid-application/answer.tsx';
import { shownColumns, toggleColumn } from '../grid-application/column-spec.ts';
import '../grid-application/grid-application.css';
import { roomFor, useBoxWidth } from '../grid-application/use-box-width.ts';
import {
  optionsOf,
  selectRows,
  sortRows,
  type Selected,
  type SummaryColumn,
  type SummaryRow,
  type SummarySelector,
} from './summary-rows.ts';
import type { SummaryState } from './summary-state.ts';
import { SummaryTable } from './summary-table.tsx';
import './summary-application.css';

export interface SummaryApplicationProps<R> {
  /** "site"; more of them get an s. */
  readonly noun: string;
  readonly icon: IconName;
  readonly query: UseQueryResult;
  /** All of them; empty until they are read. */
  readonly rows: readonly SummaryRow<R>[];
  readonly columns: readonly SummaryColumn<R>[];
  readonly selectors: readonly SummarySelector<R>[];
  readonly state: SummaryState;
  readonly onState: (change: Partial<SummaryState>) => void;
  readonly cell: (column: string, row: R) => ReactNode | undefined;
  readonly nameOf: (row: R) => string;
  readonly menuOf: (row: R) => readonly MenuEntry[];
  /** Why there may be none at all. */
  readonly emptyTitle: string;
  readonly emptyHint: string;
  /** "Updated 14:06:11 UTC" */
  readonly note?: string | undefined;
}

const setCount = (selected: Selected): number =>
  Object.values(selected).filter((values) => values.length > 0).length;

export function SummaryApplication<R>(props: SummaryApplicationProps<R>): ReactNode {
  const { columns, onState, query, selectors, state } = props;
  const nouns = `${props.noun}s`;
  const [box, width] = useBoxWidth();
  const isNarrow = roomFor(width, false) === 'narrow';
  const [isPanelOver, setIsPanelOver] = useState(false);
  const shown = sortRows(selectRows(props.rows, selectors, state.selected), columns, state.sort);
  const reset = (): void => onState({ selected: {} });
  const refresh = (): void => void query.refetch();
  return (
    <div className="grid-app summary-app" ref={box}>
      <SelectorPanel
        isOpen={isNarrow ? isPanelOver : state.panelOpen}
        onToggle={(isOpen) => (isNarrow ? setIsPanelOver(isOpen) : onState({ panelOpen: isOpen }))}
        setCount={setCount(state.selected)}
        actions={<Button onClick={reset}>Reset</Button>}
      >
        {selectors.map((selector) => {
          const values = state.selected[selector.id] ?? [];
          return (
            <Field key={selector.id} label={selector.label}>
              <MultiSelect
                values={values}
                options={optionsOf(props.rows, selector, values)}
                onChange={(chosen) => onState({ selected: { ...state.selected, [selector.id]: chosen } })}
              />
            </Field>
          );
        })}
      </SelectorPanel>
      <div className="list">
        {query.data !== undefined && query.isError && (
          <Notice tone="fail">
            What you see is old; it could not be read again: {faultOf(query.error).message}
          </Notice>
        )}
        {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a scrolling box must be reachable by keyboard */}
        <div className="rows summary-rows" role="region" aria-label={`All ${nouns}`} tabIndex={0}>
          <Answer query={query} what={`The ${nouns}`}>
            {() =>
              shown.length === 0 ? (
                <EmptyState
                  icon={props.icon}
                  title={props.rows.length === 0 ? props.emptyTitle : `No ${nouns} match the selectors`}
                  actions={props.rows.length > 0 && <Button onClick={reset}>Reset the selectors</Button>}
                >
                  {props.rows.length === 0 ? props.emptyHint : 'Choose other values, or none.'}
                </EmptyState>
              ) : (
                <SummaryTable
                  label={`All ${nouns}`}
                  columns={shownColumns(columns, state.columns) as readonly SummaryColumn<R>[]}
                  rows={shown}
                  cell={props.cell}
                  nameOf={props.nameOf}
                  menuOf={props.menuOf}
                  sort={state.sort}
                  onSort={(sort) => onState({ sort })}
                  unfolded={state.unfolded}
                  onUnfold={(unfolded) => onState({ unfolded })}
                />
              )
            }
          </Answer>
        </div>
        <div className="bar pager">
          <span role="status">
            {query.data !== undefined && (
              <>
                <strong>{shown.length.toLocaleString('en')}</strong>
                {shown.length !== props.rows.length && ` of ${props.rows.length.toLocaleString('en')}`}{' '}
                {props.rows.length === 1 ? props.noun : nouns}
              </>
            )}
          </span>
          <span className="grow" />
          {props.note !== undefined && <span className="cut">{props.note}</span>}
          <ColumnChooser
            columns={columns.map((column) => ({
              id: column.id,
              title: column.title,
              shown: shownColumns(columns, state.columns).includes(column),
              fixed: column.isFixed === true,
            }))}
            onToggle={(id) => onState({ columns: toggleColumn(columns, state.columns, id) })}
            onReset={() => onState({ columns: null })}
          />
          <IconButton
            icon="refresh"
            label="Refresh"
            className={query.isFetching ? 'turning' : ''}
            onClick={refresh}
          />
        </div>
      </div>
    </div>
  );
}
