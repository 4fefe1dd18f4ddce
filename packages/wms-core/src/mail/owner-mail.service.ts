/** A mail to the owner of an account about what happened to it: the row that is sent later. */
import type { ConfigurationSnapshot } from '../configuration/schema.ts';
import type { Work } from '../db/database.ts';
import { findAccount } from '../identity/account.store.ts';
import type { Clock } from '../kernel/clock.ts';
import { senderOf } from './deliver-mails.service.ts';
import { isMailAddress, letter } from './letter.ts';
import { putMail } from './mail.store.ts';

export interface OwnerMail {
  /** One mail for each. */
  readonly matter: string;
  readonly subject: string;
  /** Between the greeting and the name of the installation. */
  readonly paragraphs: readonly string[];
}

export interface OwnerMailParts {
  readonly clock: Clock;
  readonly configuration: { current(): ConfigurationSnapshot };
  /** Undefined where no mails are sent: none are kept either. */
  readonly mailsFrom?: { readonly portalUrl: string } | undefined;
}

/** In the transaction of what it tells. Nothing happens for an account without an address. */
export function* mailOwner(parts: OwnerMailParts, accountId: string, mail: OwnerMail): Work<void> {
  const { values } = parts.configuration.current();
  if (parts.mailsFrom === undefined || senderOf(values) === undefined) return;
  const account = yield* findAccount(accountId);
  if (!account?.email || !isMailAddress(account.email)) return;
  const { installation } = values;
  const facts = {
    installationName: installation.name,
    portalUrl: parts.mailsFrom.portalUrl,
    supportEmail: installation.supportEmail,
  };
  yield* putMail({
    matter: mail.matter,
    account_id: accountId,
    recipient: account.email,
    subject: mail.subject,
    body: letter({ displayName: account.display_name, userName: account.user_name }, facts, mail.paragraphs),
    created_at_ms: parts.clock.nowMs(),
  });
}
