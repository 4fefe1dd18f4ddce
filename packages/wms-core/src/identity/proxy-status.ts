/**
 * Can a job be run with what the store holds? The words of the Launchpad's Proxy Status with exact reasons
 * (credentials.md §6.5). Pure; the proxy manager gathers the facts.
 */
import type { ErrorCode } from '../kernel/error-codes.ts';
import type { ProxyStateReason, ProxyStatus } from '../use-cases.ts';

export interface StatusFacts {
  readonly nowMs: number;
  /** How long a proxy must last for a job to be submitted. */
  readonly minLeftS: number;
  readonly vo: string;
  readonly group: string;
  readonly isMember: boolean;
  readonly isSuspended: boolean;
  readonly proxies: readonly {
    readonly validUntilMs: number;
    readonly isLinked: boolean;
    readonly isRevoked: boolean;
  }[];
}

export const instantText = (atMs: number): string =>
  `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

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

const notValid = (
  reason: ProxyStateReason,
  message: string,
  validUntilMs: number | null = null,
): ProxyStatus => ({ state: 'Not Valid', reason, message, validUntilMs });

function judgeBest(facts: StatusFacts, validUntilMs: number): ProxyStatus {
  const until = instantText(validUntilMs);
  if (validUntilMs <= facts.nowMs)
    return notValid('EXPIRED', `Your proxy ended on ${until}. Upload a new one.`, validUntilMs);
  if (validUntilMs < facts.nowMs + facts.minLeftS * 1000)
    return notValid(
      'SHORT',
      `Your proxy ends on ${until}; to run a job it must last ${durationText(facts.minLeftS)} more. Upload a new one.`,
      validUntilMs,
    );
  return { state: 'Valid', message: `Your proxy is valid until ${until}.`, validUntilMs };
}

export function proxyStatusOf(facts: StatusFacts): ProxyStatus {
  if (facts.isSuspended) return notValid('SUSPENDED', `You are suspended in ${facts.vo}.`);
  if (!facts.isMember) return notValid('GROUP', `You are not a member of the group ${facts.group}.`);
  if (facts.proxies.length === 0) return notValid('NONE', 'No proxy of yours is stored. Upload one.');
  const linked = facts.proxies.filter(({ isLinked }) => isLinked);
  if (linked.length === 0)
    return notValid('NOT_LINKED', 'The certificate of your stored proxy does not belong to your account.');
  const good = linked.filter(({ isRevoked }) => !isRevoked);
  if (good.length === 0)
    return notValid('REVOKED', 'The certificate of your proxy was revoked. Get a new one and upload it.');
  return judgeBest(facts, Math.max(...good.map(({ validUntilMs }) => validUntilMs)));
}

/** The error that stops a submission for each reason. */
export const codeOfReason: Readonly<Record<ProxyStateReason, ErrorCode>> = {
  NONE: 'proxy.missing',
  NOT_LINKED: 'proxy.missing',
  REVOKED: 'certificate.revoked',
  EXPIRED: 'proxy.expired',
  SHORT: 'proxy.short',
  GROUP: 'access.denied',
  SUSPENDED: 'access.denied',
};
