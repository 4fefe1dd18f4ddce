import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { configurationSchema } from './schema.ts';
import { crossCheck } from './cross-checks.ts';
import type { CheckedElsewhere } from './cross-checks.ts';

const faultsOf = (input: unknown, elsewhere: CheckedElsewhere = {}): readonly string[] =>
  crossCheck(configurationSchema.parse(input), elsewhere).map(({ path }) => path.join('.'));

const vos = { a: { groups: { u: { properties: [] } } } };
const pilots = { properties: ['GenericPilot'] };
const sentWith = (group: string, more: object = {}) => ({
  vos: { a: { groups: { u: { properties: [] }, p: pilots } }, b: { groups: {} } },
  sites: {
    'A.B.c': {
      vos: ['a'],
      computingElements: {
        x: { type: 'arc', parameters: { storedProxy: { user: 'r', group } }, queues: { q: {} } },
      },
      ...more,
    },
  },
});
const storedProxyGroup = 'sites.A.B.c.computingElements.x.parameters.storedProxy.group';
const provider = {
  id: 'x',
  name: 'X',
  issuer: 'https://x.example.org',
  clientId: 'wm',
  clientSecretFile: '/etc/secret',
};
const element = (type: string, parameters = {}) => ({
  vos,
  sites: { 'A.B.c': { computingElements: { x: { type, parameters, queues: {} } } } },
});

describe('names that point to each other', () => {
  const cases: readonly (readonly [string, unknown, readonly string[]])[] = [
    ['a sound configuration has no fault', { vos, sites: {} }, []],
    [
      'two VOs have no group of the same name',
      { vos: { ...vos, b: { groups: { u: { properties: [] } } } }, sites: {} },
      ['vos.b.groups.u'],
    ],
    [
      'a name that could climb out of a folder is refused',
      { vos: { '..': { groups: { 'a/b': { properties: [] } } } }, sites: {} },
      ['vos...', 'vos....groups.a/b'],
    ],
    ['pilots go out with a stored proxy of a group of pilots', sentWith('p'), []],
    ['they do not with that of a group of users', sentWith('u'), [storedProxyGroup]],
    ['they do not with that of a group nobody knows', sentWith('x'), [storedProxyGroup]],
    ['they do not with that of another VO', sentWith('p', { vos: ['a', 'b'] }), [storedProxyGroup]],
    ['a site that names no VO serves them all', sentWith('p', { vos: [] }), [storedProxyGroup]],
    [
      'retention is told of configured VOs',
      {
        vos,
        sites: {},
        lifeCycle: {
          retention: [
            { vo: 'a', doneDays: 1 },
            { vo: 'b', doneDays: 1 },
          ],
        },
      },
      ['lifeCycle.retention.1.vo'],
    ],
    [
      'a VOMS attribute is one of the VO, under its name in VOMS',
      {
        vos: {
          a: {
            groups: {
              good: { properties: [], vomsFqan: '/a/b/Role=pilot' },
              foreign: { properties: [], vomsFqan: '/b/Role=pilot' },
              none: { properties: [], vomsFqan: '/a/Role=a b' },
            },
          },
          c: {
            vomsName: 'c.example.org',
            groups: {
              other: { properties: [], vomsFqan: '/c.example.org' },
              ours: { properties: [], vomsFqan: '/c' },
            },
          },
        },
        sites: {},
      },
      ['vos.a.groups.foreign.vomsFqan', 'vos.a.groups.none.vomsFqan', 'vos.c.groups.ours.vomsFqan'],
    ],
    [
      'a site serves configured VOs',
      { vos, sites: { 'A.B.c': { vos: ['z'], computingElements: {} } } },
      ['sites.A.B.c.vos.0'],
    ],
    [
      'one certificate belongs to one person',
      {
        vos,
        sites: {},
        users: { x: { distinguishedNames: ['/CN=x'] }, y: { distinguishedNames: ['/CN=x'] } },
      },
      ['users.y.distinguishedNames.0'],
    ],
    [
      'signs of life come more often than their absence is noticed',
      { vos, sites: {}, lifeCycle: { pilotHeartbeatS: 60, stalledAfterS: 60, lostAfterS: 60 } },
      ['lifeCycle.stalledAfterS', 'lifeCycle.lostAfterS'],
    ],
    [
      'the default CPU time is one that a job may ask for',
      { vos, sites: {}, jobDescription: { defaultCpuTimeS: 1 } },
      ['jobDescription.defaultCpuTimeS'],
    ],
    [
      'limits of a VO or a group must agree with those they leave as they are',
      {
        vos: {
          a: {
            jobDescription: { maxCpuTimeS: 1000 },
            groups: { a_user: { properties: [], jobDescription: { defaultCpuTimeS: 500, minPriority: 9 } } },
          },
        },
        sites: {},
      },
      ['vos.a.jobDescription.defaultCpuTimeS', 'vos.a.groups.a_user.jobDescription.defaultPriority'],
    ],
    [
      'a provider of proxies is no way to log in',
      {
        vos,
        sites: {},
        identity: {
          providers: [{ ...provider, kind: 'wlcg', vos: ['a'] }],
          proxyProvider: { ...provider, kind: 'master-portal' },
        },
      },
      ['identity.proxyProvider.id', 'identity.proxyProvider.issuer'],
    ],
    [
      'groups and types of jobs at a queue are configured ones',
      {
        vos,
        sites: {
          'A.B.c': {
            computingElements: {
              x: { type: 'local', queues: { q: { groups: ['nobody'], jobTypes: ['Test', 'Tset'] } } },
            },
          },
        },
      },
      [
        'sites.A.B.c.computingElements.x.queues.q.groups.0',
        'sites.A.B.c.computingElements.x.queues.q.jobTypes.1',
      ],
    ],
  ];
  for (const [sentence, input, expected] of cases) {
    it(sentence, () => assert.deepEqual(faultsOf(input), expected));
  }

  it('a computing element has a known type and the parameters of that type', () => {
    const elsewhere: CheckedElsewhere = {
      computingElementFaults: ({ type, parameters }) =>
        type === 'local' ? Object.keys(parameters).map((key) => ({ path: [key], message: 'no' })) : undefined,
    };
    const below = 'sites.A.B.c.computingElements.x';
    assert.deepEqual(faultsOf(element('local'), elsewhere), []);
    assert.deepEqual(faultsOf(element('pigeon'), elsewhere), [`${below}.type`]);
    assert.deepEqual(faultsOf(element('local', { wings: 2 }), elsewhere), [`${below}.parameters.wings`]);
  });

  it('a launchpad set makes a JDL that parses', () => {
    const seen: string[] = [];
    const parseJdl = (jdl: string): void => {
      seen.push(jdl);
      if (jdl.includes('Bad')) throw new Error('no such thing');
    };
    const sets = {
      good: { parameters: { Executable: 'a "quoted" \\ name', CPUTime: 5, OutputSandbox: ['x', 'y'] } },
      bad: { parameters: { Bad: 'x' } },
    };
    assert.deepEqual(faultsOf({ vos, sites: {}, launchpad: { sets } }, { parseJdl }), [
      'launchpad.sets.bad.parameters',
    ]);
    assert.match(
      seen[0] ?? '',
      /Executable = "a \\"quoted\\" \\\\ name";\n {2}CPUTime = 5;\n {2}OutputSandbox = \{"x", "y"\};/,
    );
  });
});
