/**
 * When signing keys come and go. A new key is published two days before it signs, so that whoever keeps our public
 * keys knows it by then; an old one stays until the last token it signed is over. Pure.
 */

export interface ScheduledKey {
  readonly kid: string;
  readonly signsFromMs: number;
  /** False when its private half cannot be opened here. */
  readonly canSign: boolean;
}

const dayMs = 86_400_000;
export const publishAheadMs = 2 * dayMs;
/** Half a year. */
export const signForMs = 182 * dayMs;
/** Longer than an access token lives. */
export const outliveMs = 3_600_000;

const newestFirst = (a: ScheduledKey, b: ScheduledKey): number =>
  b.signsFromMs - a.signsFromMs || (a.kid < b.kid ? -1 : 1);

/** The newest one whose time has come. */
export const signingKeyAt = <K extends ScheduledKey>(keys: readonly K[], nowMs: number): K | undefined =>
  keys.filter(({ canSign, signsFromMs }) => canSign && signsFromMs <= nowMs).toSorted(newestFirst)[0];

export interface KeyChange {
  /** Make a key that signs from this instant. */
  readonly makeFromMs: number | undefined;
  readonly remove: readonly string[];
}

export function dueChange(keys: readonly ScheduledKey[], nowMs: number): KeyChange {
  const signing = signingKeyAt(keys, nowMs);
  if (signing === undefined) return { makeFromMs: nowMs, remove: [] };
  const newest = keys.filter(({ canSign }) => canSign).toSorted(newestFirst)[0] ?? signing;
  const isDue = nowMs >= newest.signsFromMs + signForMs - publishAheadMs;
  const isAlone = nowMs >= signing.signsFromMs + outliveMs;
  const older = keys.filter(({ signsFromMs }) => signsFromMs < signing.signsFromMs).map(({ kid }) => kid);
  return { makeFromMs: isDue ? nowMs + publishAheadMs : undefined, remove: isAlone ? older : [] };
}
