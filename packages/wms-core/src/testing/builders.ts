/** Nouns for tests: complete and plain, with only the fields that matter spelled out by the test. */
import type { z } from 'zod';
import {
  configurationSchema,
  type Configuration,
  type ConfigurationSnapshot,
} from '../configuration/schema.ts';
import type { PilotPrincipal, UserPrincipal } from '../identity/principal.ts';
import type { ResourceOffer } from '../matching/resource.ts';
import type { TaskQueueRequirements } from '../task-queues/task-queue.ts';

export const aUser = (fields: Partial<UserPrincipal> = {}): UserPrincipal => ({
  kind: 'user',
  accountId: `account-${fields.userName ?? 'ada'}`,
  userName: 'ada',
  vo: 'biomed',
  group: 'biomed_user',
  properties: ['NormalUser'],
  ...fields,
});

export const aPilot = (fields: Partial<PilotPrincipal> = {}): PilotPrincipal => ({
  kind: 'pilot',
  stamp: '0'.repeat(32),
  vo: 'biomed',
  site: 'EGI.Demo.org',
  computingElement: 'local',
  batchQueue: 'default',
  ...fields,
});

export const anOffer = (fields: Partial<ResourceOffer> = {}): ResourceOffer => ({
  vo: 'biomed',
  site: 'EGI.Demo.org',
  computingElement: 'local',
  batchQueue: 'default',
  platforms: ['Linux_x86_64_glibc-2.36'],
  cpuTimeLeftS: 500_000,
  processors: 8,
  memoryMiB: 16_384,
  diskMiB: 100_000,
  gpus: 0,
  wholeNode: true,
  tags: [],
  requiredTags: [],
  ...fields,
});

export const someRequirements = (fields: Partial<TaskQueueRequirements> = {}): TaskQueueRequirements => ({
  vo: 'biomed',
  ownerGroup: 'biomed_user',
  owner: 'ada',
  jobType: 'User',
  cpuTimeS: 86_400,
  sites: [],
  bannedSites: [],
  computingElements: [],
  platforms: [],
  tags: [],
  minProcessors: 1,
  maxProcessors: 1,
  wholeNode: false,
  memoryMiB: 0,
  diskMiB: 0,
  gpus: 0,
  ...fields,
});

type ConfigurationInput = z.input<typeof configurationSchema>;

/** Two VOs, one active site with a local computing element; `fields` replace whole sections. */
export function aConfiguration(fields: Partial<ConfigurationInput> = {}): Configuration {
  const group = (properties: readonly string[]) => ({ properties: [...properties] });
  return configurationSchema.parse({
    vos: {
      biomed: {
        groups: {
          biomed_user: group(['NormalUser']),
          biomed_shared: group(['NormalUser', 'JobSharing']),
          biomed_admin: group(['JobAdministrator']),
        },
      },
      fermilab: { groups: { fermilab_user: group(['NormalUser']) } },
    },
    sites: {
      'EGI.Demo.org': { computingElements: { local: { type: 'Local', queues: { default: {} } } } },
      'EGI.Other.org': { computingElements: { local: { type: 'Local', queues: { default: {} } } } },
    },
    ...fields,
  });
}

export const configurationHolder = (
  values: Configuration = aConfiguration(),
): { current(): ConfigurationSnapshot } => {
  const snapshot: ConfigurationSnapshot = { version: 'test', loadedAtMs: 0, values };
  return { current: () => snapshot };
};
