/**
 * What the windows of sites and resources say of a site, a computing element or a batch queue, from the answer of the
 * server: pure.
 */
import { elementStatuses, spanText, type ElementStatus } from '@wm/wms-core/vocabulary';
import type { BatchQueue, Element, StatusWord } from '../../server-state/sites.ts';
import type { StatusLook } from '../status-look.ts';

const look = (family: StatusLook['family'], shape: StatusLook['shape']): StatusLook => ({ family, shape });

export const elementStatusLooks: Readonly<Record<ElementStatus, StatusLook>> = {
  Active: look('success', 'check'),
  Degraded: look('warning', 'alert'),
  Probing: look('waiting', 'matched'),
  Unknown: look('preparing', 'ring'),
  Error: look('failure', 'cross'),
  Banned: look('stopped', 'square'),
};

export const nameOf = ({ batchQueue, computingElement, site }: Element): string =>
  [site, computingElement, batchQueue].filter((part) => part !== '').join(' / ');

/** One queue that works is an element that works. */
export const bestStatus = (queues: readonly BatchQueue[]): ElementStatus =>
  elementStatuses.find((status) => queues.some((queue) => queue.status === status)) ?? 'Unknown';

/** True when the word was said of just this element. */
export const isSaidOf = (element: Element, word: StatusWord | null): boolean =>
  word !== null && nameOf(word) === nameOf(element);

export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

const usualStart = (leadTimeS: number | null): string =>
  leadTimeS === null ? '' : ` Half of them start within ${spanText(leadTimeS * 1000)}.`;

/** What the pilot director decided, as a sentence; `time` turns an instant into words. */
export function directorWords(
  { director, isOpen, maxTotalPilots }: BatchQueue,
  time: (instant: string) => string,
): string {
  if (!isOpen) return 'No pilots are sent while its status is as it is.';
  if (maxTotalPilots === 0) return 'The configuration allows no pilots here.';
  if (director === null) return 'The pilot director has not looked here yet.';
  switch (director.state) {
    case 'resting':
      return `Pilots failed, so none is sent before ${time(director.blockedUntil ?? director.decidedAt)}${director.failure === null ? '.' : `: ${director.failure}`}`;
    case 'full':
      return maxTotalPilots === 1
        ? 'It has the one pilot that it may have.'
        : `It has all ${plural(maxTotalPilots, 'pilot')} that it may have.`;
    case 'clogged':
      return `Pilots wait longer than usual for their start, so none is sent until one starts.${usualStart(director.leadTimeS)}`;
    case 'starting':
      return `As many pilots wait for their start as may.${usualStart(director.leadTimeS)}`;
    case 'open':
      return `Pilots are sent when jobs wait that fit.${usualStart(director.leadTimeS)}`;
  }
}

/** "Power cut" said by iortega, until …: the reason apart. */
export function wordsOn(word: StatusWord, time: (instant: string) => string): string {
  const until = word.until === null ? 'until it is ended' : `until ${time(word.until)}`;
  return `${word.status} by ${word.setBy} since ${time(word.setAt)}, ${until}`;
}

const hourMs = 3_600_000;

/** Choices for the end of a status; null = none. */
export const durations: readonly {
  readonly value: string;
  readonly label: string;
  readonly ms: number | null;
}[] = [
  { value: 'open', label: 'I end it', ms: null },
  { value: '1h', label: '1 hour from now', ms: hourMs },
  { value: '4h', label: '4 hours from now', ms: 4 * hourMs },
  { value: '1d', label: '1 day from now', ms: 24 * hourMs },
  { value: '3d', label: '3 days from now', ms: 72 * hourMs },
  { value: '1w', label: '1 week from now', ms: 168 * hourMs },
  { value: '30d', label: '30 days from now', ms: 720 * hourMs },
];
