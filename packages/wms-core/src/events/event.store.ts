/**
 * The outbox of events: written in the transaction of the change it tells of, one row a group of works, read in
 * order by `event-log.service.ts`. Holds ids only; who wants the content asks for it and is checked then.
 */
import { insertBatch } from '../db/batch.ts';
import { defer, one, rows, run, type Work } from '../db/database.ts';
import type { CoreEvent } from '../use-cases.ts';

export type NewEvent = Omit<CoreEvent, 'sequence'> & { readonly atMs: number };

/** All events of a group become one row: see `fold`. */
const events = insertBatch(
  'events',
  { at_ms: 'bigint', changes: 'text' },
  {
    fold: {
      keyColumns: 0,
      merge: ([, earlier], [atMs, later]) => [atMs ?? 0, `${String(earlier)},${String(later)}`],
      finish: ([atMs, changes]) => [atMs ?? 0, `[${String(changes)}]`],
    },
  },
);

/** Rings the bell when the transaction commits. Events of jobs and pilots name VO, owner and group. */
export const recordEvent = ({ noun, id, vo, owner, ownerGroup, atMs }: NewEvent): Work<void> =>
  defer(events, [atMs, JSON.stringify([noun, id, vo, owner, ownerGroup])]);

/** What changed in one group of works; its events share the sequence. */
export interface EventGroup {
  readonly sequence: number;
  readonly events: readonly CoreEvent[];
}

type StoredEvent = readonly [CoreEvent['noun'], string, string | null, string | null, string | null];

/** At most `limit` groups after a sequence, oldest first. */
export function* eventsAfter(sequence: number, limit: number): Work<readonly EventGroup[]> {
  const found = yield* rows<{ sequence: number; changes: string }>(
    'select sequence, changes from events where sequence > $1 order by sequence limit $2',
    [sequence, limit],
  );
  return found.map((group) => ({
    sequence: group.sequence,
    events: (JSON.parse(group.changes) as readonly StoredEvent[]).map(
      ([noun, id, vo, owner, ownerGroup]) => ({
        sequence: group.sequence,
        noun,
        id,
        vo,
        owner,
        ownerGroup,
      }),
    ),
  }));
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
