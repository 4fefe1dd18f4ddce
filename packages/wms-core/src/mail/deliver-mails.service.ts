/**
 * Sends the mails that are due. Each is taken for this process first, so that several processes send one mail; it is
 * tried again, ever less often, until the mail server took it or refused it for good.
 */
import { createHash } from 'node:crypto';
import type { ConfigurationSnapshot } from '../configuration/schema.ts';
import type { Database } from '../db/database.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Logger } from '../kernel/logger.ts';
import type { MailOutcome, MailServer } from './mail-server.adapter.ts';
import { claimMails, markRefused, markTaken, postponeMail, type MailRow } from './mail.store.ts';

export interface DeliverMailsDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Logger;
  readonly configuration: { current(): ConfigurationSnapshot };
  readonly mailServer: MailServer;
}

const minuteMs = 60_000;
/** Longer than a mail server is waited for. */
const claimMs = 5 * minuteMs;
const longestPauseMs = 6 * 60 * minuteMs;
const mailsPerStep = 20;

const pauseMs = (tries: number): number => Math.min(5 * minuteMs * 2 ** tries, longestPauseMs);

/** Who the mails are from; undefined = nobody said, and none are sent. */
export const senderOf = (values: ConfigurationSnapshot['values']): string | undefined =>
  values.mail.from ?? values.installation.supportEmail;

export function createMailDelivery(deps: DeliverMailsDeps) {
  const { database, clock, log, mailServer } = deps;

  async function deliver(row: MailRow, from: string): Promise<MailOutcome['kind']> {
    const domain = from.slice(from.indexOf('@') + 1);
    const outcome = await mailServer.send({
      from,
      fromName: deps.configuration.current().values.installation.name,
      to: row.recipient,
      subject: row.subject,
      text: row.body,
      messageId: `<${createHash('sha256').update(row.matter).digest('hex').slice(0, 32)}@${domain}>`,
    });
    const { mail_id: mailId, matter, account_id: accountId, tries } = row;
    const nowMs = clock.nowMs();
    if (outcome.kind === 'taken') {
      await database.write(() => markTaken(mailId, nowMs));
      log.info({ matter, accountId }, 'mail.taken');
      return outcome.kind;
    }
    const { kind, why } = outcome;
    await database.write(() =>
      kind === 'refused' ? markRefused(mailId, why) : postponeMail(mailId, nowMs + pauseMs(tries)),
    );
    log.warn({ matter, accountId, why }, kind === 'refused' ? 'mail.refused' : 'mail.not-taken');
    return kind;
  }

  const release = (others: readonly MailRow[], nowMs: number): Promise<void> =>
    database.write(function* () {
      for (const { mail_id: mailId } of others) yield* postponeMail(mailId, nowMs);
    });

  /** All that are due now. Stops when the server takes none. */
  return async function deliverDueMails(): Promise<void> {
    const from = senderOf(deps.configuration.current().values);
    if (from === undefined) return;
    for (;;) {
      const nowMs = clock.nowMs();
      const claimed = await database.write(() => claimMails(nowMs, nowMs + claimMs, mailsPerStep));
      if (claimed.length === 0) return;
      for (const [index, row] of claimed.entries())
        if ((await deliver(row, from)) === 'unavailable') return release(claimed.slice(index + 1), nowMs);
    }
  };
}
