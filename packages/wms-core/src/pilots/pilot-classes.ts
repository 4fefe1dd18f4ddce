/** The batch queues of a configuration as classes of pilots: where pilots may go now, and what they will offer. */
import type { BatchQueueConfiguration, Configuration } from '../configuration/schema.ts';
import { takesPilots, worseOf, type ElementStatus } from '../configuration/element-status.ts';
import { serveVo } from '../configuration/served-vos.ts';
import { compatiblePlatforms, policyOf } from '../matching/bound-offer.ts';
import { usableWallTimeS } from '../matching/resource.ts';
import type { LeadTimes } from './lead-times.ts';
import type { PilotClass } from './plan-submissions.ts';

/** A pilot starts a little after its slot does, and keeps time to end in. */
const cpuTimeMarginS = 60;

export interface ConfiguredClass extends PilotClass {
  readonly site: string;
  readonly computingElement: string;
  readonly batchQueue: string;
  readonly queue: BatchQueueConfiguration;
}

export const classKeyOf = (place: {
  readonly site: string;
  readonly computingElement: string;
  readonly batchQueue: string;
}): string => `${place.site}/${place.computingElement}/${place.batchQueue}`;

/** A batch queue as configured, whether pilots are sent there now or not. */
export type ConfiguredBatchQueue = Omit<ConfiguredClass, 'blockedUntilMs'> & {
  /** Type of its computing element. */
  readonly type: string;
  /** The worse of its own and that of its site. */
  readonly status: ElementStatus;
  /** Why; empty when nobody said. */
  readonly statusReason: string;
  /** Pilots are sent to places of this status. */
  readonly isOpen: boolean;
};

/** No pilot is sent to a closed place; what it would take is what it takes once it is open again. */
const whenOpen = (status: ElementStatus): ElementStatus => (takesPilots(status) ? status : 'Active');

export const batchQueuesOf = (values: Configuration): readonly ConfiguredBatchQueue[] =>
  Object.entries(values.sites).flatMap(([site, siteOfQueue]) =>
    Object.entries(siteOfQueue.computingElements).flatMap(([computingElement, { queues, type }]) =>
      Object.entries(queues).map(([batchQueue, queue]) => {
        const status = worseOf(siteOfQueue.status, queue.status);
        const place = { site, computingElement, batchQueue };
        return {
          ...place,
          key: classKeyOf(place),
          queue,
          vos: Object.keys(values.vos).filter((vo) => serveVo(vo, siteOfQueue, queue)),
          maxTotalPilots: queue.maxTotalPilots,
          maxWaitingPilots: queue.maxWaitingPilots,
          offer: { ...offerOf(place, queue, values), policy: policyOf(siteOfQueue, queue, whenOpen(status)) },
          type,
          status,
          statusReason: status === siteOfQueue.status ? siteOfQueue.statusReason : queue.statusReason,
          isOpen: takesPilots(status),
        };
      }),
    ),
  );

export const pilotClasses = (
  values: Configuration,
  blockedUntilMs: (classKey: string) => number,
  leadTimes: LeadTimes,
): readonly ConfiguredClass[] =>
  batchQueuesOf(values)
    .filter(({ isOpen }) => isOpen)
    .map((each) => ({
      ...each,
      blockedUntilMs: blockedUntilMs(each.key),
      leadMs: leadTimes.get(each.key),
    }));

/** What jobs get is what a pilot finds on its node; this is what one may hope for. Untold = may be anything. */
const offerOf = (
  place: Pick<ConfiguredClass, 'site' | 'computingElement' | 'batchQueue'>,
  queue: BatchQueueConfiguration,
  values: Configuration,
): PilotClass['offer'] => {
  const slotLeftS = Math.max(0, queue.maxWallTimeS - cpuTimeMarginS);
  return {
    ...place,
    ...(queue.platforms.length > 0 && { platforms: compatiblePlatforms(queue.platforms, values.platforms) }),
    cpuTimeLeftS: slotLeftS,
    wallTimeLeftS: usableWallTimeS(slotLeftS),
    processors: queue.processors,
    memoryMiB: queue.memoryMiB,
    diskMiB: queue.diskMiB ?? Number.MAX_SAFE_INTEGER,
    gpus: queue.gpu?.count ?? (queue.tags.includes('GPU') ? Number.MAX_SAFE_INTEGER : 0),
    ...(queue.gpu && { gpu: queue.gpu }),
    wholeNode: queue.tags.includes('WholeNode'),
    tags: queue.tags,
    requiredTags: queue.requiredTags,
  };
};
