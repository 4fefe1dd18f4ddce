/**
 * What no schema of one key can say: names that point to each other. Asked by the YAML adapter after the
 * schema has accepted; what depends on other parts (CE types, the JDL parser) comes in as functions.
 */
import type { Configuration, ComputingElementConfiguration } from './schema.ts';
import type { ConfigurationFault } from './configuration-fault.ts';
import { effectiveJobLimits, type JobLimits } from '../jobs/job-limits.ts';
import { isFqanOfVo } from '../identity/voms/group-attributes.ts';
import { storedProxies } from './stored-proxy-checks.ts';
import { launchpadJdl } from './launchpad-jdl.ts';

export interface CheckedElsewhere {
  /** Faults of the parameters of a CE, undefined when the type does not exist; paths are below `parameters`. */
  readonly computingElementFaults?:
    ((element: ComputingElementConfiguration) => readonly ConfigurationFault[] | undefined) | undefined;
  readonly computingElementTypes?: readonly string[] | undefined;
  /** Throws when the text is no JDL. */
  readonly parseJdl?: ((jdl: string) => unknown) | undefined;
}

type Check = (values: Configuration, elsewhere: CheckedElsewhere) => Iterable<ConfigurationFault>;

function* groupNames(values: Configuration): Iterable<ConfigurationFault> {
  const owners = new Map<string, string>();
  for (const [vo, { groups }] of Object.entries(values.vos)) {
    for (const group of Object.keys(groups)) {
      const other = owners.get(group);
      if (other !== undefined) {
        yield {
          path: ['vos', vo, 'groups', group],
          message: `the VO ${other} has a group of this name already; group names are unique over all VOs`,
        };
      }
      owners.set(group, vo);
    }
  }
}

/** These names become parts of sandbox PFNs and of file names offered to browsers. */
const portableName = /^[A-Za-z0-9_][A-Za-z0-9_.@+-]*$/;

function* portableNames(values: Configuration): Iterable<ConfigurationFault> {
  const message = 'use letters, digits and . _ - + @ only, beginning with a letter, digit or _';
  for (const [vo, { groups }] of Object.entries(values.vos)) {
    if (!portableName.test(vo)) yield { path: ['vos', vo], message };
    for (const group of Object.keys(groups)) {
      if (!portableName.test(group)) yield { path: ['vos', vo, 'groups', group], message };
    }
  }
  for (const user of Object.keys(values.users)) {
    if (!portableName.test(user)) yield { path: ['users', user], message };
  }
}

function* defaultGroups(values: Configuration): Iterable<ConfigurationFault> {
  for (const [vo, { defaultGroup, groups }] of Object.entries(values.vos)) {
    if (defaultGroup !== undefined && !Object.hasOwn(groups, defaultGroup)) {
      yield {
        path: ['vos', vo, 'defaultGroup'],
        message: `${defaultGroup} is no group of this VO; it has ${Object.keys(groups).join(', ') || 'none'}`,
      };
    }
  }
}

/** Both are how grants are told apart: a token of one provider must never be shown to another. */
function* proxyProviders({ identity }: Configuration): Iterable<ConfigurationFault> {
  const { proxyProvider, providers } = identity;
  if (proxyProvider === undefined) return;
  const path = ['identity', 'proxyProvider'];
  if (['main', ...providers.map(({ id }) => id)].includes(proxyProvider.id))
    yield { path: [...path, 'id'], message: `${proxyProvider.id} is a way to log in already` };
  if (providers.some(({ issuer }) => issuer === proxyProvider.issuer))
    yield {
      path: [...path, 'issuer'],
      message: 'is a way to log in already; a provider of proxies says nothing of who logs in',
    };
}

function* vomsFqans(values: Configuration): Iterable<ConfigurationFault> {
  for (const [vo, { groups, vomsName }] of Object.entries(values.vos))
    for (const [group, { vomsFqan }] of Object.entries(groups)) {
      const inVoms = vomsName ?? vo;
      if (vomsFqan !== undefined && !isFqanOfVo(vomsFqan, inVoms))
        yield {
          path: ['vos', vo, 'groups', group, 'vomsFqan'],
          message: `${vomsFqan} is none of the VO ${inVoms}; it should be /${inVoms}, a group below it or /…/Role=… there`,
        };
    }
}

