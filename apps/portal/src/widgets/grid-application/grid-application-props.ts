/** What an application hands to the grid application: its rows, its words, its menu, its commands. */
import type { MenuEntry } from '@wm/ui-kit';
import type { ReactNode } from 'react';
import type { ColumnSpec } from './column-spec.ts';
import type { OptionsQuery } from './filter-panel.tsx';
import type { FilterSpec } from './filters.ts';
import type { GridState } from './grid-state.ts';
import type { Row } from './live-rows.ts';
import type { CardSpec } from './card-spec.ts';
import type { GridSelection } from './use-grid-selection.ts';
import type { LivePage } from './use-live-page.ts';

export interface GridApplicationProps {
  /** "jobs" */
  readonly noun: string;
  readonly spec: FilterSpec;
  readonly columns: readonly ColumnSpec[];
  /** What is shown where there is no room for columns. */
  readonly card: CardSpec;
  readonly state: GridState;
  readonly onState: (change: Partial<GridState>) => void;
  readonly live: LivePage;
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly selection: GridSelection;
  readonly optionsQuery: OptionsQuery;
  readonly onRefreshOptions: () => void;
  readonly renderStatus: (status: string) => ReactNode;
  readonly menu: (row: Row) => readonly MenuEntry[];
  readonly menuLabel: (row: Row) => string;
  readonly onOpenRow: (row: Row) => void;
  /** Key of the row whose details are open. */
  readonly currentKey?: string | undefined;
  readonly onCopyId: (row: Row) => void;
  /** Del on the ticked rows, or on the row with the cursor when none is ticked. */
  readonly onDelete?: (keys: readonly string[]) => void;
  /** "Select all 12,480 that match". */
  readonly onSelectAll?: () => void;
  /** The selection means everything that matches, also what is not ticked on any page. */
  readonly isEverything?: boolean;
  readonly bulkActions?: ReactNode;
  /** Shown when no row exists at all, without any filter. */
  readonly emptyHint: ReactNode;
  readonly tools?: ReactNode;
  /** Replaces rows and pager, such as statistics. */
  readonly instead?: ReactNode;
  readonly drawer?: ReactNode;
  readonly onCloseDrawer?: () => void;
}
