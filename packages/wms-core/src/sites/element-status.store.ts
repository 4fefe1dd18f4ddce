/** SQL of the statuses that site managers set. */
import { one, rows, run, type Work } from '../db/database.ts';
import type { Element, PastStatus, SetStatus } from './status-overlay.ts';

const columns = `status_id as "statusId", site, computing_element as "computingElement", batch_queue as "batchQueue",
  status, reason, set_by as "setBy", set_at_ms as "setAtMs", until_ms as "untilMs"`;

export const openStatuses = (): Work<readonly SetStatus[]> =>
  rows(`select ${columns} from element_statuses where ended_at_ms is null order by status_id`);

/** Newest first; those of the computing elements and queues of the site among them. */
export const statusHistory = (site: string, limit: number): Work<readonly PastStatus[]> =>
  rows(
    `select ${columns}, ended_at_ms as "endedAtMs", ended_by as "endedBy" from element_statuses
     where site = $1 order by status_id desc limit $2`,
    [site, limit],
  );

/** Ends what is said of the element; false when nothing is. */
export function* endStatus(element: Element, endedBy: string | null, atMs: number): Work<boolean> {
  const open = yield* one<{ id: number }>(
    `select status_id as id from element_statuses
     where site = $1 and computing_element = $2 and batch_queue = $3 and ended_at_ms is null`,
    [element.site, element.computingElement, element.batchQueue],
  );
  if (!open) return false;
  yield* run('update element_statuses set ended_at_ms = $2, ended_by = $3 where status_id = $1', [
    open.id,
    atMs,
    endedBy,
  ]);
  return true;
}

export const insertStatus = ({
  batchQueue,
  computingElement,
  reason,
  setAtMs,
  setBy,
  site,
  status,
  untilMs,
}: Omit<SetStatus, 'statusId'>): Work<void> =>
  run(
    `insert into element_statuses (site, computing_element, batch_queue, status, reason, set_by, set_at_ms, until_ms)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [site, computingElement, batchQueue, status, reason, setBy, setAtMs, untilMs],
  );

/** Ends those whose time is over; answers how many. */
export function* endOverdue(nowMs: number): Work<number> {
  const over = yield* rows(
    'select status_id from element_statuses where ended_at_ms is null and until_ms <= $1',
    [nowMs],
  );
  if (over.length > 0)
    yield* run(
      'update element_statuses set ended_at_ms = until_ms where ended_at_ms is null and until_ms <= $1',
      [nowMs],
    );
  return over.length;
}
