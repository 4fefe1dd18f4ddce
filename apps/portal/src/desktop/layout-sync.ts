/**
 * Keeps the layout on the server: saved a moment after the last change, never more than one request at a
 * time. The screen in front of the user wins: when another tab saved meanwhile, its revision is taken over
 * and this layout written again. Pure but for its port; time comes by argument.
 */
import { isWmsError } from '@wm/wms-core/vocabulary';
import { readLayout, type Layout } from './desktop-layout.ts';

export interface LayoutPort {
  readonly read: () => Promise<{ readonly revision: number; readonly body: unknown } | undefined>;
  readonly write: (revision: number, body: unknown) => Promise<{ readonly revision: number }>;
}

export type SaveState =
  | { readonly kind: 'none' }
  | { readonly kind: 'saving' }
  /** `overAnother`: another tab or browser had saved a different layout since. */
  | { readonly kind: 'saved'; readonly atMs: number; readonly overAnother: boolean }
  | { readonly kind: 'failed'; readonly reason: string }
  /** A newer portal wrote it; this one does not touch it. */
  | { readonly kind: 'foreign' };

export interface LayoutSync {
  /** The stored layout; undefined when there is none that can be used. */
  readonly load: () => Promise<Layout | undefined>;
  readonly changed: (layout: Layout) => void;
  /** Saves now what is waiting. */
  readonly flush: () => Promise<void>;
  readonly state: () => SaveState;
  readonly subscribe: (listener: () => void) => () => void;
}

export interface LayoutSyncDeps {
  readonly port: LayoutPort;
  readonly nowMs: () => number;
  readonly later: (run: () => void, delayMs: number) => () => void;
  readonly delayMs?: number;
  readonly retryMs?: number;
}

export function createLayoutSync(deps: LayoutSyncDeps): LayoutSync {
  const { port, nowMs, later, delayMs = 1500, retryMs = 15_000 } = deps;
  let revision = 0;
  let savedText: string | undefined;
  let waiting: string | undefined;
  let isWriting = false;
  let cancel: (() => void) | undefined;
  let state: SaveState = { kind: 'none' };
  const listeners = new Set<() => void>();

  const set = (next: SaveState): void => {
    state = next;
    for (const listener of listeners) listener();
  };
  const schedule = (ms: number): void => {
    cancel?.();
    cancel = later(() => void flush(), ms);
  };

  /** True when another layout had to be overwritten. */
  async function write(text: string): Promise<boolean> {
    const body: unknown = JSON.parse(text);
    try {
      ({ revision } = await port.write(revision, body));
      return false;
    } catch (error) {
      if (!isWmsError(error) || error.code !== 'conflict') throw error;
      revision = (await port.read())?.revision ?? 0;
      ({ revision } = await port.write(revision, body));
      return true;
    }
  }

  async function flush(): Promise<void> {
    cancel?.();
    const text = waiting;
    if (text === undefined || isWriting || state.kind === 'foreign') return;
    waiting = undefined;
    isWriting = true;
    set({ kind: 'saving' });
    try {
      const overAnother = await write(text);
      savedText = text;
      set({ kind: 'saved', atMs: nowMs(), overAnother });
    } catch (error) {
      waiting ??= text;
      set({ kind: 'failed', reason: isWmsError(error) ? error.message : 'The server did not answer.' });
    }
    isWriting = false;
    if (waiting !== undefined) schedule(state.kind === 'failed' ? retryMs : delayMs);
  }

  return {
    async load() {
      const stored = await port.read();
      if (stored === undefined) return undefined;
      ({ revision } = stored);
      const layout = readLayout(stored.body);
      if (layout === undefined) set({ kind: 'foreign' });
      else savedText = JSON.stringify(layout);
      return layout;
    },
    changed(layout) {
      if (state.kind === 'foreign') return;
      const text = JSON.stringify(layout);
      if (text === (waiting ?? savedText)) return;
      waiting = text;
      if (!isWriting) schedule(delayMs);
    },
    flush,
    state: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
