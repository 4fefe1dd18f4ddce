/** The rows of a grid application, or what stands in their place: bars while reading, an error, a hint. */
import { Button, EmptyState, ErrorBox, Notice, Skeleton, type MenuPoint } from '@wm/ui-kit';
import type { DataGridHandle } from '@wm/ui-kit/data-grid';
import type { ReactNode, Ref } from 'react';
import { faultOf } from './answer.tsx';
import { chipsOf, noFilters, withoutChip, type Filters, type FilterSpec } from './filters.ts';
import type { GridApplicationProps } from './grid-application-props.ts';
import type { Row } from './live-rows.ts';
import { RowsGrid } from './rows-grid.tsx';

export interface RowsAreaProps extends GridApplicationProps {
  readonly onApply: (filters: Filters) => void;
  readonly onMenu: (row: Row, at: MenuPoint) => void;
  readonly onKey: (event: KeyboardEvent, row: Row) => boolean;
  readonly handle: Ref<DataGridHandle>;
  /** Rows of an earlier question, or of before the connection was lost. */
  readonly isStale: boolean;
  readonly isCards: boolean;
}

interface NothingProps {
  readonly noun: string;
  readonly spec: FilterSpec;
  readonly filters: Filters;
  readonly onApply: (filters: Filters) => void;
  readonly emptyHint: ReactNode;
}

/** No row: which filter could be taken away, or what to do first. */
function Nothing({ noun, spec, filters, onApply, emptyHint }: NothingProps): ReactNode {
  const chips = chipsOf(spec, filters);
  if (chips.length === 0)
    return (
      <EmptyState icon="list" title={`No ${noun} yet`}>
        {emptyHint}
      </EmptyState>
    );
  const words = chips.length === 1 ? '1 filter is set.' : `${chips.length} filters are set.`;
  return (
    <EmptyState
      title={`No ${noun} match`}
      actions={
        <>
          {chips.slice(0, 4).map((chip) => (
            <Button key={chip.key} onClick={() => onApply(withoutChip(filters, chip.key))}>
              Remove {chip.label} filter
            </Button>
          ))}
          {chips.length > 1 && <Button onClick={() => onApply(noFilters)}>Remove all filters</Button>}
        </>
      }
    >
      {words} Take one away or widen the time span.
    </EmptyState>
  );
}

export function RowsArea(props: RowsAreaProps): ReactNode {
  const { live, rows, noun } = props;
  if (live.page === undefined) {
    if (live.error === null)
      return (
        <div className="rows">
          <Skeleton lines={12} label={`Reading ${noun}`} />
        </div>
      );
    const { message, requestId } = faultOf(live.error);
    return (
      <div className="rows">
        <ErrorBox title={`The ${noun} could not be read`} requestId={requestId} onRetry={live.refresh}>
          {message}
        </ErrorBox>
      </div>
    );
  }
  return (
    <div className="rows">
      {live.error !== null && (
        <Notice tone="warn" action={<Button onClick={live.refresh}>Try now</Button>}>
          {faultOf(live.error).message} The rows below are older.
        </Notice>
      )}
      {rows.length === 0 && !live.isOld ? (
        <Nothing {...props} filters={props.state.filters} />
      ) : (
        <RowsGrid
          {...props}
          selection={props.selection.keys}
          onSelection={props.selection.set}
          currentKey={props.currentKey}
        />
      )}
    </div>
  );
}
