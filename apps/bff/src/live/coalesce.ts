/** Many events of a short time become one message: ids once each. Pure but for the timer it is given. */
import type { LiveEvent } from '@wm/api-contract';
import type { CoreEvent } from '@wm/wms-core/vocabulary';

export type Changed = Extract<LiveEvent, { readonly type: 'changed' }>;

export function changedOf(events: readonly CoreEvent[]): Changed {
  const idsOf = (noun: CoreEvent['noun']): string[] => [
    ...new Set(events.filter((event) => event.noun === noun).map(({ id }) => id)),
  ];
  return {
    type: 'changed',
    jobs: idsOf('job').map(Number),
    pilots: idsOf('pilot'),
    proxies: idsOf('proxy').length > 0,
    configuration: idsOf('configuration').length > 0,
    operations: idsOf('operation').map(Number),
    notices: idsOf('notice').length > 0,
  };
}

export interface Coalescer {
  add(events: readonly CoreEvent[]): void;
  close(): void;
}

/** Calls `emit` at most once in `windowMs`, with the highest sequence contained. */
export function createCoalescer(
  windowMs: number,
  emit: (changed: Changed, sequence: number) => void,
): Coalescer {
  let waiting: CoreEvent[] = [];
  let timer: NodeJS.Timeout | undefined;
  function flush(): void {
    timer = undefined;
    const events = waiting;
    waiting = [];
    const last = events.at(-1);
    if (last !== undefined) emit(changedOf(events), last.sequence);
  }
  return {
    add(events) {
      waiting.push(...events);
      timer ??= setTimeout(flush, windowMs);
    },
    close() {
      clearTimeout(timer);
      waiting = [];
    },
  };
}
