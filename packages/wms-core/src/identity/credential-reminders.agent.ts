/**
 * Reminds owners by mail that their proxies end, or that the revocation watch blocked them. Looks every ten minutes; a
 * reminder is a row before it is a mail, so it is written once whatever happens in between. Sends what others wrote too.
 */
import { parseCertificate, readPem } from '@wm/credentials';
import { rows, type Work } from '../db/database.ts';
import { unfinishedOwners } from '../jobs/job-counters.store.ts';
import { createAgent, type Agent } from '../kernel/agent.ts';
import { createMailDelivery, senderOf, type DeliverMailsDeps } from '../mail/deliver-mails.service.ts';
import { createMailServer } from '../mail/mail-server.adapter.ts';
import { isMailAddress } from '../mail/letter.ts';
import { mattersWithMail, pruneMails, putMail, type NewMail } from '../mail/mail.store.ts';
import {
  reminderPrefix,
  remindersDue,
  type RemindedOwner,
  type RemindedProxy,
  type ReminderFacts,
} from './credential-reminders.ts';
import type { ProxyRow } from './proxy.store.ts';

interface Deps extends DeliverMailsDeps {
  /** Address of the portal, for the links. */
  readonly publicUrl: string;
}

const everyMs = 600_000;
/** Rows of mails stay longer than any proxy that they are about. */
const keepMs = 500 * 86_400_000;

interface OwnedRow extends ProxyRow {
  readonly user_name: string;
  readonly display_name: string;
  readonly email: string;
}

const livingProxies = (nowMs: number): Work<readonly OwnedRow[]> =>
  rows<OwnedRow>(
    `select p.*, a.user_name, a.display_name, a.email
     from proxies p join accounts a on a.account_id = p.account_id
     where p.valid_until_ms > $1 and a.email is not null order by p.account_id, p.valid_until_ms`,
    [nowMs],
  );

function certificateEndOf({ chain_pem: pem, valid_until_ms: otherwise }: ProxyRow): number {
  const person = readPem(pem)
    .map(({ der }) => parseCertificate(der))
    .find(({ proxy }) => !proxy);
  return person?.notAfterMs ?? otherwise;
}

const reminded = (row: OwnedRow): RemindedProxy => ({
  proxyId: row.proxy_id,
  subjectDn: row.subject_dn,
  issuerDn: row.issuer_dn,
  certificateSerial: row.certificate_serial,
  createdAtMs: row.created_at_ms,
  validUntilMs: row.valid_until_ms,
  certificateEndsAtMs: certificateEndOf(row),
  // What the revocation watch found.
  isRevoked: row.revoked_at_ms !== null,
  isGiven: row.source !== 'upload',
  groupsPicked: row.groups_picked,
});

export function createCredentialRemindersAgent(deps: Deps): Agent {
  const { database, clock, log } = deps;
  const deliver = createMailDelivery(deps);

  function factsOf(): ReminderFacts {
    const { installation, mail } = deps.configuration.current().values;
    return {
      nowMs: clock.nowMs(),
      days: mail.reminderDays,
      installationName: installation.name,
      portalUrl: deps.publicUrl,
      supportEmail: installation.supportEmail,
    };
  }

  async function plan(): Promise<readonly NewMail[]> {
    const facts = factsOf();
    const [found, owners, written] = await database.readHeavy(function* () {
      const written = yield* mattersWithMail(reminderPrefix);
      return [yield* livingProxies(facts.nowMs), yield* unfinishedOwners(), written] as const;
    });
    const busy = new Set(owners.map(({ owner }) => owner));
    const mails: NewMail[] = [];
    for (const [account_id, rowsOfOwner] of Map.groupBy(found, (row) => row.account_id)) {
      const [
        { user_name: userName, display_name: displayName, email } = {
          user_name: '',
          display_name: '',
          email: '',
        },
      ] = rowsOfOwner;
      if (!isMailAddress(email)) continue;
      const proxies = rowsOfOwner.map(reminded);
      const owner: RemindedOwner = { userName, displayName, hasUnfinishedJobs: busy.has(userName), proxies };
      for (const reminder of remindersDue(owner, facts))
        if (!written.has(reminder.matter))
          mails.push({ ...reminder, account_id, recipient: email, created_at_ms: facts.nowMs });
    }
    return mails;
  }

  async function cycle(): Promise<void> {
    if (senderOf(deps.configuration.current().values) === undefined) {
      log.warn({ needed: 'mail.from' }, 'mail.no-sender');
      return;
    }
    const mails = await plan();
    await database.write(function* () {
      yield* pruneMails(clock.nowMs() - keepMs);
      for (const mail of mails) yield* putMail(mail);
    });
    await deliver();
  }

  return createAgent({ name: 'credential-reminders', everyMs, cycle, log });
}

/** None without a mail server. */
export const createCredentialReminders = (
  { smtpUrl, publicUrl }: { readonly smtpUrl?: string | undefined; readonly publicUrl: string },
  parts: Omit<Deps, 'mailServer' | 'publicUrl'>,
): readonly Agent[] =>
  smtpUrl === undefined
    ? []
    : [createCredentialRemindersAgent({ ...parts, publicUrl, mailServer: createMailServer(smtpUrl) })];
