/** What the slot can offer to jobs, and how strongly it can shut them off from the node. */
import { findContainerEngines, tagsWithContainers } from '../job-wrapper/containers/index.ts';
import { findIsolation } from '../job-wrapper/isolation.ts';
import { usableWallTimeS } from '@wm/wms-core/vocabulary';
import { shareGpus } from '../gpu-shares.ts';
import { freeDiskMiB, hasCvmfs, memoryMiB, nodeSystem, platform, processors } from '../node-facts.ts';
import type { PilotCommand } from '../pilot-context.ts';

/** Looked for, whatever the queue says of it. */
const cvmfsTag = 'CVMFS';

export const tagsOfNode = (tags: readonly string[], hasSoftware: boolean): string[] => [
  ...tags.filter((tag) => tag !== cvmfsTag),
  ...(hasSoftware ? [cvmfsTag] : []),
];

export const checkCapabilities: PilotCommand = {
  name: 'check-capabilities',
  run: async (pilot) => {
    const { configuration, findings, isolationLevels, containerEngines, log } = pilot;
    const nodeProcessors = processors();
    const [isolation, containers, { names, facts }, endsAtMs] = await Promise.all([
      findIsolation(isolationLevels),
      findContainerEngines(containerEngines),
      pilot.gpusOfNode(),
      pilot.slotEndsAtMs(),
    ]);
    Object.assign(findings, { isolation, containers, gpus: shareGpus(names) });
    if (endsAtMs !== undefined) findings.slotEndsAtMs = endsAtMs;
    const toldS = endsAtMs === undefined ? Infinity : Math.floor((endsAtMs - Date.now()) / 1000);
    const slotS = Math.max(0, Math.min(configuration.maxWallTimeS, toldS));
    findings.slot = {
      platforms: [platform()],
      cpuTimeLeftS: slotS,
      wallTimeLeftS: Math.floor(usableWallTimeS(slotS)),
      processors: Math.min(configuration.processors, nodeProcessors),
      memoryMiB: Math.min(configuration.memoryMiB, memoryMiB()),
      diskMiB: freeDiskMiB(configuration.workDirectory),
      // A GPU that no tool tells of is believed to be there when the queue says so.
      gpus: names.length || (configuration.tags.includes('GPU') ? 1 : 0),
      wholeNode: configuration.processors >= nodeProcessors,
      tags: tagsOfNode(tagsWithContainers(configuration.tags, containers), hasCvmfs()),
      requiredTags: [...configuration.requiredTags],
      system: nodeSystem(),
      ...(facts && { gpu: facts }),
    };
    log.write(`offers ${JSON.stringify(findings.slot)}`);
    log.write(`isolation of payloads: ${isolation.name}`);
    log.write(`container images through: ${containers.map(({ name }) => name).join(', ') || 'nothing'}`);
  },
};
