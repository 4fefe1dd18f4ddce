/**
 * All open event streams of this process: how many an account may have, and their end with the session or the
 * server. Events ring the bell only; the portal refetches through the access-checked routes (DESIGN D14).
 */
import type { Response } from 'express';
import {
  WmsError,
  type AccountUseCases,
  type EventUseCases,
  type UserPrincipal,
} from '@wm/wms-core/vocabulary';
import type { Clock } from '@wm/wms-core/clock';
import type { SessionStore } from '../auth/session-store.ts';
import { createCoalescer } from './coalesce.ts';
import { openEventStream } from './event-stream.ts';

export interface LiveStreamsDeps {
  readonly events: EventUseCases;
  readonly sessions: Pick<SessionStore, 'onEnd' | 'times'>;
  readonly accounts: Pick<AccountUseCases, 'memberships'>;
  readonly clock: Clock;
  readonly helloMs?: number;
  readonly windowMs?: number;
}

/** The session or token that a stream ends with. */
export interface StreamHolder {
  readonly hash: string;
  /** Of a token; a session is asked for. */
  readonly endsAtMs: number | undefined;
}

export interface LiveStreams {
  /** Serves until the client goes, the session or the membership ends, or the server stops. */
  serve(
    response: Response,
    principal: UserPrincipal,
    holder: StreamHolder,
    afterSequence: number | undefined,
  ): Promise<void>;
  /** How many are open. */
  count(): number;
  closeAll(): void;
}

const maxStreamsPerAccount = 30;

interface OpenStream {
  readonly accountId: string;
  readonly sessionHash: string;
  close(): void;
}

export function createLiveStreams(deps: LiveStreamsDeps): LiveStreams {
  const { helloMs = 15_000, windowMs = 100 } = deps;
  const open = new Set<OpenStream>();
  let isStopping = false;
  deps.sessions.onEnd((sessionHash) => {
    for (const stream of open) if (stream.sessionHash === sessionHash) stream.close();
  });

  /** The session may end by time or in another process, and a membership any time: asked at every hello. */
  async function isOver({ accountId, group, from }: UserPrincipal, holder: StreamHolder): Promise<boolean> {
    const { hash, endsAtMs } = holder;
    if (endsAtMs !== undefined && deps.clock.nowMs() >= endsAtMs) return true;
    if (endsAtMs === undefined && (await deps.sessions.times(hash)) === undefined) return true;
    const memberships = await deps.accounts.memberships(accountId, from?.logInIssuer);
    return !memberships.some((membership) => membership.group === group);
  }

  function checkRoom(accountId: string): void {
    if (isStopping) throw new WmsError('service.unavailable', 'The server is stopping.');
    const count = [...open].filter((stream) => stream.accountId === accountId).length;
    if (count >= maxStreamsPerAccount)
      throw new WmsError(
        'access.rate-limited',
        `At most ${maxStreamsPerAccount} live connections are allowed; close some tabs.`,
        { limit: maxStreamsPerAccount },
      );
  }

  return {
    async serve(response, principal, holder, afterSequence) {
      checkRoom(principal.accountId);
      const stream = openEventStream(response);
      const hello = (sequence?: number): void =>
        stream.send({ type: 'hello', serverTime: new Date(deps.clock.nowMs()).toISOString() }, sequence);
      const coalescer = createCoalescer(windowMs, (changed, sequence) => stream.send(changed, sequence));
      const heart = setInterval(() => {
        isOver(principal, holder).then(
          (over) => (over ? stream.end() : hello()),
          () => stream.end(),
        );
      }, helloMs);
      let subscription: Awaited<ReturnType<EventUseCases['subscribe']>> | undefined;
      const entry: OpenStream = {
        accountId: principal.accountId,
        sessionHash: holder.hash,
        close: () => stream.end(),
      };
      open.add(entry);
      response.once('close', () => {
        clearInterval(heart);
        coalescer.close();
        subscription?.close();
        open.delete(entry);
      });
      subscription = await deps.events.subscribe(principal, afterSequence, {
        onEvents: (events) => coalescer.add(events),
        onGap: () => stream.send({ type: 'gap' }),
      });
      if (response.closed) subscription.close();
      // Names a place at once, so that a client that loses the line before the first event misses nothing.
      hello(subscription.startsAfter);
    },
    count: () => open.size,
    closeAll() {
      isStopping = true;
      for (const stream of open) stream.close();
    },
  };
}
