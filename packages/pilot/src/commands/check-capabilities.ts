/** What the slot can offer to jobs, and how strongly it can shut them off from the node. */
import { findContainerEngines, tagsWithContainers } from '../job-wrapper/containers/index.ts';
import { findIsolation } from '../job-wrapper/isolation.ts';
import { usableWallTimeS } from '@wm/wms-core/vocabulary';
import { shareGpus } from '../gpu-shares.ts';
import { freeDiskMiB, memoryMiB, nodeSystem, platform, processors } from '../node-facts.ts';
import type { PilotCommand } from '../pilot-context.ts';

export const checkCapabilities: PilotCommand = {
  name: 'check-capabilities',
  run: async ({ configuration, findings, isolationLevels, containerEngines, gpusOfNode, log }) => {
    const nodeProcessors = processors();
    const [isolation, containers, { names, facts }] = await Promise.all([
      findIsolation(isolationLevels),
      findContainerEngines(containerEngines),
      gpusOfNode(),
    ]);
    Object.assign(findings, { isolation, containers, gpus: shareGpus(names) });
    findings.slot = {
      platforms: [platform()],
      cpuTimeLeftS: configuration.maxWallTimeS,
      wallTimeLeftS: Math.floor(usableWallTimeS(configuration.maxWallTimeS)),
      processors: Math.min(configuration.processors, nodeProcessors),
      memoryMiB: Math.min(configuration.memoryMiB, memoryMiB()),
      diskMiB: freeDiskMiB(configuration.workDirectory),
      // A GPU that no tool tells of is believed to be there when the queue says so.
      gpus: names.length || (configuration.tags.includes('GPU') ? 1 : 0),
      wholeNode: configuration.processors >= nodeProcessors,
      tags: [...tagsWithContainers(configuration.tags, containers)],
      requiredTags: [...configuration.requiredTags],
      system: nodeSystem(),
      ...(facts && { gpu: facts }),
    };
    log.write(`offers ${JSON.stringify(findings.slot)}`);
    log.write(`isolation of payloads: ${isolation.name}`);
    log.write(`container images through: ${containers.map(({ name }) => name).join(', ') || 'nothing'}`);
  },
};
