/** All matching rules. The order is the order in which users read the reasons; it never changes the verdict. */
import type { MatchRule } from '../match-rule.ts';
import { bannedSitesRule } from './banned-sites.ts';
import { computingElementRule } from './computing-element.ts';
import { cpuTimeRule } from './cpu-time.ts';
import { diskRule } from './disk.ts';
import { gpusRule } from './gpus.ts';
import { memoryRule } from './memory.ts';
import { platformRule } from './platform.ts';
import { processorsRule } from './processors.ts';
import { requiredTagsRule } from './required-tags.ts';
import { siteRule } from './site.ts';
import { tagsRule } from './tags.ts';
import { voRule } from './vo.ts';
import { wholeNodeRule } from './whole-node.ts';

export const matchRules: readonly MatchRule[] = [
  voRule,
  siteRule,
  bannedSitesRule,
  computingElementRule,
  platformRule,
  cpuTimeRule,
  processorsRule,
  wholeNodeRule,
  memoryRule,
  diskRule,
  gpusRule,
  tagsRule,
  requiredTagsRule,
];
