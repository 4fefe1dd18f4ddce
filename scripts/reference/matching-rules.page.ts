import { matchRules, type ResourceOffer, type TaskQueueRequirements } from '@wm/wms-core/vocabulary';
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
};

export const matchingRulesPage: Page = {
  file: 'matching-rules.md',
  title: 'Matching rules',
  render: () =>
    document(
      'Matching rules',
      'packages/wms-core/src/matching/rules',
      'All must hold. The examples show the words of each rule for a demanding job and a small slot.',
      table(
        ['Rule', 'Wanted, for example', 'Offered, for example', 'Fits'],
        matchRules.map((rule) => [
          rule.name,
          rule.wanted(queue),
          rule.offered(offer),
          rule.fits(queue, offer) ? 'yes' : 'no',
        ]),
      ),
    ),
};
