/** What the Site Summary says of sites and queues, from the answer of the server: pure. */
import type { ElementStatus } from '@wm/wms-core/vocabulary';
import type { BatchQueue, StatusWord } from '../../server-state/sites.ts';
import { bestStatus, nameOf, plural } from '../../widgets/elements/element-words.ts';
import type { SiteSummaryState } from './site-summary-state.ts';

export interface SiteView {
  readonly site: string;
  /** Best status of its queues: one queue that works is a site that works. */
  readonly status: ElementStatus;
  /** What is said of the site as a whole. */
  readonly word: StatusWord | null;
  readonly queues: readonly BatchQueue[];
}

const isOfSite = (word: StatusWord | null): boolean => word !== null && word.computingElement === '';

const isTroubled = (queue: BatchQueue): boolean =>
  !queue.isOpen || queue.word !== null || queue.director?.state === 'resting';

const fitsText = (queue: BatchQueue, text: string): boolean =>
  nameOf(queue).toLowerCase().includes(text.trim().toLowerCase());

export function sitesOf(queues: readonly BatchQueue[], state: SiteSummaryState): readonly SiteView[] {
  const shown = queues.filter(
    (queue) => fitsText(queue, state.text) && (!state.onlyTroubled || isTroubled(queue)),
  );
  return [...Map.groupBy(shown, ({ site }) => site)]
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([site, ofSite]) => ({
      site,
      status: bestStatus(ofSite),
      word: ofSite.find(({ word }) => isOfSite(word))?.word ?? null,
      queues: ofSite,
    }));
}

/** One line for the bar: how many sites, how many of their queues take pilots. */
export function verdictOf(queues: readonly BatchQueue[]): string {
  const sites = new Set(queues.map(({ site }) => site)).size;
  const open = queues.filter(({ isOpen }) => isOpen).length;
  return `${plural(sites, 'site')}, ${open} of ${plural(queues.length, 'batch queue')} ${open === 1 ? 'takes' : 'take'} pilots`;
}
