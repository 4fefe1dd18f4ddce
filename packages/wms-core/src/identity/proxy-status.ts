/**
 * Can a job be run with what the store holds? The words of the Launchpad's Proxy Status with exact reasons
 * (credentials.md §6.5). Pure; the proxy manager gathers the facts.
 */
import type { ErrorCode } from '../kernel/error-codes.ts';
import { instantText } from '../kernel/instant-text.ts';
import type { ProxyStateReason, ProxyStatus } from '../use-cases.ts';

export interface StatusFacts {
  readonly nowMs: number;
  /** How long a proxy must last for a job to be submitted. */
  readonly minLeftS: number;
  readonly vo: string;
  readonly group: string;
  readonly isMember: boolean;
  /** He was one by what an identity provider said, too long ago to count. */
  readonly hasLapsed: boolean;
  readonly isSuspended: boolean;
  /** Somebody gives proxies here, with one click. */
  readonly canIssue?: boolean | undefined;
  /** False: proxies of the group are taken out of the store by nobody, not for payloads either. */
  readonly isHandedOut?: boolean | undefined;
  /** Why VOMS gives the group's attributes to none of the proxies. */
  readonly vomsRefusal?: string | undefined;
  readonly proxies: readonly {
    readonly validUntilMs: number;
    readonly isLinked: boolean;
    readonly isRevoked: boolean;
    /** The group is among those its owner picked for it. */
    readonly servesGroup: boolean;
  }[];
}

/** `24 h 1 min` */
export function durationText(seconds: number): string {
  const minutes = Math.ceil(seconds / 60);
  const parts = [
    [Math.floor(minutes / 60), 'h'],
    [minutes % 60, 'min'],
  ] as const;
  return (
    parts
      .filter(([amount]) => amount > 0)
      .map(([amount, unit]) => `${amount} ${unit}`)
      .join(' ') || '0 min'
  );
}

/** The status, and the error that stops a submission when it is Not Valid. */
export interface ProxyVerdict {
  readonly status: ProxyStatus;
  readonly code?: ErrorCode;
}

const notValid = (
  code: ErrorCode,
  reason: ProxyStateReason,
  message: string,
  validUntilMs: number | null = null,
): ProxyVerdict => ({ code, status: { state: 'Not Valid', reason, message, validUntilMs } });

/** What to do about it, as the buttons beside the sentence say it. */
const upload = ({ canIssue }: StatusFacts, what: 'one' | 'a new one'): string =>
  canIssue ? `Get ${what} here, or upload one.` : `Upload ${what}.`;

function judgeBest(facts: StatusFacts, validUntilMs: number): ProxyVerdict {
  const until = instantText(validUntilMs);
  if (validUntilMs <= facts.nowMs)
    return notValid(
      'proxy.expired',
      'EXPIRED',
      `Your proxy ended on ${until}. ${upload(facts, 'a new one')}`,
      validUntilMs,
    );
  if (validUntilMs < facts.nowMs + facts.minLeftS * 1000)
    return notValid(
      'proxy.short',
      'SHORT',
      `Your proxy ends on ${until}; to run a job it must last ${durationText(facts.minLeftS)} more. ${upload(facts, 'a new one')}`,
      validUntilMs,
    );
  if (facts.vomsRefusal !== undefined)
    return notValid('access.denied', 'VOMS', facts.vomsRefusal, validUntilMs);
  // Jobs run all the same, so it is no fault of the proxy.
  const without =
    facts.isHandedOut === false
      ? ` Proxies of the group ${facts.group} are handed out to nobody, so payloads run without one.`
      : '';
  return {
    status: { state: 'Valid', message: `Your proxy is valid until ${until}.${without}`, validUntilMs },
  };
}

function judgeProxies(facts: StatusFacts): ProxyVerdict {
  if (facts.proxies.length === 0)
    return notValid('proxy.missing', 'NONE', `No proxy of yours is stored. ${upload(facts, 'one')}`);
  const linked = facts.proxies.filter(({ isLinked }) => isLinked);
  if (linked.length === 0)
    return notValid(
      'proxy.missing',
      'NOT_LINKED',
      'The certificate of your stored proxy does not belong to your account.',
    );
  const good = linked.filter(({ isRevoked }) => !isRevoked);
  if (good.length === 0)
    return notValid(
      'certificate.revoked',
      'REVOKED',
      'The certificate of your proxy was revoked. Get a new one and upload it.',
    );
  const serving = good.filter(({ servesGroup }) => servesGroup);
  if (serving.length === 0)
    return notValid(
      'proxy.missing',
      'GROUP',
      `Your proxy does not serve the group ${facts.group}; upload it again and pick the group.`,
    );
  return judgeBest(facts, Math.max(...serving.map(({ validUntilMs }) => validUntilMs)));
}

/** Who may not act at all is told so first; then the best proxy that serves the group counts. */
export function judge(facts: StatusFacts): ProxyVerdict {
  if (facts.isSuspended) return notValid('access.denied', 'SUSPENDED', `You are suspended in ${facts.vo}.`);
  if (facts.hasLapsed)
    return notValid(
      'access.denied',
      'GROUP',
      `Your identity provider last confirmed the group ${facts.group} more than a day ago. Log out and in again; jobs go on then.`,
    );
  if (!facts.isMember)
    return notValid('access.denied', 'GROUP', `You are not a member of the group ${facts.group}.`);
  return judgeProxies(facts);
}
