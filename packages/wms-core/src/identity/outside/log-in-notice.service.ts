/** Tells somebody whose refresh token is no good any more what that means and what to do; until he logs in again. */
import type { Work } from '../../db/database.ts';
import { instantText } from '../../kernel/instant-text.ts';
import { ringNotices } from '../../notices/notice.service.ts';
import { noticesOf, putNotice, removeNotice } from '../../notices/notice.store.ts';
import { fqanLifetimeMs } from '../account.service.ts';
import type { GrantRow } from './token-grant.store.ts';

const matterOf = (issuer: string): string => `log-in/${issuer}`;

export function* putLogInNotice(row: GrantRow, confirmedAtMs: number, nowMs: number): Work<void> {
  const until = instantText(confirmedAtMs + fqanLifetimeMs);
  yield* putNotice({
    accountId: row.account_id,
    matter: matterOf(row.issuer),
    kind: 'log-in',
    level: 'warning',
    title: 'Log in again to stay in your groups',
    message: `Your identity provider takes the kept refresh token no more. Groups that come from it count until ${until}; after that your waiting jobs are held. Log out and in again, and they go on.`,
    createdAtMs: nowMs,
  });
  yield* ringNotices(row.account_id, nowMs);
}

export function* withdrawLogInNotice(accountId: string, issuer: string, nowMs: number): Work<void> {
  const told = (yield* noticesOf(accountId)).find(({ matter }) => matter === matterOf(issuer));
  if (told === undefined) return;
  yield* removeNotice(told.noticeId);
  yield* ringNotices(accountId, nowMs);
}
