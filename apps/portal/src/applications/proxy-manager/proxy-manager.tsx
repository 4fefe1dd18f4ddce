/**
 * The Proxy Manager window. Everybody sees and deletes own proxies; whoever has ProxyManagement those of the
 * VO (the server decides). The list is short, so it is filtered and sorted here.
 */
import { useQuery } from '@tanstack/react-query';
import {
  BulkBar,
  Button,
  ConfirmDialog,
  EmptyState,
  ErrorBox,
  Field,
  MultiSelect,
  Pager,
  PointMenu,
  SelectorPanel,
  Skeleton,
  useToasts,
  type MenuPoint,
} from '@wm/ui-kit';
import { DataGrid, type GridColumn } from '@wm/ui-kit/data-grid';
import { isWmsError } from '@wm/wms-core/vocabulary';
import { useMemo, useState, type ReactNode } from 'react';
import { proxiesQuery, removeProxy, type StoredProxy } from '../../server-state/proxies.ts';
import { useNowMs } from '../../widgets/grid-application/use-now.ts';
import { GetProxyButton } from '../../widgets/get-proxy/get-proxy-button.tsx';
import { valuesOf } from '../../widgets/short-list/short-list.ts';
import '../../widgets/short-list/short-list.css';
import type { ApplicationProps } from '../application.ts';
import { isColumnId, proxyExpiryOf, rowsToShow, type ProxyManagerState } from './proxy-manager-state.ts';

const noProxies: readonly StoredProxy[] = [];

const columnsAt = (nowMs: number): readonly GridColumn<StoredProxy>[] => [
  { id: 'userName', title: 'User', width: 96, text: (proxy) => proxy.userName },
  {
    id: 'subjectDn',
    title: 'DN',
    width: 160,
    grows: true,
    look: 'mono',
    text: (proxy) => proxy.subjectDn,
    tooltip: (proxy) => `${proxy.subjectDn}\nissued by ${proxy.issuerDn}`,
  },
  { id: 'groups', title: 'Group', width: 160, text: (proxy) => proxy.groups.join(', ') },
  {
    id: 'validUntil',
    title: 'Expiration date (UTC)',
    width: 190,
    isRight: true,
    text: (proxy) => proxyExpiryOf(proxy, nowMs).text,
    cell: (proxy) => {
      const { text, isSoon } = proxyExpiryOf(proxy, nowMs);
      return <span className={isSoon ? 'danger-ink' : undefined}>{text}</span>;
    },
  },
];

const faultText = (error: unknown): string =>
  isWmsError(error) ? error.message : 'The proxy could not be deleted because of a fault in this page.';

interface DeleteDialogProps {
  readonly proxies: readonly StoredProxy[];
  readonly onClose: () => void;
  readonly onDeleted: () => void;
}

function DeleteDialog({ proxies, onClose, onDeleted }: DeleteDialogProps): ReactNode {
  const toasts = useToasts();
  const [isBusy, setIsBusy] = useState(false);
  const what = proxies.length === 1 ? 'this proxy' : `${proxies.length} proxies`;

  async function remove(): Promise<void> {
    setIsBusy(true);
    const outcomes = await Promise.allSettled(proxies.map(({ proxyId }) => removeProxy(proxyId)));
    const faults = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
    );
    const gone = proxies.length - faults.length;
    if (gone > 0)
      toasts.show({ text: gone === 1 ? 'Proxy deleted' : `${gone} proxies deleted`, icon: 'trash' });
    for (const text of new Set(faults.map(faultText))) toasts.show({ text, tone: 'error' });
    onDeleted();
    onClose();
  }

  return (
    <ConfirmDialog
      title={`Delete ${what}?`}
      description="Jobs can no longer be submitted with it. It cannot be brought back, only uploaded anew."
      confirmLabel="Delete"
      danger
      busy={isBusy}
      onConfirm={() => void remove()}
      onCancel={onClose}
    >
      <ul className="doomed">
        {proxies.map(({ proxyId, userName, subjectDn }) => (
          <li key={proxyId}>
            {userName} <span className="mono soft">{subjectDn}</span>
          </li>
        ))}
      </ul>
    </ConfirmDialog>
  );
}

