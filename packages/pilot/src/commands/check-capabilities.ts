/** What the slot can offer to jobs, and how strongly it can shut them off from the node. */
import { findIsolation } from '../job-wrapper/isolation.ts';
import { freeDiskMiB, gpus, memoryMiB, platform, processors } from '../node-facts.ts';
import type { PilotCommand } from '../pilot-context.ts';

export const checkCapabilities: PilotCommand = {
  name: 'check-capabilities',
  run: async ({ configuration, findings, isolationLevels, log }) => {
    const nodeProcessors = processors();
    findings.isolation = await findIsolation(isolationLevels);
    findings.slot = {
      platforms: [platform()],
      cpuTimeLeftS: configuration.maxWallTimeS,
      processors: Math.min(configuration.processors, nodeProcessors),
      memoryMiB: Math.min(configuration.memoryMiB, memoryMiB()),
      diskMiB: freeDiskMiB(configuration.workDirectory),
      gpus: gpus(),
      wholeNode: configuration.processors >= nodeProcessors,
      tags: [...configuration.tags],
      requiredTags: [...configuration.requiredTags],
    };
    log.write(`offers ${JSON.stringify(findings.slot)}`);
    log.write(`isolation of payloads: ${findings.isolation.name}`);
  },
};
