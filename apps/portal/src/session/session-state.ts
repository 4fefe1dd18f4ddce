/**
 * Who is at this page, as far as requests need to know: phase, CSRF token, acting group, end of the session.
 * A small store outside React, so that the client of the server can read it. Pure; time comes as argument.
 */
export type SessionPhase =
  /** Not asked yet. */
  | 'starting'
  | 'visitor'
  | 'signedIn'
  /** Was signed in; the page waits for a new log-in and loses nothing. */
  | 'expired';

export interface SessionState {
  readonly phase: SessionPhase;
  /** Expired only as far as a fresh log-in is asked for: the session goes on when it is not given. */
  readonly isConfirming: boolean;
  readonly accountId: string | undefined;
  readonly csrfToken: string | undefined;
  /** Group this browser tab acts in. */
  readonly group: string | undefined;
  /** UTC epoch milliseconds; the earlier one counts. */
  readonly endsAtMs: number | undefined;
}

export interface SessionFacts {
  readonly accountId: string;
  readonly csrfToken: string;
  readonly idleEndsAt: string;
  readonly absoluteEndsAt: string;
}

export interface SessionStore {
  readonly get: () => SessionState;
  readonly subscribe: (listener: () => void) => () => void;
  readonly signedIn: (facts: SessionFacts) => void;
  /** The server knows nobody: who was signed in has expired, who was not is a visitor. */
  readonly refused: () => void;
  /** What was asked for needs a fresh log-in: waits for it like for one after the end. */
  readonly confirming: () => void;
  readonly prolonged: (ends: Pick<SessionFacts, 'idleEndsAt' | 'absoluteEndsAt'>) => void;
  readonly actIn: (group: string | undefined) => void;
  /** Resolves once the phase is no longer `expired`. */
  readonly settled: (signal?: AbortSignal) => Promise<SessionPhase>;
}

export const startState: SessionState = {
  phase: 'starting',
  isConfirming: false,
  accountId: undefined,
  csrfToken: undefined,
  group: undefined,
  endsAtMs: undefined,
};

export const endOf = (ends: Pick<SessionFacts, 'idleEndsAt' | 'absoluteEndsAt'>): number =>
  Math.min(Date.parse(ends.idleEndsAt), Date.parse(ends.absoluteEndsAt));

/** What the page says about the time left: nothing, a warning with seconds, or that it is over. */
export function sessionNotice(
  state: SessionState,
  nowMs: number,
  warnMs = 120_000,
):
  | { readonly kind: 'none' }
  | { readonly kind: 'ending'; readonly leftS: number }
  | { readonly kind: 'over' } {
  if (state.phase === 'expired') return { kind: 'over' };
  if (state.phase !== 'signedIn' || state.endsAtMs === undefined) return { kind: 'none' };
  const leftMs = state.endsAtMs - nowMs;
  if (leftMs <= 0) return { kind: 'over' };
  return leftMs <= warnMs ? { kind: 'ending', leftS: Math.ceil(leftMs / 1000) } : { kind: 'none' };
}

export function createSessionStore(): SessionStore {
  let state = startState;
  const listeners = new Set<() => void>();
  const set = (next: Partial<SessionState>): void => {
    state = { ...state, ...next };
    for (const listener of listeners) listener();
  };
  const subscribe = (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  };
  return {
    get: () => state,
    subscribe,
    signedIn: (facts) =>
      set({
        phase: 'signedIn',
        isConfirming: false,
        accountId: facts.accountId,
        csrfToken: facts.csrfToken,
        endsAtMs: endOf(facts),
      }),
    refused: () => {
      if (state.phase === 'signedIn') set({ phase: 'expired', csrfToken: undefined });
      else if (state.phase === 'starting') set({ phase: 'visitor' });
    },
    confirming: () => set({ phase: 'expired', isConfirming: true }),
    prolonged: (ends) => set({ endsAtMs: endOf(ends) }),
    actIn: (group) => set({ group }),
    settled: (signal) =>
      new Promise((resolve, reject) => {
        const leave = (): void => {
          stop();
          signal?.removeEventListener('abort', onAbort);
        };
        const onAbort = (): void => {
          leave();
          reject(new DOMException('The request was given up.', 'AbortError'));
        };
        const look = (): void => {
          if (state.phase === 'expired') return;
          leave();
          resolve(state.phase);
        };
        const stop = subscribe(look);
        signal?.addEventListener('abort', onAbort);
        if (signal?.aborted) onAbort();
        else look();
      }),
  };
}

export const session = createSessionStore();
