/**
 * The Proxy Manager window. Everybody sees and deletes own proxies; whoever has ProxyManagement those of the
 * VO (the server decides). The list is short, so it is filtered and sorted here.
 */
import { useQuery } from '@tanstack/react-query';
import { Button, ConfirmDialog, EmptyState, Field, MultiSelect, SelectorPanel, useToasts } from '@wm/ui-kit';
import type { GridColumn } from '@wm/ui-kit/data-grid';
import { isWmsError } from '@wm/wms-core/vocabulary';
import { useMemo, useState, type ReactNode } from 'react';
import { proxiesQuery, removeProxy, type StoredProxy } from '../../server-state/proxies.ts';
import { useNowMs } from '../../widgets/grid-application/use-now.ts';
import { GetProxyButton } from '../../widgets/get-proxy/get-proxy-button.tsx';
import { valuesOf } from '../../widgets/short-list/short-list.ts';
import { ShortListView, type DeleteDialogProps } from '../../widgets/short-list/short-list-view.tsx';
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
    width: 215,
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

function DeleteDialog({ doomed, onClose, onDeleted }: DeleteDialogProps<StoredProxy>): ReactNode {
  const toasts = useToasts();
  const [isBusy, setIsBusy] = useState(false);
  const what = doomed.length === 1 ? 'this proxy' : `${doomed.length} proxies`;

  async function remove(): Promise<void> {
    setIsBusy(true);
    const outcomes = await Promise.allSettled(doomed.map(({ proxyId }) => removeProxy(proxyId)));
    const faults = outcomes.flatMap((outcome) =>
      outcome.status === 'rejected' ? [outcome.reason as unknown] : [],
    );
    const gone = doomed.length - faults.length;
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
        {doomed.map(({ proxyId, userName, subjectDn }) => (
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
  const change = (part: Partial<ProxyManagerState>): void => setState((old) => ({ ...old, ...part }));
  const nothing = (
    <EmptyState
      icon="key"
      title="No proxy is stored"
      actions={
        <>
          <GetProxyButton />
          <Button look="primary" icon="certificate" onClick={() => open({ applicationId: 'proxy-upload' })}>
            Upload a proxy
          </Button>
        </>
      }
    >
      Jobs run with a proxy of yours. Make one from your certificate, or get one without where that is
      offered; it takes a minute.
    </EmptyState>
  );
  return (
    <ShortListView
      answer={answer}
      rows={rows}
      rowId={({ proxyId }) => proxyId}
      columns={columns}
      sort={state.sort}
      onSort={({ columnId, direction }) => isColumnId(columnId) && change({ sort: { columnId, direction } })}
      nouns={{ one: 'proxy', many: 'proxies' }}
      nothing={nothing}
      nothingFits="No proxy fits the selectors"
      selectors={<Selectors state={state} proxies={proxies} onChange={change} />}
      deleteDialog={(dialog) => <DeleteDialog {...dialog} />}
    />
  );
}
