/** What the Token Manager keeps in the layout, and its rows: filtered, sorted, described. Pure. */
import type { ManagedToken } from '../../server-state/tokens.ts';
import { expiryOf, type Expiry } from '../../widgets/short-list/short-list.ts';

export const columnIds = [
  'userName',
  'tokenId',
  'provider',
  'usedBy',
  'accessExpiresAt',
  'refreshExpiresAt',
] as const;
export type ColumnId = (typeof columnIds)[number];

export interface TokenManagerState {
  /** Empty = any. */
  readonly users: readonly string[];
  readonly sort: { readonly columnId: ColumnId; readonly direction: 'asc' | 'desc' };
  readonly isPanelOpen: boolean;
}

export const startState: TokenManagerState = {
  users: [],
  sort: { columnId: 'refreshExpiresAt', direction: 'asc' },
  // one's own tokens are few; the panel is for those who look after a VO
  isPanelOpen: false,
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

export const isColumnId = (value: unknown): value is ColumnId => columnIds.some((id) => id === value);

/** A stored state as far as it makes sense today. */
export function readState(stored: unknown): TokenManagerState {
  if (!isRecord(stored)) return startState;
  const { users, sort: storedSort } = stored;
  const sort = isRecord(storedSort) ? storedSort : {};
  return {
    users: Array.isArray(users) ? users.filter((user): user is string => typeof user === 'string') : [],
    sort: {
      columnId: isColumnId(sort['columnId']) ? sort['columnId'] : startState.sort.columnId,
      direction: sort['direction'] === 'desc' ? 'desc' : 'asc',
    },
    isPanelOpen: stored['isPanelOpen'] === true,
  };
}

/** An access token lives for minutes, so its end is no cause for alarm. */
export const accessExpiry = ({ accessExpiresAt }: ManagedToken): string =>
  accessExpiresAt === null ? '–' : accessExpiresAt.slice(0, 16).replace('T', ' ');

export function refreshExpiry({ status, refreshExpiresAt, kind }: ManagedToken, nowMs: number): Expiry {
  if (status === 'needs-log-in') return { text: 'Needs a log-in', isSoon: true };
  if (status === 'revoking') return { text: 'Being revoked', isSoon: true };
  if (refreshExpiresAt === null) return { text: 'Not told', isSoon: false };
  const { text, isSoon } = expiryOf(refreshExpiresAt, nowMs);
  // Those of this installation live for hours, and are renewed as long as their program runs.
  return { text, isSoon: isSoon && kind === 'outside' };
}

const fits = (users: readonly string[], { userName }: ManagedToken): boolean =>
  users.length === 0 || users.includes(userName);

/** Rows to show, filtered and sorted; equal ones in the order of the server. */
export function rowsToShow(
  tokens: readonly ManagedToken[],
  { users, sort: { columnId, direction } }: TokenManagerState,
): readonly ManagedToken[] {
  const sign = direction === 'asc' ? 1 : -1;
  return tokens
    .filter((token) => fits(users, token))
    .toSorted((a, b) => sign * (a[columnId] ?? '').localeCompare(b[columnId] ?? '', 'en'));
}

export const idOf = ({ kind, tokenId }: ManagedToken): string => `${kind}/${tokenId}`;
