/** What the Proxy Manager keeps in the layout, and its rows: filtered, sorted, described. Pure. */
import type { StoredProxy } from '../../server-state/proxies.ts';
import { expiryOf, type Expiry } from '../../widgets/short-list/short-list.ts';

export const columnIds = ['userName', 'subjectDn', 'groups', 'validUntil'] as const;
export type ColumnId = (typeof columnIds)[number];

export interface ProxyManagerState {
  /** Empty = any. */
  readonly users: readonly string[];
  readonly groups: readonly string[];
  readonly sort: { readonly columnId: ColumnId; readonly direction: 'asc' | 'desc' };
  readonly isPanelOpen: boolean;
}

export const startState: ProxyManagerState = {
  users: [],
  groups: [],
  sort: { columnId: 'validUntil', direction: 'asc' },
  // one's own proxies are few; the panel is for those who look after a VO
  isPanelOpen: false,
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const textsOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];

export const isColumnId = (value: unknown): value is ColumnId => columnIds.some((id) => id === value);

/** A stored state as far as it makes sense today. */
export function readState(stored: unknown): ProxyManagerState {
  if (!isRecord(stored)) return startState;
  const sort = isRecord(stored['sort']) ? stored['sort'] : {};
  return {
    users: textsOf(stored['users']),
    groups: textsOf(stored['groups']),
    sort: {
      columnId: isColumnId(sort['columnId']) ? sort['columnId'] : startState.sort.columnId,
      direction: sort['direction'] === 'desc' ? 'desc' : 'asc',
    },
    isPanelOpen: stored['isPanelOpen'] === true,
  };
}

/** The end of the proxy, unless it is over before. */
export const proxyExpiryOf = (
  { validUntil, isRevoked }: Pick<StoredProxy, 'validUntil' | 'isRevoked'>,
  nowMs: number,
): Expiry => (isRevoked ? { text: 'Certificate revoked', isSoon: true } : expiryOf(validUntil, nowMs));

const cellText = (proxy: StoredProxy, columnId: ColumnId): string =>
  columnId === 'groups' ? proxy.groups.join(', ') : proxy[columnId];

const fits = (chosen: readonly string[], values: readonly string[]): boolean =>
  chosen.length === 0 || values.some((value) => chosen.includes(value));

/** Rows to show, filtered and sorted; equal ones in the order of the server. */
export function rowsToShow(
  proxies: readonly StoredProxy[],
  { users, groups, sort }: ProxyManagerState,
): readonly StoredProxy[] {
  const sign = sort.direction === 'asc' ? 1 : -1;
  return proxies
    .filter((proxy) => fits(users, [proxy.userName]) && fits(groups, proxy.groups))
    .toSorted((a, b) => sign * cellText(a, sort.columnId).localeCompare(cellText(b, sort.columnId), 'en'));
}