interface SelectorsProps {
  readonly state: ProxyManagerState;
  readonly proxies: readonly StoredProxy[];
  readonly onChange: (part: Partial<ProxyManagerState>) => void;
}

function Selectors({ state, proxies, onChange }: SelectorsProps): ReactNode {
  const users = valuesOf([...state.users, ...proxies.map(({ userName }) => userName)]);
  const groups = valuesOf([...state.groups, ...proxies.flatMap((proxy) => proxy.groups)]);
  return (
    <SelectorPanel
      isOpen={state.isPanelOpen}
      onToggle={(isPanelOpen) => onChange({ isPanelOpen })}
      setCount={Number(state.users.length > 0) + Number(state.groups.length > 0)}
      actions={<Button onClick={() => onChange({ users: [], groups: [] })}>Reset</Button>}
    >
      <Field label="User">
        <MultiSelect
          values={state.users}
          onChange={(values) => onChange({ users: values })}
          options={users}
        />
      </Field>
      <Field label="Group">
        <MultiSelect
          values={state.groups}
          onChange={(values) => onChange({ groups: values })}
          options={groups}
        />
      </Field>
    </SelectorPanel>
  );
}

export function ProxyManager({ state, setState, open }: ApplicationProps<ProxyManagerState>): ReactNode {
  const answer = useQuery(proxiesQuery);
  const proxies = answer.data ?? noProxies;
  const rows = useMemo(() => rowsToShow(proxies, state), [proxies, state]);
  const nowMs = useNowMs(60_000);
  const columns = useMemo(() => columnsAt(nowMs), [nowMs]);
  const [selection, setSelection] = useState<ReadonlySet<string>>(new Set());
  const [doomed, setDoomed] = useState<readonly StoredProxy[]>([]);
  const [menu, setMenu] = useState<{ readonly row: StoredProxy; readonly at: MenuPoint }>();
  const selected = rows.filter(({ proxyId }) => selection.has(proxyId));
  const change = (part: Partial<ProxyManagerState>): void => setState((old) => ({ ...old, ...part }));
  const uploadButton = (
    <Button look="primary" icon="certificate" onClick={() => open({ applicationId: 'proxy-upload' })}>
      Upload a proxy
    </Button>
  );

  function content(): ReactNode {
    if (answer.isPending) return <Skeleton label="Reading proxies" />;
    if (answer.isError && answer.data === undefined)
      return (
        <ErrorBox title="The proxies could not be read" onRetry={() => void answer.refetch()}>
          {answer.error.message}
        </ErrorBox>
      );
    if (proxies.length === 0)
      return (
        <EmptyState
          icon="key"
          title="No proxy is stored"
          actions={
            <>
              <GetProxyButton />
              {uploadButton}
            </>
          }
        >
          Jobs run with a proxy of yours. Make one from your certificate, or get one without where that is
          offered; it takes a minute.
        </EmptyState>
      );
    return (
      <DataGrid
        label="Proxies"
        columns={columns}
        rows={rows}
        rowId={({ proxyId }) => proxyId}
        sort={state.sort}
        onSort={({ columnId, direction }) =>
          isColumnId(columnId) && change({ sort: { columnId, direction } })
        }
        selection={selection}
        onSelection={setSelection}
        onContextMenu={(row, at) => setMenu({ row, at })}
        onKey={({ key }, row) => {
          if (key !== 'Delete') return false;
          setDoomed(selected.length > 0 ? selected : [row]);
          return true;
        }}
        isStale={answer.isError}
        empty={<EmptyState title="No proxy fits the selectors" />}
      />
    );
  }

  return (
    <div className="short-list">
      {proxies.length > 0 && <Selectors state={state} proxies={proxies} onChange={change} />}
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
          noun={rows.length === 1 ? 'proxy' : 'proxies'}
          onPage={() => undefined}
          onRefresh={() => void answer.refetch()}
          isRefreshing={answer.isFetching}
        />
      </div>
      <PointMenu
        at={menu?.at ?? null}
        label="Proxy"
        onClose={() => setMenu(undefined)}
        entries={
          menu
            ? [
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
      {doomed.length > 0 && (
        <DeleteDialog
          proxies={doomed}
          onClose={() => setDoomed([])}
          onDeleted={() => setSelection(new Set())}
        />
      )}
    </div>
  );
}
