/**
 * One page of a grid, kept fresh: read through the query cache, rows in view fetched again when the bell
 * names them, the page read again (throttled) when rows may have come or gone. Nothing polls.
 */
import { hashKey, useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef } from 'react';
import { changedSince, onLiveEvent, ringsSoFar } from '../../server-state/live.ts';
import type { Changed } from '../../server-state/live-rules.ts';
import type { SearchPage } from '../../server-state/search-page.ts';
import { browserTimers, heard, mergeRows, oneReadingAtATime, throttled } from './live-rows.ts';

/** At most one reading of a whole page in this time. */
const pageEveryMs = 2000;
/** More changed rows than this are cheaper read as a page. */
const rowsAtOnce = 200;

export interface PageSource<Key extends string | number> {
  /** `jobs` or `pilots`. */
  readonly noun: string;
  /** Rows of one group are never shown in another, not even for a moment. */
  readonly group: string;
  /** Filters, sort and page. */
  readonly question: unknown;
  readonly rowKey: string;
  readonly readPage: (signal: AbortSignal) => Promise<SearchPage>;
  readonly readRows: (keys: readonly Key[]) => Promise<SearchPage['rows']>;
  readonly keyOf: (row: SearchPage['rows'][number]) => Key;
  readonly changedIn: (changed: Changed) => readonly Key[];
  /** True when a change of a row in view can move it out of the page or along in it. */
  readonly changesMove: boolean;
}

export interface LivePage {
  readonly page: SearchPage | undefined;
  readonly error: unknown;
  /** Rows shown belong to an earlier question. */
  readonly isOld: boolean;
  readonly isReading: boolean;
  readonly refresh: () => void;
}

/** A page, and how often the bell had rung when it was asked for. */
interface HeardPage extends SearchPage {
  readonly ringsBefore: number;
}

async function readHeard(read: () => Promise<SearchPage>): Promise<HeardPage> {
  const ringsBefore = ringsSoFar();
  return { ...(await read()), ringsBefore };
}

const keyFor = ({ noun, group, question }: Pick<PageSource<never>, 'noun' | 'group' | 'question'>) =>
  [noun, 'page', group, question] as const;

export function useLivePage<Key extends string | number>(source: PageSource<Key>): LivePage {
  const client = useQueryClient();
  const queryKey = keyFor(source);
  const query = useQuery({
    queryKey,
    queryFn: ({ signal }) => readHeard(() => source.readPage(signal)),
    placeholderData: (old: HeardPage | undefined, oldQuery) =>
      oldQuery?.queryKey[2] === source.group ? old : undefined,
  });
  const latest = useRef(source);
  useEffect(() => {
    latest.current = source;
  });
  const hear = useRef<(keys: readonly Key[]) => void>(() => undefined);
  const refresh = useCallback(() => {
    void client.invalidateQueries({ queryKey: keyFor(latest.current) });
  }, [client]);
  useEffect(() => {
    const wholePage = throttled(refresh, pageEveryMs, browserTimers);
    async function fetchRows(keys: readonly Key[]): Promise<void> {
      if (keys.length > rowsAtOnce) return wholePage.ring();
      const asked = latest.current;
      try {
        const fresh = await asked.readRows(keys);
        client.setQueryData<HeardPage>(
          keyFor(asked),
          (old) => old && { ...old, rows: mergeRows(old.rows, fresh, asked.rowKey), readAtMs: Date.now() },
        );
      } catch {
        wholePage.ring(); // its error is the one that is shown
      }
    }

    /** An answer under way may be older than the bell; what is read for the bell must come after it. */
    async function pageUnderWay(): Promise<void> {
      const page = client.getQueryCache().find({ queryKey: keyFor(latest.current) });
      if (page?.state.fetchStatus === 'fetching') await page.promise?.catch(() => undefined);
    }

    async function readChanged(keys: readonly Key[]): Promise<void> {
      const { keyOf, changesMove } = latest.current;
      const rows = client.getQueryData<SearchPage>(keyFor(latest.current))?.rows ?? [];
      const { visible, mayEnter } = heard(rows.map(keyOf), keys);
      if (mayEnter || changesMove) wholePage.ring();
      if (visible.length > 0) await fetchRows(visible);
    }

    const changes = oneReadingAtATime<Key>({ underWay: pageUnderWay, read: readChanged });
    hear.current = (keys) => changes.hear(keys);
    const stopListening = onLiveEvent((event) => {
      // After a gap everything is read again anyway.
      if (event.type === 'changed') changes.hear(latest.current.changedIn(event));
    });
    return () => {
      stopListening();
      changes.stop();
      wholePage.stop();
    };
  }, [client, refresh]);
  // What rang between the question and the moment from which this window listens; also when it was closed meanwhile.
  const question = hashKey(queryKey);
  const ringsBefore = query.isPlaceholderData ? undefined : query.data?.ringsBefore;
  useEffect(() => {
    if (ringsBefore === undefined) return;
    const missed = changedSince(ringsBefore);
    if (missed === undefined) refresh();
    else hear.current(latest.current.changedIn(missed));
  }, [question, refresh, ringsBefore]);

  return {
    page: query.data,
    error: query.error,
    isOld: query.isPlaceholderData,
    isReading: query.isFetching,
    refresh,
  };
}
