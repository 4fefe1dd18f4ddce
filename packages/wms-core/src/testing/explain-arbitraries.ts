/** Generated worlds and jobs whose waiting is explained: small sets of names, so that both hits and misses are frequent. */
import * as fc from 'fast-check';
import type { LimitState, Place, World } from '../explain/world.ts';
import { matchRules } from '../matching/rules/index.ts';
import { pilotDecisionStates, type PilotDecision } from '../pilots/pilot-decisions.ts';
import type { TaskQueueRequirements } from '../task-queues/task-queue.ts';
import { someRequirements } from './builders.ts';
import { rareOffer, rareRequirements } from './matching-arbitraries.ts';

export const sites = ['EGI.A.org', 'EGI.B.org', 'EGI.C.org', 'EGI.D.org'] as const;
const elements = ['ce1', 'ce2'] as const;
const platforms = ['Linux_x86_64_glibc-2.17', 'Linux_aarch64_glibc-2.36'] as const;
const tags = ['Fast', 'AVX512', 'Infiniband'] as const;
const reservations = [...tags, 'MultiProcessor', 'WholeNode', 'GPU', '4Processors', '8GB'] as const;
export const vos = ['biomed', 'fermilab'] as const;
/** As in the policies of generated nodes. */
export const owners = ['ada', 'bob'] as const;

export const some = <T>(values: readonly T[], max = values.length) =>
  fc.uniqueArray(fc.constantFrom(...values), { maxLength: max });

/** A quarter of nodes and jobs has to do with the rarer rules, so that plain fits stay frequent. */
const orNothing = <T extends object>(rare: fc.Arbitrary<T>): fc.Arbitrary<Partial<T>> =>
  fc.oneof({ weight: 3, arbitrary: fc.constant({}) }, rare);

const aPlainOffer = fc.record({
  cpuTimeLeftS: fc.constantFrom(300, 3600, 90_000),
  processors: fc.integer({ min: 1, max: 8 }),
  memoryMiB: fc.constantFrom(1000, 4000, 64_000),
  diskMiB: fc.constantFrom(1000, 50_000),
  gpus: fc.integer({ min: 0, max: 2 }),
  wholeNode: fc.boolean(),
  tags: some(tags),
  requiredTags: some(reservations, 1),
  platforms: some(platforms),
});

const anOffer = fc.tuple(aPlainOffer, orNothing(rareOffer)).map(([plain, rare]) => ({ ...plain, ...rare }));

const aPlace: fc.Arbitrary<Place> = fc
  .record({
    site: fc.constantFrom(...sites),
    computingElement: fc.constantFrom(...elements),
    batchQueue: fc.constantFrom('short', 'long'),
    siteStatus: fc.constantFrom('Active', 'Active', 'Active', 'Banned'),
    takesPilots: fc.integer({ min: 0, max: 5 }).map((draw) => draw > 0),
    vos: fc.constantFrom(['biomed'], ['biomed', 'fermilab'], ['fermilab']),
    offers: fc.array(anOffer, { minLength: 1, maxLength: 3 }),
    isSeen: fc.boolean(),
    idle: fc.integer({ min: 0, max: 2 }),
    waiting: fc.integer({ min: 0, max: 2 }),
    state: fc.constantFrom<PilotDecision['state'] | 'none'>('none', ...pilotDecisionStates),
  })
  .map(({ idle, offers, state, waiting, ...place }): Place => {
    const key = `${place.site}/${place.computingElement}/${place.batchQueue}`;
    return {
      ...place,
      key,
      isSiteOpen: place.siteStatus === 'Active',
      opensAtMs: null,
      offers: offers.map((offer) => ({
        ...offer,
        site: place.site,
        computingElement: place.computingElement,
        batchQueue: place.batchQueue,
      })),
      decision:
        state === 'none'
          ? undefined
          : {
              classKey: key,
              decidedAtMs: 0,
              state,
              blockedUntilMs: state === 'resting' ? 60_000 : 0,
              failure: 'Refused: /CN=mallory may not use the queue for fermilab.',
              failureVo: 'fermilab',
              pilots: { biomed: { idle, waiting, busy: 0 } },
            },
    };
  });

const aLimit: fc.Arbitrary<LimitState> = fc
  .record({ limitId: fc.uuid(), site: fc.constantFrom(...sites), isReached: fc.boolean() })
  .map(({ isReached, limitId, site }) => ({
    limitId,
    isReached,
    givesWay: true,
    words: `at most 3 jobs at ${site} may run at once`,
    appliesTo: (place) => place.site === site,
  }));

export const aWorld: fc.Arbitrary<World> = fc.record({
  nowMs: fc.constant(1000),
  places: fc.uniqueArray(aPlace, { maxLength: 6, selector: ({ key }) => key }),
  rules: fc.constant(matchRules),
  limits: fc.uniqueArray(aLimit, { maxLength: 2, selector: ({ limitId }) => limitId }),
});

export const aWish: fc.Arbitrary<TaskQueueRequirements> = fc
  .record({
    cpuTimeS: fc.constantFrom(360, 3600, 86_400),
    sites: some(sites, 2),
    bannedSites: some(sites, 1),
    computingElements: some(elements, 1),
    platforms: some(platforms, 1),
    tags: some(tags, 1),
    minProcessors: fc.integer({ min: 1, max: 8 }),
    mostProcessors: fc.constantFrom('those', 'more', 'all'),
    wholeNode: fc.boolean(),
    memoryMiB: fc.constantFrom(0, 2000, 32_000),
    diskMiB: fc.constantFrom(0, 2000),
    gpus: fc.constantFrom(0, 0, 1),
    ownerGroup: fc.constantFrom('vo1_user', 'vo1_admin'),
    owner: fc.constantFrom(...owners),
    jobType: fc.constantFrom('User', 'Test'),
    rare: orNothing(rareRequirements),
  })
  .map(({ mostProcessors, rare, ...fields }) => {
    const { minProcessors } = fields;
    const maxProcessors = { those: minProcessors, more: minProcessors + 4, all: 0 }[mostProcessors];
    return someRequirements({ ...fields, ...rare, maxProcessors });
  });

/** A free pilot waits in every place: worlds without a cause are rare otherwise. */
export const aCalmWorld = aWorld.map((world) => ({
  ...world,
  limits: [],
  places: world.places.map((place): Place => {
    const pilots = { [vos[0]]: { idle: 1, waiting: 0, busy: 0 } };
    const decision: PilotDecision = {
      classKey: place.key,
      decidedAtMs: 0,
      state: 'open',
      blockedUntilMs: 0,
      failure: null,
      pilots,
    };
    return { ...place, vos, isSiteOpen: true, takesPilots: true, isSeen: true, decision };
  }),
}));

export const aModestWish = fc
  .record({ sites: some(sites, 1), memoryMiB: fc.constantFrom(0, 2000) })
  .map((fields) => someRequirements({ cpuTimeS: 300, ...fields }));
