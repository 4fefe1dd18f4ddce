/** SQL of mails to be sent. A row is made in the transaction that notices the reason for it. */
import { one, rows, run, type Work } from '../db/database.ts';

export interface MailRow {
  readonly mail_id: number;
  readonly matter: string;
  readonly account_id: string;
  readonly recipient: string;
  readonly subject: string;
  readonly body: string;
  readonly created_at_ms: number;
  /** Before this one. */
  readonly tries: number;
}

export type NewMail = Omit<MailRow, 'mail_id' | 'tries'>;

/** False when there is one on the matter already. */
export function* putMail(mail: NewMail): Work<boolean> {
  const row = yield* one<{ mail_id: number }>(
    `insert into mails (matter, account_id, recipient, subject, body, created_at_ms, tries, next_try_at_ms)
     values ($1, $2, $3, $4, $5, $6, 0, $6) on conflict do nothing returning mail_id`,
    [mail.matter, mail.account_id, mail.recipient, mail.subject, mail.body, mail.created_at_ms],
  );
  return row !== undefined;
}

export function* mattersWithMail(prefix: string): Work<ReadonlySet<string>> {
  const found = yield* rows<{ matter: string }>(
    'select matter from mails where substr(matter, 1, length($1)) = $1',
    [prefix],
  );
  return new Set(found.map(({ matter }) => matter));
}

/** Takes those that are due for this process alone until `untilMs`. */
export const claimMails = (nowMs: number, untilMs: number, limit: number): Work<readonly MailRow[]> =>
  rows<MailRow>(
    `update mails set tries = tries + 1, next_try_at_ms = $2
     where mail_id in (select mail_id from mails where taken_at_ms is null and refused is null
         and next_try_at_ms <= $1 order by mail_id limit $3)
       and next_try_at_ms <= $1
     returning mail_id, matter, account_id, recipient, subject, body, created_at_ms, tries - 1 as tries`,
    [nowMs, untilMs, limit],
  );

export const markTaken = (mailId: number, atMs: number): Work<void> =>
  run('update mails set taken_at_ms = $2 where mail_id = $1', [mailId, atMs]);

export const markRefused = (mailId: number, why: string): Work<void> =>
  run('update mails set refused = $2 where mail_id = $1', [mailId, why]);

export const postponeMail = (mailId: number, untilMs: number): Work<void> =>
  run('update mails set next_try_at_ms = $2 where mail_id = $1', [mailId, untilMs]);

export const pruneMails = (createdBeforeMs: number): Work<void> =>
  run('delete from mails where created_at_ms < $1', [createdBeforeMs]);
