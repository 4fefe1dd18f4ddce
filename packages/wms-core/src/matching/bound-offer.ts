/**
 * What an offer counts for: the place comes from the pilot's credential, who may run there from the configuration,
 * and only what is free from the pilot itself. Pure; asked at every match, and by the pilot director for pilots
 * that it has not sent yet.
 */
import { isUsable, worseOf, type ElementStatus } from '../configuration/element-status.ts';
import type { BatchQueueConfiguration, Configuration } from '../configuration/schema.ts';
import type { PilotPrincipal } from '../identity/principal.ts';
import { WmsError } from '../kernel/wms-error.ts';
import type { NodeSystem, ResourceOffer, ResourcePolicy } from './resource.ts';

const amounts = ['cpuTimeLeftS', 'wallTimeLeftS', 'processors', 'memoryMiB', 'diskMiB', 'gpus'] as const;

function checkAmounts(offer: ResourceOffer): void {
  for (const field of amounts) {
    const amount = offer[field];
    if (amount !== undefined && (!Number.isFinite(amount) || amount < 0))
      throw new WmsError('input.invalid', `The offer's ${field} must be a number of at least 0.`, { field });
  }
}

/** Beside its own, the platforms whose binaries a platform runs too, best first. */
export function compatiblePlatforms(
  own: readonly string[],
  platforms: Configuration['platforms'],
): readonly string[] {
  const others = own.flatMap((platform) =>
    Object.hasOwn(platforms, platform) ? (platforms[platform] ?? []) : [],
  );
  return others.length === 0 ? own : [...new Set([...own, ...others])];
}

/** `Linux_x86_64_glibc-2.36` */
const platformName = /^[A-Za-z]+_(.+?)(?:_glibc-([\d.]+)|_musl)?$/;

/** What older pilots do not tell follows from their platform. */
function systemOf({ platforms, system }: ResourceOffer): NodeSystem {
  const [, architecture, glibc] = platformName.exec(platforms[0] ?? '') ?? [];
  return {
    architecture: system?.architecture ?? architecture,
    glibc: system?.glibc ?? glibc,
    operatingSystems: system?.operatingSystems,
  };
}

const unlessEmpty = <T>(list: readonly T[]): readonly T[] | undefined =>
  list.length === 0 ? undefined : list;

/** Types a site that is not usable still runs, among those of the queue. */
function allowedJobTypes(
  site: Pick<Configuration['sites'][string], 'jobTypesWhenNotUsable'>,
  queue: BatchQueueConfiguration,
  status: ElementStatus,
): readonly string[] | undefined {
  const ofQueue = unlessEmpty(queue.jobTypes);
  if (isUsable(status)) return ofQueue;
  const still = queue.jobTypesWhenNotUsable ?? site.jobTypesWhenNotUsable;
  return ofQueue === undefined ? still : still.filter((type) => ofQueue.includes(type));
}

export const policyOf = (
  site: Pick<Configuration['sites'][string], 'status' | 'jobTypesWhenNotUsable'>,
  queue: BatchQueueConfiguration,
  status: ElementStatus = worseOf(site.status, queue.status),
): ResourcePolicy => ({
  pilotType: 'generic',
  jobTypes: allowedJobTypes(site, queue, status),
  bannedJobTypes: unlessEmpty(queue.bannedJobTypes),
  ownerGroups: unlessEmpty(queue.groups),
  owners: unlessEmpty(queue.users),
  bannedTags: unlessEmpty(queue.bannedTags),
  bannedPlatforms: unlessEmpty(queue.bannedPlatforms),
});

/** No type of job is allowed. */
const nobody: ResourcePolicy = { jobTypes: [] };

/** Who may run in a batch queue; nobody in one that is configured no more. */
function queuePolicy(
  values: Pick<Configuration, 'sites'>,
  place: Pick<ResourceOffer, 'site' | 'computingElement' | 'batchQueue'>,
): ResourcePolicy {
  const site = values.sites[place.site];
  const queue = site?.computingElements[place.computingElement]?.queues[place.batchQueue];
  return site === undefined || queue === undefined ? nobody : policyOf(site, queue);
}

/** What a node offers, with all that the configuration knows of its place: platforms it can also run, who may run. */
export const offerInPlace = (
  offer: ResourceOffer,
  values: Pick<Configuration, 'sites' | 'platforms'>,
): ResourceOffer => ({
  ...offer,
  platforms: compatiblePlatforms(offer.platforms, values.platforms),
  system: systemOf(offer),
  policy: queuePolicy(values, offer),
});

/** The offer of a pilot that asks for a job. Throws `input.invalid` when an amount is no number. */
export function boundOffer(
  pilot: PilotPrincipal,
  asked: ResourceOffer,
  values: Pick<Configuration, 'sites' | 'platforms'>,
): ResourceOffer {
  checkAmounts(asked);
  const { vo, site, computingElement, batchQueue } = pilot;
  return offerInPlace({ ...asked, vo, site, computingElement, batchQueue }, values);
}
