/**
 * The outbox of events: written in the transaction of the change it tells of, read in order by
 * `event-log.service.ts`. Holds ids only; who wants the content asks for it and is checked then.
 */
import { insertBatch } from '../db/batch.ts';
import { defer, one, rows, run, type Work } from '../db/database.ts';
import type { CoreEvent } from '../use-cases.ts';

export type NewEvent = Omit<CoreEvent, 'sequence'> & { readonly atMs: number };

/** One event for each thing that changed in a group, however often it did. */
const events = insertBatch(
  'events',
  { noun: 'text', id: 'text', vo: 'text', owner: 'text', owner_group: 'text', at_ms: 'bigint' },
  { fold: { keyColumns: 2, merge: (_earlier, later) => later } },
);

/** Rings the bell when the transaction commits. Events of jobs and pilots name VO, owner and group. */
export const recordEvent = (event: NewEvent): Work<void> =>
  defer(events, [event.noun, event.id, event.vo, event.owner, event.ownerGroup, event.atMs]);

/** At most `limit` events after a sequence, oldest first. */
export function* eventsAfter(sequence: number, limit: number): Work<readonly CoreEvent[]> {
  return yield* rows<CoreEvent>(
    'select sequence, noun, id, vo, owner, owner_group as "ownerGroup" from events where sequence > $1 order by sequence limit $2',
    [sequence, limit],
  );
}

/** First and last sequence kept; `last` is 0 while nothing ever happened. */
export function* eventRange(): Work<{ readonly first: number; readonly last: number }> {
  const first = yield* one<{ sequence: number }>('select sequence from events order by sequence limit 1');
  const last = yield* one<{ sequence: number }>('select sequence from events order by sequence desc limit 1');
  return { first: first?.sequence ?? 0, last: last?.sequence ?? 0 };
}

/** Forgets events older than the instant, at most `limit`, but never the newest. Returns the first one kept. */
export function* pruneEvents(olderThanMs: number, limit: number): Work<void> {
  yield* run(
    `delete from events where sequence in (
       select sequence from events where at_ms < $1 and sequence < (select max(sequence) from events)
       order by sequence limit $2)`,
    [olderThanMs, limit],
  );
}
