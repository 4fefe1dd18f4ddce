/** All matching rules. The order is the order in which users read the reasons; it never changes the verdict. */
import type { MatchRule } from '../match-rule.ts';
import { architectureRule } from './architecture.ts';
import { bannedComputingElementsRule } from './banned-computing-elements.ts';
import { bannedSitesRule } from './banned-sites.ts';
import { bannedTagsRule } from './banned-tags.ts';
import { computingElementRule } from './computing-element.ts';
import { cpuTimeRule } from './cpu-time.ts';
import { diskRule } from './disk.ts';
import { glibcRule } from './glibc.ts';
import { gpuComputeCapabilityRule } from './gpu-compute-capability.ts';
import { gpuMemoryRule } from './gpu-memory.ts';
import { gpuModelRule } from './gpu-model.ts';
import { gpusRule } from './gpus.ts';
import { gpuVendorRule } from './gpu-vendor.ts';
import { jobTypeRule } from './job-type.ts';
import { memoryRule } from './memory.ts';
import { operatingSystemRule } from './operating-system.ts';
import { ownerGroupRule } from './owner-group.ts';
import { ownerRule } from './owner.ts';
import { pilotTypeRule } from './pilot-type.ts';
import { platformRule } from './platform.ts';
import { processorsRule } from './processors.ts';
import { requiredTagsRule } from './required-tags.ts';
import { siteRule } from './site.ts';
import { tagsRule } from './tags.ts';
import { voRule } from './vo.ts';
import { wallTimeRule } from './wall-time.ts';
import { wholeNodeRule } from './whole-node.ts';

export const matchRules: readonly MatchRule[] = [
  voRule,
  ownerGroupRule,
  ownerRule,
  pilotTypeRule,
  siteRule,
  bannedSitesRule,
  computingElementRule,
  bannedComputingElementsRule,
  jobTypeRule,
  platformRule,
  architectureRule,
  operatingSystemRule,
  glibcRule,
  cpuTimeRule,
  wallTimeRule,
  processorsRule,
  wholeNodeRule,
  memoryRule,
  diskRule,
  gpusRule,
  gpuVendorRule,
  gpuModelRule,
  gpuMemoryRule,
  gpuComputeCapabilityRule,
  tagsRule,
  requiredTagsRule,
  bannedTagsRule,
];
