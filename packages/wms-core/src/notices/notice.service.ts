/** What users see of the notices on their account. */
import type { Database, Work } from '../db/database.ts';
import { recordEvent } from '../events/event.store.ts';
import type { Clock } from '../kernel/clock.ts';
import type { NoticeUseCases } from '../use-cases.ts';
import { noticesOf, readNotices } from './notice.store.ts';

/** Tells the pages of the account that its notices changed. */
export const ringNotices = (accountId: string, atMs: number): Work<void> =>
  recordEvent({ noun: 'notice', id: accountId, vo: null, owner: null, ownerGroup: null, atMs });

export const createNoticeService = ({
  database,
  clock,
}: {
  readonly database: Database;
  readonly clock: Clock;
}): NoticeUseCases => ({
  list: ({ accountId }) =>
    database.read(function* () {
      const found = yield* noticesOf(accountId);
      return found.map(({ accountId: _account, matter: _matter, ...notice }) => notice);
    }),
  markRead: ({ accountId }, noticeIds) =>
    database.write(function* () {
      const atMs = clock.nowMs();
      if (yield* readNotices(accountId, noticeIds, atMs)) yield* ringNotices(accountId, atMs);
    }),
});
