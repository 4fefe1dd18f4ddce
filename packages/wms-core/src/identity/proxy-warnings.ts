/** When an owner is told that his proxy ends, and in which words. Pure; asked by the credential watch. */
import type { Notice } from '../use-cases.ts';
import type { JobOwner, ProxyOutlook } from './credential-holds.ts';
import { instantText } from '../kernel/instant-text.ts';

export interface WarningTimes {
  /** Seconds before the end; the first and the last warning. */
  readonly proxyWarningS: number;
  readonly proxyLastWarningS: number;
}

export type ProxyWarning = Pick<Notice, 'level' | 'title' | 'message'>;

/** undefined while the proxy lasts. The title alone tells how bad it is, so it is what is compared. */
export function warningFor(
  { ownerGroup }: JobOwner,
  { validUntilMs, message }: ProxyOutlook,
  nowMs: number,
  times: WarningTimes,
): ProxyWarning | undefined {
  const leftS = (validUntilMs - nowMs) / 1000;
  if (leftS <= 0)
    return {
      level: 'critical',
      title: `Your jobs in ${ownerGroup} are held: no proxy`,
      message: `${message ?? 'Your proxy has ended.'} Waiting jobs go on by themselves when you upload a new one.`,
    };
  const until = instantText(validUntilMs);
  if (leftS <= times.proxyLastWarningS)
    return {
      level: 'critical',
      title: `Your proxy for ${ownerGroup} ends very soon`,
      message: `It ends at ${until} and you have unfinished jobs. Upload a new one now.`,
    };
  if (leftS <= times.proxyWarningS)
    return {
      level: 'warning',
      title: `Your proxy for ${ownerGroup} ends soon`,
      message: `It ends at ${until} and you have unfinished jobs. Upload a new one before that.`,
    };
  return undefined;
}

/** When something about this proxy changes next; undefined = never. */
export const nextChangeMs = (
  { validUntilMs }: ProxyOutlook,
  nowMs: number,
  { proxyWarningS, proxyLastWarningS }: WarningTimes,
): number | undefined =>
  [proxyWarningS, proxyLastWarningS, 0]
    .map((beforeS) => validUntilMs - beforeS * 1000)
    .find((atMs) => atMs > nowMs);
