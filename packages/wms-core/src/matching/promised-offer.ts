/**
 * What a batch queue promises before a pilot is there, seen by one job: whatever nobody has told yet (platform,
 * system, kind of GPU) is believed to be what the job asks for. Asked by the pilot director and by explanations.
 */
import type { TaskQueueRequirements } from '../task-queues/task-queue.ts';
import { usableWallTimeS, type ResourceOffer } from './resource.ts';

/** Without the names of the job; no platforms = not told. */
export type PromisedOffer = Omit<ResourceOffer, 'vo' | 'platforms'> & {
  readonly platforms?: readonly string[] | undefined;
};

const unlessEmpty = <T>(list: readonly T[] | undefined): readonly T[] | undefined =>
  list?.length === 0 ? undefined : list;

/** `cpuTimeLeftS`: of a pilot that is on its way already. */
export const promisedOffer = (
  offer: PromisedOffer,
  wanted: TaskQueueRequirements,
  cpuTimeLeftS = offer.cpuTimeLeftS,
): ResourceOffer => ({
  ...offer,
  vo: wanted.vo,
  platforms: unlessEmpty(offer.platforms) ?? wanted.platforms,
  system: offer.system ?? {
    architecture: wanted.architectures?.[0],
    glibc: wanted.minGlibc,
    operatingSystems: wanted.operatingSystems,
  },
  gpu: {
    vendor: offer.gpu?.vendor ?? wanted.gpuVendors?.[0],
    model: offer.gpu?.model ?? wanted.gpuModels?.[0],
    memoryMiB: offer.gpu?.memoryMiB ?? wanted.gpuMemoryMiB,
    computeCapability: offer.gpu?.computeCapability ?? wanted.gpuComputeCapability,
  },
  cpuTimeLeftS,
  wallTimeLeftS: Math.min(offer.wallTimeLeftS ?? Infinity, usableWallTimeS(cpuTimeLeftS)),
});