function* groupMembers(values: Configuration): Iterable<ConfigurationFault> {
  for (const [vo, { groups }] of Object.entries(values.vos)) {
    for (const [group, { users }] of Object.entries(groups)) {
      for (const [index, user] of users.entries()) {
        if (!Object.hasOwn(values.users, user)) {
          yield {
            path: ['vos', vo, 'groups', group, 'users', index],
            message: `${user} is not listed under users`,
          };
        }
      }
    }
  }
}

function* suspensions(values: Configuration): Iterable<ConfigurationFault> {
  for (const [user, { suspended }] of Object.entries(values.users)) {
    yield* unknownVos(values, suspended, ['users', user, 'suspended']);
  }
}

function* distinguishedNames(values: Configuration): Iterable<ConfigurationFault> {
  const owners = new Map<string, string>();
  for (const [user, { distinguishedNames: names }] of Object.entries(values.users)) {
    for (const [index, dn] of names.entries()) {
      const other = owners.get(dn);
      if (other !== undefined) {
        yield {
          path: ['users', user, 'distinguishedNames', index],
          message: `this certificate subject belongs to ${other} already`,
        };
      }
      owners.set(dn, user);
    }
  }
}

function* vosOfResources(values: Configuration): Iterable<ConfigurationFault> {
  for (const [site, { vos, computingElements }] of Object.entries(values.sites)) {
    yield* unknownVos(values, vos, ['sites', site, 'vos']);
    for (const [element, { queues }] of Object.entries(computingElements)) {
      for (const [queue, { vos: queueVos }] of Object.entries(queues)) {
        const path = ['sites', site, 'computingElements', element, 'queues', queue, 'vos'];
        yield* unknownVos(values, queueVos, path);
      }
    }
  }
  for (const [set, { vos }] of Object.entries(values.launchpad.sets)) {
    yield* unknownVos(values, vos, ['launchpad', 'sets', set, 'vos']);
  }
}

function* unknownVos(
  values: Configuration,
  vos: readonly string[],
  path: readonly (string | number)[],
): Iterable<ConfigurationFault> {
  for (const [index, vo] of vos.entries()) {
    if (!Object.hasOwn(values.vos, vo)) {
      yield {
        path: [...path, index],
        message: `${vo} is no configured VO; known are ${Object.keys(values.vos).join(', ')}`,
      };
    }
  }
}

function* elementTypes(values: Configuration, elsewhere: CheckedElsewhere): Iterable<ConfigurationFault> {
  if (elsewhere.computingElementFaults === undefined) return;
  const owners = new Map<string, string>();
  for (const [site, { computingElements: elements }] of Object.entries(values.sites)) {
    for (const [name, element] of Object.entries(elements)) {
      const path = ['sites', site, 'computingElements', name];
      const other = owners.get(name);
      if (other !== undefined) {
        yield { path, message: `the site ${other} has a computing element of this name already` };
      }
      owners.set(name, site);
      const faults = elsewhere.computingElementFaults(element);
      if (faults === undefined) {
        const known = elsewhere.computingElementTypes?.join(', ') ?? '';
        yield {
          path: [...path, 'type'],
          message: `${element.type} is no type of computing element; known are ${known}`,
        };
      }
      for (const fault of faults ?? []) {
        yield { path: [...path, 'parameters', ...fault.path], message: fault.message };
      }
    }
  }
}

/** Where limits are written: the path, and what holds there when the narrower word counts. */
function* jobDescriptions(
  values: Configuration,
): Iterable<{ readonly path: readonly (string | number)[]; readonly limits: JobLimits }> {
  yield { path: [], limits: values.jobDescription };
  for (const [vo, { groups }] of Object.entries(values.vos)) {
    yield { path: ['vos', vo], limits: effectiveJobLimits(values, vo, '') };
    for (const group of Object.keys(groups))
      yield { path: ['vos', vo, 'groups', group], limits: effectiveJobLimits(values, vo, group) };
  }
}

