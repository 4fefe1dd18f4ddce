/**
 * Tells subscribers what changed, in order and without loss: every subscriber has a place in the outbox, and
 * after each commit everything behind it is read once for all. A subscriber that comes back takes up its place.
 */
import type { Database } from '../db/database.ts';
import type { ConfigurationSnapshot } from '../configuration/schema.ts';
import type { UserPrincipal } from '../identity/principal.ts';
import type { Logger } from '../kernel/logger.ts';
import type { CoreEvent, EventUseCases } from '../use-cases.ts';
import { mayKnow } from './event-access.ts';
import { eventRange, eventsAfter } from './event.store.ts';

type Listener = Parameters<EventUseCases['subscribe']>[2];

interface Subscriber {
  readonly principal: UserPrincipal;
  readonly listener: Listener;
  /** Sequence of the last event read for it. */
  place: number;
}

export interface EventLog extends EventUseCases {
  /** Ends all subscriptions silently. */
  close(): void;
}

/** Groups of works read at once. */
const pageSize = 200;
/** Who missed more groups than this refetches everything, which is cheaper than to hear it all. */
const mostMissed = 2000;
/** Commits within this time are told together. */
const gatherMs = 20;

export function createEventLog(parts: {
  readonly database: Database;
  readonly log: Logger;
  readonly configuration: { current(): ConfigurationSnapshot };
}): EventLog {
  const { database, log } = parts;
  const subscribers = new Set<Subscriber>();
  let timer: NodeJS.Timeout | undefined;
  let telling: Promise<void> = Promise.resolve();

  function tell(subscriber: Subscriber, events: readonly CoreEvent[]): void {
    const { jobVisibility } = parts.configuration.current().values;
    const news = events.filter(
      (event) => event.sequence > subscriber.place && mayKnow(subscriber.principal, jobVisibility, event),
    );
    subscriber.place = Math.max(subscriber.place, events.at(-1)?.sequence ?? 0);
    if (news.length === 0) return;
    try {
      subscriber.listener.onEvents(news);
    } catch (error) {
      log.error({ err: error }, 'event.listener-failed');
    }
  }

  async function tellAll(): Promise<void> {
    while (subscribers.size > 0) {
      const from = Math.min(...Array.from(subscribers, ({ place }) => place));
      const groups = await database.read(() => eventsAfter(from, pageSize));
      if (groups.length === 0) return;
      const events = groups.flatMap((group) => group.events);
      for (const subscriber of subscribers) tell(subscriber, events);
      if (groups.length < pageSize) return;
    }
  }

  /** One at a time, so that nobody hears anything twice or out of order. */
  function ring(): void {
    timer = undefined;
    telling = telling.then(tellAll).catch((error: unknown) => log.error({ err: error }, 'event.read-failed'));
  }

  const stopListening = database.onCommit(() => {
    if (subscribers.size > 0) timer ??= setTimeout(ring, gatherMs).unref();
  });

  return {
    async subscribe(principal, afterSequence, listener) {
      const { first, last } = await database.read(eventRange);
      const isGap =
        afterSequence !== undefined &&
        (afterSequence < first - 1 || afterSequence > last || last - afterSequence > mostMissed);
      const place = afterSequence === undefined || isGap ? last : afterSequence;
      const subscriber: Subscriber = { principal, listener, place };
      subscribers.add(subscriber);
      if (isGap) listener.onGap();
      // Also without anything missed: what was committed since the read above rang before there was a listener.
      ring();
      return { startsAfter: place, close: () => void subscribers.delete(subscriber) };
    },
    close() {
      stopListening();
      clearTimeout(timer);
      subscribers.clear();
    },
  };
}
