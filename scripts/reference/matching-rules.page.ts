import {
  matchRules,
  type MatchRule,
  type ResourceOffer,
  type TaskQueueRequirements,
} from '@wm/wms-core/vocabulary';
import { document, table, type Page } from './markdown.ts';

/** A demanding queue and a small offer, so that each rule has something to say. */
const queue: TaskQueueRequirements = {
  vo: 'vo.access.egi.eu',
  ownerGroup: 'access_user',
  owner: 'mkolar',
  jobType: 'User',
  cpuTimeS: 86_400,
  sites: ['EGI.NIKHEF.nl'],
  bannedSites: ['EGI.Demo.org'],
  computingElements: ['arc01.example.org'],
  platforms: ['Linux_x86_64_glibc-2.36'],
  tags: ['AVX512'],
  minProcessors: 4,
  maxProcessors: 8,
  wholeNode: true,
  memoryMiB: 16_384,
  diskMiB: 20_480,
  gpus: 1,
  pilotType: 'private',
  bannedComputingElements: ['local'],
  architectures: ['aarch64'],
  operatingSystems: ['almalinux-9'],
  minGlibc: '2.34',
  wallTimeS: 7200,
  memoryPerProcessorMiB: 2000,
  gpuVendors: ['NVIDIA'],
  gpuModels: ['A100'],
  gpuMemoryMiB: 40_000,
  gpuComputeCapability: 8,
};

const offer: ResourceOffer = {
  vo: 'training.egi.eu',
  site: 'EGI.Demo.org',
  computingElement: 'local',
  batchQueue: 'demo',
  platforms: ['Linux_x86_64_glibc-2.31'],
  cpuTimeLeftS: 3600,
  processors: 1,
  memoryMiB: 2048,
  diskMiB: 10_240,
  gpus: 0,
  wholeNode: false,
  tags: [],
  requiredTags: ['HighMemory'],
  wallTimeLeftS: 3540,
  system: { architecture: 'x86_64', glibc: '2.31', operatingSystems: ['debian-11', 'debian'] },
  gpu: { vendor: 'AMD', model: 'Instinct MI50', memoryMiB: 16_368 },
  policy: {
    jobTypes: ['Test'],
    ownerGroups: ['training_user'],
    owners: ['jlind'],
    bannedTags: ['AVX512'],
  },
};

/** What of the rule the job could change to run on the small slot. */
function eased(rule: MatchRule): string {
  const nearest = rule.ease?.(queue, offer);
  return nearest === undefined ? '' : rule.wanted(nearest);
}

export const matchingRulesPage: Page = {
  file: 'matching-rules.md',
  title: 'Matching rules',
  render: () =>
    document(
      'Matching rules',
      'packages/wms-core/src/matching/rules',
      'All must hold. The examples show the words of each rule for a demanding job and a small slot, and what the job could ask for instead as far as the one rule goes.',
      'What a pilot offers is what is free on its node. Who may run there (`OwnerGroup`, `Owner`, `JobType`, `BannedTag`, banned platforms) and which platforms a node runs beside its own come from the configuration, never from the pilot. A node that does not tell something does not fit jobs that ask for it; a pilot that is still to be sent is believed to.',
      'Memory is what the job needs in all and, for the fewest processors it can use, for each of them. A GPU model fits when its words stand in the name the driver gives, whole and in order: `A100` fits `NVIDIA A100-SXM4-40GB`, `L4` does not fit `L40`. Tags for size count for `RequiredTag` and `BannedTag` as the numbers they stand for.',
      table(
        ['Rule', 'Wanted, for example', 'Offered, for example', 'Fits', 'Would fit, at the nearest'],
        matchRules.map((rule) => [
          rule.name,
          rule.wanted(queue),
          rule.offered(offer),
          rule.fits(queue, offer) ? 'yes' : 'no',
          eased(rule),
        ]),
      ),
    ),
};
