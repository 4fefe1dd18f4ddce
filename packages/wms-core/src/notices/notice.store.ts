/** SQL of notices: one row a matter and account. */
import { one, rows, run, type Work } from '../db/database.ts';
import { placeholders } from '../db/dialect.ts';
import type { Notice } from '../use-cases.ts';

export interface NoticeRow extends Notice {
  readonly accountId: string;
  readonly matter: string;
}

const columns = `notice_id as "noticeId", account_id as "accountId", matter, kind, level, title, message,
  created_at_ms as "createdAtMs", read_at_ms as "readAtMs"`;

/** Newest first. */
export const noticesOf = (accountId: string): Work<readonly NoticeRow[]> =>
  rows<NoticeRow>(
    `select ${columns} from notices where account_id = $1 order by created_at_ms desc, notice_id desc`,
    [accountId],
  );

export const noticesOfKind = (kind: Notice['kind']): Work<readonly NoticeRow[]> =>
  rows<NoticeRow>(`select ${columns} from notices where kind = $1`, [kind]);

/** Takes the place of an earlier one on the same matter, unread again; the same again changes nothing. */
export const putNotice = (notice: Omit<NoticeRow, 'noticeId' | 'readAtMs'>): Work<void> =>
  run(
    `insert into notices (account_id, matter, kind, level, title, message, created_at_ms)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (account_id, matter) do update set kind = excluded.kind, level = excluded.level,
       title = excluded.title, message = excluded.message, created_at_ms = excluded.created_at_ms,
       read_at_ms = null
     where notices.title <> excluded.title`,
    [
      notice.accountId,
      notice.matter,
      notice.kind,
      notice.level,
      notice.title,
      notice.message,
      notice.createdAtMs,
    ],
  );

export const removeNotice = (noticeId: number): Work<void> =>
  run('delete from notices where notice_id = $1', [noticeId]);

/** Own ones only; true when one was unread. */
export function* readNotices(accountId: string, noticeIds: readonly number[], atMs: number): Work<boolean> {
  if (noticeIds.length === 0) return false;
  const read = yield* one(
    `update notices set read_at_ms = $2 where account_id = $1 and read_at_ms is null
       and notice_id in (${placeholders(noticeIds.length, 3)}) returning notice_id`,
    [accountId, atMs, ...noticeIds],
  );
  return read !== undefined;
}
