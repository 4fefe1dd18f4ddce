/** What short lists of credentials share: ends in words, and the values that selectors offer. Pure. */
const dayMs = 86_400_000;
const warningDays = 30;

export interface Expiry {
  /** `2026-12-20 14:06 (29 days)` */
  readonly text: string;
  readonly isSoon: boolean;
}

export function expiryOf(validUntil: string, nowMs: number): Expiry {
  const endsMs = Date.parse(validUntil);
  const days = Math.floor((endsMs - nowMs) / dayMs);
  const left = endsMs <= nowMs ? 'ended' : days === 1 ? '1 day' : days === 0 ? 'today' : `${days} days`;
  return {
    text: `${new Date(endsMs).toISOString().slice(0, 16).replace('T', ' ')} (${left})`,
    isSoon: days < warningDays,
  };
}

/** Values that the selectors offer. */
export const valuesOf = (texts: readonly string[]): readonly string[] =>
  [...new Set(texts)].toSorted((a, b) => a.localeCompare(b, 'en'));
