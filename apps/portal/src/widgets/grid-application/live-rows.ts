/**
 * The bell and the page (DESIGN D14): which rows of a page must be fetched again when ids ring, how fresh
 * rows replace old ones, and when the whole page has to be read again because rows may have come or gone.
 */
export type Row = Readonly<Record<string, unknown>>;

export interface Ring<Key> {
  /** Rows in view that changed: fetch them now. */
  readonly visible: readonly Key[];
  /** Something outside the page changed: rows may enter. */
  readonly mayEnter: boolean;
}

export function heard<Key>(pageKeys: readonly Key[], changed: readonly Key[]): Ring<Key> {
  const inView = new Set(pageKeys);
  const visible = [...new Set(changed)].filter((key) => inView.has(key));
  return { visible, mayEnter: changed.some((key) => !inView.has(key)) };
}

const sameRow = (a: Row, b: Row): boolean => {
  const names = Object.keys(b);
  return names.length === Object.keys(a).length && names.every((name) => Object.is(a[name], b[name]));
};

/** Fresh rows take the place of the old ones; order and untouched rows stay as they are, also by identity. */
export function mergeRows(rows: readonly Row[], fresh: readonly Row[], key: string): readonly Row[] {
  const freshByKey = new Map(fresh.map((row) => [row[key], row]));
  let changed = false;
  const merged = rows.map((row) => {
    const next = freshByKey.get(row[key]);
    if (next === undefined || sameRow(row, next)) return row;
    changed = true;
    return next;
  });
  return changed ? merged : rows;
}

export interface Timers {
  readonly nowMs: () => number;
  readonly later: (run: () => void, delayMs: number) => () => void;
}

/** At once when the last run is `everyMs` ago, else once at the end of that time; calls in between join in. */
export function throttled(run: () => void, everyMs: number, timers: Timers): { ring(): void; stop(): void } {
  let lastMs = Number.NEGATIVE_INFINITY;
  let cancel: (() => void) | undefined;
  const go = (): void => {
    cancel = undefined;
    lastMs = timers.nowMs();
    run();
  };
  return {
    ring() {
      if (cancel !== undefined) return;
      const waitMs = lastMs + everyMs - timers.nowMs();
      if (waitMs <= 0) go();
      else cancel = timers.later(go, waitMs);
    },
    stop() {
      cancel?.();
      cancel = undefined;
    },
  };
}

/**
 * Reads what the bell named, one reading at a time and each only after the answers under way: an answer that is
 * older than the bell can then never be the last word. A key heard during a reading is read once more.
 */
export function oneReadingAtATime<Key>(parts: {
  /** Resolves when no answer is under way that may be older than now. */
  readonly underWay: () => Promise<void>;
  /** Never rejects. */
  readonly read: (keys: readonly Key[]) => Promise<void>;
}): { hear(keys: readonly Key[]): void; stop(): void } {
  const rung = new Set<Key>();
  let isReading = false;
  async function catchUp(): Promise<void> {
    if (isReading) return;
    isReading = true;
    while (rung.size > 0) {
      await parts.underWay();
      const keys = [...rung];
      rung.clear();
      if (keys.length > 0) await parts.read(keys);
    }
    isReading = false;
  }
  return {
    hear(keys) {
      for (const key of keys) rung.add(key);
      void catchUp();
    },
    stop: () => rung.clear(),
  };
}

export const browserTimers: Timers = {
  nowMs: () => performance.now(),
  later(run, delayMs) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
};
