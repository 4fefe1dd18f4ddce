/**
 * What owners of stored proxies are reminded of by mail, and in which words (credentials.md §6.4): that a proxy ends in
 * 30, 7 and 1 days, and that its certificate was revoked. Pure; the agent gathers the facts and keeps what was written.
 */
import { instantText } from '../kernel/instant-text.ts';
import { letter, type LetterFacts } from '../mail/letter.ts';

export interface RemindedProxy {
  readonly proxyId: string;
  readonly subjectDn: string;
  readonly issuerDn: string;
  readonly certificateSerial: string;
  readonly createdAtMs: number;
  readonly validUntilMs: number;
  /** End of the person's certificate. */
  readonly certificateEndsAtMs: number;
  readonly isRevoked: boolean;
  /** By a provider of proxies: another one is a click away. */
  readonly isGiven: boolean;
  /** JSON list; null = all. */
  readonly groupsPicked: string | null;
}

export interface RemindedOwner {
  readonly userName: string;
  readonly displayName: string;
  readonly hasUnfinishedJobs: boolean;
  readonly proxies: readonly RemindedProxy[];
}

export interface ReminderFacts extends LetterFacts {
  readonly nowMs: number;
  /** Days before the end. */
  readonly days: readonly number[];
}

export interface Reminder {
  /** One mail for each. */
  readonly matter: string;
  readonly subject: string;
  readonly body: string;
}

export const reminderPrefix = 'credential ';

const dayMs = 86_400_000;

/** Another one lasts longer and serves as much. */
const isReplaced = (proxy: RemindedProxy, others: readonly RemindedProxy[]): boolean =>
  others.some(
    (other) =>
      other.proxyId !== proxy.proxyId &&
      !other.isRevoked &&
      other.validUntilMs > proxy.validUntilMs &&
      (other.groupsPicked === null || other.groupsPicked === proxy.groupsPicked),
  );

/**
 * The reminder of the fewest days that is due: who was not reached for a while gets one mail, not three. A proxy that
 * was shorter from the beginning is no news.
 */
function daysDue({ createdAtMs, validUntilMs }: RemindedProxy, { nowMs, days }: ReminderFacts) {
  if (validUntilMs <= nowMs) return undefined;
  const due = days.filter((day) => {
    const atMs = validUntilMs - day * dayMs;
    return atMs <= nowMs && atMs > createdAtMs;
  });
  return due.length === 0 ? undefined : Math.min(...due);
}

const inDays = (days: number): string => (days === 1 ? 'in one day' : `in ${days} days`);

const jobsSentence = ({ hasUnfinishedJobs }: RemindedOwner): readonly string[] =>
  hasUnfinishedJobs
    ? ['You have unfinished jobs. Without a proxy those that wait are held until there is a new one.']
    : [];

function whatHelps(proxy: RemindedProxy, { portalUrl }: ReminderFacts): string {
  if (proxy.isGiven) return `Get a new one by one click: the button Proxy Status at ${portalUrl}`;
  const endsWithCertificate = proxy.certificateEndsAtMs - proxy.validUntilMs < dayMs;
  const renew = endsWithCertificate
    ? `Your certificate ends at ${instantText(proxy.certificateEndsAtMs)}, so renew it first. Then upload a new proxy`
    : 'Upload a new proxy';
  return `${renew}: Tools > Proxy Upload at ${portalUrl}, or from a terminal: dirac-proxy-init -U`;
}

function endReminder(
  owner: RemindedOwner,
  proxy: RemindedProxy,
  facts: ReminderFacts,
  days: number,
): Reminder {
  const until = instantText(proxy.validUntilMs);
  return {
    matter: `${reminderPrefix}${days} days ${proxy.proxyId}`,
    subject: `Your proxy ends ${inDays(days)}`,
    body: letter(owner, facts, [
      `your proxy at ${facts.installationName} ends at ${until}:\n${proxy.subjectDn}`,
      ...jobsSentence(owner),
      whatHelps(proxy, facts),
    ]),
  };
}

function revokedReminder(owner: RemindedOwner, proxy: RemindedProxy, facts: ReminderFacts): Reminder {
  return {
    matter: `${reminderPrefix}revoked ${proxy.issuerDn} ${proxy.certificateSerial}`,
    subject: 'Your certificate was revoked',
    body: letter(owner, facts, [
      `your certificate is in the revocation list of its authority, so the proxy that is stored at ${facts.installationName} is not used any more:\n${proxy.subjectDn}\nIssuer: ${proxy.issuerDn}\nSerial number: ${proxy.certificateSerial}`,
      ...jobsSentence(owner),
      proxy.isGiven
        ? 'If you do not know why, ask the administrators of your VO.'
        : 'If you did not ask for that, ask your authority why. Get a new certificate, then upload a new proxy.',
    ]),
  };
}

/** All that are due now, those that were written before as well. */
export function remindersDue(owner: RemindedOwner, facts: ReminderFacts): readonly Reminder[] {
  return owner.proxies.flatMap((proxy): readonly Reminder[] => {
    if (proxy.isRevoked)
      return proxy.validUntilMs > facts.nowMs ? [revokedReminder(owner, proxy, facts)] : [];
    const days = isReplaced(proxy, owner.proxies) ? undefined : daysDue(proxy, facts);
    return days === undefined ? [] : [endReminder(owner, proxy, facts, days)];
  });
}
