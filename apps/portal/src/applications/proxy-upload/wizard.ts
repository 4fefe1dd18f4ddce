/**
 * What the wizard says and offers: lifetimes, dates, whose certificate it is, files it does not even open.
 * Pure; the steps draw it.
 */
import { isSameSlashForm } from '@wm/credentials';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export const steps = ['File', 'Review', 'Done'] as const;

const maxFileBytes = 262_144;
/** So much of the certificate's life is left out, as the command line tools do. */
const marginMs = 300_000;
const warningDays = 30;

/** Why a file is not worth opening; undefined = it is. */
export function fileFault(file: { readonly name: string; readonly size: number }): string | undefined {
  if (file.size === 0) return `"${file.name}" is empty.`;
  if (file.size > maxFileBytes)
    return `"${file.name}" is too large for a certificate file (${sizeText(file.size)}; at most 256 KiB).`;
  return undefined;
}

export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1_048_576) return `${(bytes / 1024).toFixed(1)} KiB`;
  return `${(bytes / 1_048_576).toFixed(1)} MiB`;
}

/** `2026-12-20 14:06 UTC` */
export const instantText = (atMs: number): string =>
  `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** `36 h` below three days, `30 days` above. */
export function lifetimeText(lifetimeMs: number): string {
  if (lifetimeMs < hourMs) return `${Math.max(0, Math.floor(lifetimeMs / 60_000))} min`;
  if (lifetimeMs < 3 * dayMs) return `${Math.floor(lifetimeMs / hourMs)} h`;
  return `${Math.floor(lifetimeMs / dayMs)} days`;
}

const usualStops = [0.5, 2, 3, 7, 14, 30, 60, 90, 180, 365].map((days) => days * dayMs);

/** Lifetimes the slider stops at, shortest first; the last is all the certificate gives. */
export function lifetimeStops(certificateEndsMs: number, nowMs: number): readonly number[] {
  const longest = Math.max(0, certificateEndsMs - marginMs - nowMs);
  return [...usualStops.filter((stop) => stop < longest), longest];
}

/** Days left when it is time to think of a new certificate; undefined above thirty. */
export function endsSoonDays(certificateEndsMs: number, nowMs: number): number | undefined {
  const days = Math.floor((certificateEndsMs - nowMs) / dayMs);
  return days < warningDays ? Math.max(0, days) : undefined;
}

export type Match = 'linked' | 'first' | 'additional';

/** Is the certificate one of the account's? */
export function matchOf(subjectDn: string, linkedDns: readonly string[]): Match {
  if (linkedDns.some((dn) => isSameSlashForm(dn, subjectDn))) return 'linked';
  return linkedDns.length === 0 ? 'first' : 'additional';
}

/** A job can be submitted only while its proxy lasts a day and a minute. */
export const isTooShortForJobs = (lifetimeMs: number): boolean => lifetimeMs < dayMs + 60_000;

/** The groups to be sent; undefined = all, so that groups joined later gain too. */
export function picksOf(
  groups: readonly string[],
  unpicked: ReadonlySet<string>,
): readonly string[] | undefined {
  const picked = groups.filter((group) => !unpicked.has(group));
  return picked.length === groups.length ? undefined : picked;
}

/** Why these picks cannot be uploaded; undefined = they can. */
export const picksFault = (groups: readonly string[], unpicked: ReadonlySet<string>): string | undefined =>
  picksOf(groups, unpicked)?.length === 0 ? 'Tick at least one group.' : undefined;

export const picksHint = (groups: readonly string[], unpicked: ReadonlySet<string>): string =>
  picksOf(groups, unpicked) === undefined
    ? 'All groups are ticked: those you join later gain too.'
    : 'Only the ticked groups gain; to add one later, upload again.';
