/**
 * The bell (DESIGN D14): one stream of events for the tab, in the acting group. It says which ids changed;
 * answers that became old are read again through the normal routes. After a gap or a lost connection
 * everything in view is read again.
 */
import type { LiveEvent } from '@wm/api-contract';
import { useSyncExternalStore } from 'react';
import { session } from '../session/session-state.ts';
import { isMadeOldBy, mergeChanged, nothingChanged, type Changed } from './live-rules.ts';
import { loadMe } from './me.ts';
import { queryClient } from './query-client.ts';
import { RingHistory } from './ring-history.ts';

export type LampState = 'live' | 'reconnecting' | 'offline';

export interface Lamp {
  readonly state: LampState;
  /** UTC epoch milliseconds of the last sign of the server; undefined before the first. */
  readonly heardAtMs: number | undefined;
}

/** The server says hello every 15 s; two missed ones mean a dead line. */
const silenceMs = 40_000;
const batchMs = 250;
const retryMs = [1000, 2000, 5000, 10_000, 20_000] as const;

export type LiveListener = (event: Changed | { readonly type: 'gap' }) => void;

let lamp: Lamp = { state: 'offline', heardAtMs: undefined };
let source: EventSource | undefined;
let attempts = 0;
let wasLost = false;
let silenceTimer: ReturnType<typeof setTimeout> | undefined;
let retryTimer: ReturnType<typeof setTimeout> | undefined;
let batch: Changed | undefined;
const lampListeners = new Set<() => void>();
const listeners = new Set<LiveListener>();

function setLamp(state: LampState, heard = false): void {
  lamp = { state, heardAtMs: heard ? Date.now() : lamp.heardAtMs };
  for (const listener of lampListeners) listener();
}

/**
 * A first answer that is still under way may be older than the bell, and the cache does not ask twice at a
 * time: those are asked for again when they are there.
 */
function readAgain(isOld: (key: readonly unknown[]) => boolean): void {
  const predicate = ({ queryKey }: { readonly queryKey: readonly unknown[] }): boolean => isOld(queryKey);
  for (const query of queryClient.getQueryCache().findAll({ predicate, fetchStatus: 'fetching' })) {
    if (query.state.data !== undefined) continue;
    const again = (): Promise<void> => queryClient.invalidateQueries({ predicate: (one) => one === query });
    void query.promise?.then(again, () => undefined);
  }
  void queryClient.invalidateQueries({ predicate });
}

const history = new RingHistory();

/** How often the bell has rung; noted before an answer is asked for, see `changedSince`. */
export const ringsSoFar = (): number => history.count;

/** All that rang since then; undefined when that is too long ago to be known. */
export const changedSince = (rings: number): Changed | undefined => history.since(rings);

function ring(changed: Changed): void {
  history.add(changed);
  readAgain((key) => isMadeOldBy(key, changed));
  for (const listener of listeners) listener(changed);
}

/** The first bell rings at once, those shortly after it together. */
function onChanged(changed: Changed): void {
  if (batch !== undefined) {
    batch = mergeChanged(batch, changed);
    return;
  }
  ring(changed);
  batch = nothingChanged;
  setTimeout(() => {
    const late = batch;
    batch = undefined;
    if (late && late !== nothingChanged) onChanged(late);
  }, batchMs);
}

function readAllAgain(): void {
  readAgain((key) => key[0] !== 'me' && key[0] !== 'welcome');
  for (const listener of listeners) listener({ type: 'gap' });
}

function onMessage(event: LiveEvent): void {
  attempts = 0;
  setLamp('live', true);
  clearTimeout(silenceTimer);
  silenceTimer = setTimeout(reopen, silenceMs);
  if (event.type === 'gap' || wasLost) readAllAgain();
  wasLost = false;
  if (event.type === 'changed') onChanged(event);
}

function close(): void {
  source?.close();
  source = undefined;
  clearTimeout(silenceTimer);
  clearTimeout(retryTimer);
}

/** A stream opened anew has no Last-Event-ID: whatever happened meanwhile was missed. */
function reopen(): void {
  close();
  wasLost = true;
  const wait = retryMs[Math.min(attempts, retryMs.length - 1)] ?? 20_000;
  attempts += 1;
  setLamp(navigator.onLine && attempts < 4 ? 'reconnecting' : 'offline');
  retryTimer = setTimeout(() => void tryAgain(), wait);
}

/** A stream does not tell why it was refused; asking who is there does, and tells the session. */
async function tryAgain(): Promise<void> {
  try {
    if (attempts > 1 && (await loadMe()) === undefined) return;
    open();
  } catch {
    reopen();
  }
}

function open(): void {
  close();
  const { group, phase } = session.get();
  if (phase !== 'signedIn' || group === undefined) return;
  const stream = new EventSource(`/bff/events?group=${encodeURIComponent(group)}`);
  source = stream;
  for (const type of ['hello', 'changed', 'gap'] as const)
    stream.addEventListener(type, (message) => {
      if (stream === source) onMessage(JSON.parse(String(message.data)) as LiveEvent);
    });
  stream.addEventListener('error', () => {
    if (stream !== source) return;
    // While it connects by itself it keeps its Last-Event-ID; a closed one has to be opened anew.
    if (stream.readyState === EventSource.CLOSED) reopen();
    else setLamp(navigator.onLine ? 'reconnecting' : 'offline');
  });
}

let openFor = '';

/** Follows the session: opens for the acting group, closes when there is none. Call once. */
export function startLive(): void {
  const follow = (): void => {
    const { phase, group } = session.get();
    const wanted = phase === 'signedIn' && group !== undefined ? group : '';
    if (wanted === openFor) return;
    openFor = wanted;
    attempts = 0;
    if (wanted === '') {
      close();
      setLamp('offline');
    } else {
      open();
    }
  };
  session.subscribe(follow);
  follow();
  window.addEventListener('online', () => openFor !== '' && reopen());
  window.addEventListener('offline', () => setLamp('offline'));
}

const subscribeLamp = (listener: () => void): (() => void) => {
  lampListeners.add(listener);
  return () => lampListeners.delete(listener);
};

export const useLamp = (): Lamp => useSyncExternalStore(subscribeLamp, () => lamp);

/** Hears what changed, at most four times a second, and that something was missed; returns the way to stop. */
export function onLiveEvent(listener: LiveListener): () => void {
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
  };
}
