/** The bar below a list: which rows of how many, page size, refresh, the two arrows. */
import type { ReactNode } from 'react';
import { IconButton } from './button.tsx';
import { MenuButton, type MenuEntry } from './menu.tsx';

export interface PagerProps {
  /** 1-based. */
  readonly page: number;
  readonly perPage: number;
  /** Rows on this page; undefined while they are read for the first time. */
  readonly shown: number | undefined;
  /** All rows; undefined while not known. */
  readonly total: number | undefined;
  /** The total is an estimate: "about 12,480". */
  readonly isAbout?: boolean;
  /** "jobs" */
  readonly noun: string;
  readonly onPage: (page: number) => void;
  readonly pageSizes?: readonly number[];
  readonly onPerPage?: (size: number) => void;
  readonly onRefresh?: () => void;
  readonly isRefreshing?: boolean;
  /** "Updated 14:06:11 UTC" */
  readonly note?: ReactNode;
}

const figure = (n: number): string => n.toLocaleString('en');

/** "26–50 of 12,480 jobs" */
function Place(props: PagerProps & { readonly shown: number }): ReactNode {
  const { page, perPage, shown, total } = props;
  if (shown === 0) return `No ${props.noun}`;
  const first = (page - 1) * perPage + 1;
  return (
    <>
      <strong>
        {figure(first)}
        {shown > 1 && `–${figure(first + shown - 1)}`}
      </strong>{' '}
      {total !== undefined && (
        <>
          of {props.isAbout && 'about '}
          <strong>{figure(total)}</strong>{' '}
        </>
      )}
      <span className="pager-noun">{props.noun}</span>
    </>
  );
}

export function Pager(props: PagerProps): ReactNode {
  const { page, perPage, shown = 0, total } = props;
  const isLast = total === undefined ? shown < perPage : page * perPage >= total;
  return (
    <nav className="bar pager" aria-label={`Pages of ${props.noun}`}>
      <span role="status">{props.shown !== undefined && <Place {...props} shown={props.shown} />}</span>
      {props.pageSizes && props.onPerPage && (
        <MenuButton
          look="quiet"
          label={`${perPage} per page`}
          entries={props.pageSizes.map((size): MenuEntry => ({
            kind: 'item',
            label: `${size} per page`,
            isChecked: size === perPage,
            onSelect: () => props.onPerPage?.(size),
          }))}
        />
      )}
      <span className="grow" />
      {props.note !== undefined && <span className="cut pager-note">{props.note}</span>}
      {props.onRefresh && (
        <IconButton
          icon="refresh"
          label="Refresh"
          className={props.isRefreshing ? 'turning' : ''}
          onClick={props.onRefresh}
        />
      )}
      <IconButton
        icon="chevron-left"
        label="Previous page"
        disabled={page <= 1}
        onClick={() => props.onPage(page - 1)}
      />
      <IconButton
        icon="chevron-right"
        label="Next page"
        disabled={isLast}
        onClick={() => props.onPage(page + 1)}
      />
    </nav>
  );
}
