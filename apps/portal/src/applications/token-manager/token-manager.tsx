/**
 * The Token Manager window: refresh tokens that identity providers gave, and log-ins elsewhere with tokens of this
 * installation. Everybody sees and deletes own ones; whoever has ProxyManagement those of the VO (the server decides).
 * The list is short, so it is filtered and sorted here.
 */
import { useQuery } from '@tanstack/react-query';
import { Button, EmptyState, Field, MultiSelect, SelectorPanel } from '@wm/ui-kit';
import type { GridColumn } from '@wm/ui-kit/data-grid';
import { useMemo, useState, type ReactNode } from 'react';
import { tokensQuery, type ManagedToken } from '../../server-state/tokens.ts';
import { useNowMs } from '../../widgets/grid-application/use-now.ts';
import { valuesOf } from '../../widgets/short-list/short-list.ts';
import { ShortListView } from '../../widgets/short-list/short-list-view.tsx';
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
  { id: 'tokenId', title: 'ID', width: 110, look: 'mono', text: (token) => token.tokenId },
  { id: 'provider', title: 'Provider', width: 130, grows: true, text: (token) => token.provider },
  { id: 'usedBy', title: 'Used by', width: 140, text: (token) => token.usedBy },
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
    width: 236,
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

const nothing = (
  <EmptyState icon="lock" title="No refresh token is kept">
    One is kept when your identity provider gives it at log-in, and one for each program that you log in to,
    such as the command line.
  </EmptyState>
);

export function TokenManager({ state, setState }: ApplicationProps<TokenManagerState>): ReactNode {
  const answer = useQuery(tokensQuery);
  const tokens = answer.data ?? noTokens;
  const rows = useMemo(() => rowsToShow(tokens, state), [tokens, state]);
  const nowMs = useNowMs(60_000);
  const columns = useMemo(() => columnsAt(nowMs), [nowMs]);
  const [looked, setLooked] = useState<ManagedToken>();
  const change = (part: Partial<TokenManagerState>): void => setState((old) => ({ ...old, ...part }));
  return (
    <>
      <ShortListView
        answer={answer}
        rows={rows}
        rowId={idOf}
        columns={columns}
        sort={state.sort}
        onSort={({ columnId, direction }) =>
          isColumnId(columnId) && change({ sort: { columnId, direction } })
        }
        nouns={{ one: 'token', many: 'tokens' }}
        nothing={nothing}
        nothingFits="No token fits the selector"
        selectors={<Selectors state={state} tokens={tokens} onChange={change} />}
        onOpen={setLooked}
        menuOf={(token) => [
          {
            kind: 'item',
            label: 'Show claims',
            icon: 'eye',
            keys: 'Enter',
            onSelect: () => setLooked(token),
          },
        ]}
        deleteDialog={(dialog) => <DeleteDialog {...dialog} />}
      />
      {looked !== undefined && <ClaimsDialog token={looked} onClose={() => setLooked(undefined)} />}
    </>
  );
}
