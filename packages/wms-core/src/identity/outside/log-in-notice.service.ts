/** Tells somebody whose refresh token is no good any more what that means and what to do; until he logs in again. */
import type { Work } from '../../db/database.ts';
import { instantText } from '../../kernel/instant-text.ts';
import { ringNotices } from '../../notices/notice.service.ts';
import { noticesOf, putNotice, removeNotice } from '../../notices/notice.store.ts';
import { fqanLifetimeMs } from '../account.service.ts';
import type { GrantRow } from './token-grant.store.ts';

const matterOf = (issuer: string): string => `log-in/${issuer}`;

/** What the lost token was good for: groups, or the proxies of a provider where nobody logs in otherwise. */
function wordsOf(
  { provider_id, refreshed_at_ms }: GrantRow,
  proxyProvider: { readonly id: string; readonly name: string } | undefined,
): { readonly title: string; readonly message: string } {
  if (proxyProvider?.id === provider_id)
    return {
      title: `Log in again at ${proxyProvider.name}`,
      message: `${proxyProvider.name} takes the kept refresh token no more, so your proxy is not renewed while your jobs wait and run. Use “Get a proxy” to log in there again.`,
    };
  const until = instantText(refreshed_at_ms + fqanLifetimeMs);
  return {
    title: 'Log in again to stay in your groups',
    message: `Your identity provider takes the kept refresh token no more. Groups that come from it count until ${until}; after that your waiting jobs are held. Log out and in again, and they go on.`,
  };
}

export function* putLogInNotice(
  row: GrantRow,
  proxyProvider: Parameters<typeof wordsOf>[1],
  nowMs: number,
): Work<void> {
  yield* putNotice({
    accountId: row.account_id,
    matter: matterOf(row.issuer),
    kind: 'log-in',
    level: 'warning',
    ...wordsOf(row, proxyProvider),
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
