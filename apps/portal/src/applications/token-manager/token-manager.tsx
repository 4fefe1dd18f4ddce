/**
 * The Token Manager window: refresh tokens that identity providers gave, and log-ins elsewhere with tokens of this
 * installation. Everybody sees and deletes own ones; whoever has ProxyManagement those of the VO (the server decides).
 * The list is short, so it is filtered and sorted here.
 */
import { useQuery } from '@tanstack/react-query';
import {
  BulkBar,
  Button,
  EmptyState,
  ErrorBox,
  Field,
  MultiSelect,
  Pager,
  PointMenu,
  SelectorPanel,
  Skeleton,
  type MenuPoint,
} from '@wm/ui-kit';
import { DataGrid, type GridColumn } from '@wm/ui-kit/data-grid';
import { useMemo, useState, type ReactNode } from 'react';
import { tokensQuery, type ManagedToken } from '../../server-state/tokens.ts';
import { useNowMs } from '../../widgets/grid-application/use-now.ts';
import { valuesOf } from '../../widgets/short-list/short-list.ts';
import '../../widgets/short-list/short-list.css';
import type { ApplicationProps } from '../application.ts';
import { ClaimsDialog } from './claims-dialog.tsx';
import { DeleteDialog } from './delete-dialog.tsx';
import {
  accessExpiry,
  idOf,
  isColumnId,
  refreshExpiry,
  rowsToShow,
  type TokenManagerState,
} from './token-manager-state.ts';

const noTokens: readonly ManagedToken[] = [];

const columnsAt = (nowMs: number): readonly GridColumn<ManagedToken>[] => [
  { id: 'userName', title: 'User', width: 96, text: (token) => token.userName },
  { id: 'tokenId', title: 'ID', width: 120, look: 'mono', text: (token) => token.tokenId },
  { id: 'provider', title: 'Provider', width: 130, grows: true, text: (token) => token.provider },
  { id: 'usedBy', title: 'Used by', width: 130, text: (token) => token.usedBy },
  {
    id: 'accessExpiresAt',
    title: 'Access Token Expiration (UTC)',
    width: 215,
    isRight: true,
    text: accessExpiry,
  },
  {
    id: 'refreshExpiresAt',
    title: 'Refresh Token Expiration (UTC)',
    width: 250,
    isRight: true,
    text: (token) => refreshExpiry(token, nowMs).text,
    cell: (token) => {
      const { text, isSoon } = refreshExpiry(token, nowMs);
      return <span className={isSoon ? 'danger-ink' : undefined}>{text}</span>;
    },
  },
];

interface SelectorsProps {
  readonly state: TokenManagerState;
  readonly tokens: readonly ManagedToken[];
  readonly onChange: (part: Partial<TokenManagerState>) => void;
}

function Selectors({ state, tokens, onChange }: SelectorsProps): ReactNode {
  return (
    <SelectorPanel
      isOpen={state.isPanelOpen}
      onToggle={(isPanelOpen) => onChange({ isPanelOpen })}
      setCount={Number(state.users.length > 0)}
      actions={<Button onClick={() => onChange({ users: [] })}>Reset</Button>}
    >
      <Field label="User">
        <MultiSelect
          values={state.users}
          onChange={(users) => onChange({ users })}
          options={valuesOf([...state.users, ...tokens.map(({ userName }) => userName)])}
        />
      </Field>
    </SelectorPanel>
  );
}

export function TokenManager({ state, setState }: ApplicationProps<TokenManagerState>): ReactNode {
  const answer = useQuery(tokensQuery);
  const tokens = answer.data ?? noTokens;
  const rows = useMemo(() => rowsToShow(tokens, state), [tokens, state]);
  const nowMs = useNowMs(60_000);
  const columns = useMemo(() => columnsAt(nowMs), [nowMs]);
  const [selection, setSelection] = useState<ReadonlySet<string>>(new Set());
  const [doomed, setDoomed] = useState<readonly ManagedToken[]>([]);
  const [looked, setLooked] = useState<ManagedToken>();
  const [menu, setMenu] = useState<{ readonly row: ManagedToken; readonly at: MenuPoint }>();
  const selected = rows.filter((token) => selection.has(idOf(token)));
  const change = (part: Partial<TokenManagerState>): void => setState((old) => ({ ...old, ...part }));

  function content(): ReactNode {
    if (answer.isPending) return <Skeleton label="Reading tokens" />;
    if (answer.isError && answer.data === undefined)
      return (
        <ErrorBox title="The tokens could not be read" onRetry={() => void answer.refetch()}>
          {answer.error.message}
        </ErrorBox>
      );
    if (tokens.length === 0)
      return (
        <EmptyState icon="lock" title="No refresh token is kept">
          One is kept when your identity provider gives it at log-in, and one for each program that you log in
          to, such as the command line.
        </EmptyState>
      );
    return (
      <DataGrid
        label="Tokens"
        columns={columns}
        rows={rows}
        rowId={idOf}
        sort={state.sort}
        onSort={({ columnId, direction }) =>
          isColumnId(columnId) && change({ sort: { columnId, direction } })
        }
        selection={selection}
        onSelection={setSelection}
        onOpen={setLooked}
        onContextMenu={(row, at) => setMenu({ row, at })}
        onKey={({ key }, row) => {
          if (key !== 'Delete') return false;
          setDoomed(selected.length > 0 ? selected : [row]);
          return true;
        }}
        isStale={answer.isError}
        empty={<EmptyState title="No token fits the selector" />}
      />
    );
  }

  return (
    <div className="short-list">
      {tokens.length > 0 && <Selectors state={state} tokens={tokens} onChange={change} />}
      <div className="list">
        {selected.length > 0 && (
          <BulkBar count={selected.length} onClear={() => setSelection(new Set())}>
            <Button look="danger" onClick={() => setDoomed(selected)}>
              Delete
            </Button>
          </BulkBar>
        )}
        <div className="rows">{content()}</div>
        <Pager
          page={1}
          perPage={Math.max(1, rows.length)}
          shown={rows.length}
          total={rows.length}
          noun={rows.length === 1 ? 'token' : 'tokens'}
          onPage={() => undefined}
          onRefresh={() => void answer.refetch()}
          isRefreshing={answer.isFetching}
        />
      </div>
      <PointMenu
        at={menu?.at ?? null}
        label="Token"
        onClose={() => setMenu(undefined)}
        entries={
          menu
            ? [
                {
                  kind: 'item',
                  label: 'Show claims',
                  icon: 'eye',
                  keys: 'Enter',
                  onSelect: () => setLooked(menu.row),
                },
                {
                  kind: 'item',
                  label: 'Delete',
                  icon: 'trash',
                  keys: 'Del',
                  isDanger: true,
                  onSelect: () => setDoomed([menu.row]),
                },
              ]
            : []
        }
      />
      {looked !== undefined && <ClaimsDialog token={looked} onClose={() => setLooked(undefined)} />}
      {doomed.length > 0 && (
        <DeleteDialog
          tokens={doomed}
          onClose={() => setDoomed([])}
          onDeleted={() => setSelection(new Set())}
        />
      )}
    </div>
  );
}
