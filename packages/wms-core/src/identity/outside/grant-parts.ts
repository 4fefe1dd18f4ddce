/** What the parts of the token grants share, and their times. */
import type { AccountServiceDeps } from '../account.service.ts';
import type { KeyEncryptionKey } from '../key-envelope.adapter.ts';
import type { OutsideProviders } from './token-grant.ts';

export interface GrantParts extends AccountServiceDeps {
  /** Newest first. */
  readonly keyEncryptionKeys: readonly KeyEncryptionKey[];
  readonly providers: OutsideProviders;
  /** From 0 to 1. */
  readonly random: () => number;
  /** Somebody is in other groups than before; called when that is durable. */
  readonly onGroupsChanged?: (() => void) | undefined;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

export const grantTimes = {
  /** Longer than a provider may take to answer; who died meanwhile is not waited for longer. */
  leaseMs: minuteMs,
  /** A deleted token that its provider cannot be told of is forgotten in the end. */
  revocationMs: 30 * 24 * hourMs,
} as const;

/** 1, 2, 4 … 60 minutes after so many failures. */
export const backOffMs = (failures: number): number =>
  Math.min(60, 2 ** Math.min(failures - 1, 6)) * minuteMs;

/** Groups count for 24 hours: 8 to 10 hours after the last look there is time enough for many tries. */
export const nextLookMs = (nowMs: number, random: () => number): number =>
  nowMs + 8 * hourMs + Math.floor(random() * 2 * hourMs);

/** An access token is used until a quarter of its life or 5 minutes are left, whichever is longer; not all at the same time. */
export const renewAtMs = (nowMs: number, expiresAtMs: number, random: () => number): number => {
  const marginMs = Math.max((expiresAtMs - nowMs) / 4, 5 * minuteMs);
  return expiresAtMs - marginMs - Math.floor(random() * minuteMs);
};