const boundsOfLimits = [
  { key: 'defaultCpuTimeS', min: 'minCpuTimeS', max: 'maxCpuTimeS' },
  { key: 'defaultPriority', min: 'minPriority', max: 'maxPriority' },
  { key: 'minWallTimeS', max: 'maxWallTimeS' },
] as const;

function* jobDescriptionBounds(values: Configuration): Iterable<ConfigurationFault> {
  const told = new Set<string>();
  for (const { path, limits } of jobDescriptions(values))
    for (const { key, max, ...rest } of boundsOfLimits) {
      const least = 'min' in rest ? limits[rest.min] : 0;
      const fault = `lies outside of ${least} to ${limits[max]}`;
      // A fault of the installation is inherited by all; once is enough.
      if ((limits[key] >= least && limits[key] <= limits[max]) || told.has(`${key} ${fault}`)) continue;
      told.add(`${key} ${fault}`);
      yield { path: [...path, 'jobDescription', key], message: fault };
    }
}

/** Groups, users and types of jobs named at batch queues; a slip of the pen would silently shut everybody out. */
function* namesAtQueues(values: Configuration): Iterable<ConfigurationFault> {
  const groups = Object.values(values.vos).flatMap((vo) => Object.keys(vo.groups));
  const types = [...jobDescriptions(values)].flatMap(({ limits }) => limits.allowedJobTypes);
  const known: readonly (readonly ['groups' | 'jobTypes' | 'bannedJobTypes', string, readonly string[]])[] = [
    ['groups', 'group', [...new Set(groups)]],
    ['jobTypes', 'type of jobs', [...new Set(types)]],
    ['bannedJobTypes', 'type of jobs', [...new Set(types)]],
  ];
  for (const [site, { computingElements }] of Object.entries(values.sites))
    for (const [element, { queues }] of Object.entries(computingElements))
      for (const [name, queue] of Object.entries(queues))
        for (const [key, what, names] of known)
          for (const [index, given] of queue[key].entries())
            if (!names.includes(given))
              yield {
                path: ['sites', site, 'computingElements', element, 'queues', name, key, index],
                message: `${given} is no configured ${what}; known are ${names.join(', ')}`,
              };
}

function* silences(values: Configuration): Iterable<ConfigurationFault> {
  const { pilotHeartbeatS, stalledAfterS, lostAfterS } = values.lifeCycle;
  if (stalledAfterS <= pilotHeartbeatS) {
    yield {
      path: ['lifeCycle', 'stalledAfterS'],
      message: `must be longer than pilotHeartbeatS (${pilotHeartbeatS})`,
    };
  }
  if (lostAfterS <= stalledAfterS) {
    yield {
      path: ['lifeCycle', 'lostAfterS'],
      message: `must be longer than stalledAfterS (${stalledAfterS})`,
    };
  }
}

function* launchpadSets(values: Configuration, { parseJdl }: CheckedElsewhere): Iterable<ConfigurationFault> {
  if (parseJdl === undefined) return;
  for (const [name, set] of Object.entries(values.launchpad.sets)) {
    try {
      parseJdl(launchpadJdl(set));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      yield { path: ['launchpad', 'sets', name, 'parameters'], message: `makes no valid JDL: ${message}` };
    }
  }
}

function* retentionVos(values: Configuration): Iterable<ConfigurationFault> {
  for (const [index, { vo }] of values.lifeCycle.retention.entries())
    if (vo !== undefined && !Object.hasOwn(values.vos, vo))
      yield {
        path: ['lifeCycle', 'retention', index, 'vo'],
        message: `${vo} is no configured VO; known are ${Object.keys(values.vos).join(', ')}`,
      };
}

const checks: readonly Check[] = [
  groupNames,
  portableNames,
  defaultGroups,
  proxyProviders,
  vomsFqans,
  groupMembers,
  suspensions,
  distinguishedNames,
  vosOfResources,
  elementTypes,
  storedProxies,
  jobDescriptionBounds,
  namesAtQueues,
  silences,
  retentionVos,
  launchpadSets,
];

/** All faults at once, in the order of the checks. */
export const crossCheck = (
  values: Configuration,
  elsewhere: CheckedElsewhere,
): readonly ConfigurationFault[] => checks.flatMap((check) => [...check(values, elsewhere)]);
