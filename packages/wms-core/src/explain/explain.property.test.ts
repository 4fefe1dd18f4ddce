/** Explanations on generated worlds, judged by the real index and its draw. WM_PROPERTY_RUNS sets how many. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { MatchRule } from '../matching/match-rule.ts';
import type { ResourceOffer } from '../matching/resource.ts';
import { matchRules } from '../matching/rules/index.ts';
import { TaskQueueIndex } from '../matching/task-queue-index.ts';
import { pilotDecisionStates, type PilotDecision } from '../pilots/pilot-decisions.ts';
import { ShareLedger } from '../task-queues/share-ledger.ts';
import type { TaskQueueRequirements } from '../task-queues/task-queue.ts';
import { someRequirements } from '../testing/builders.ts';
import { explainWaiting, viewOf } from './explain-waiting.ts';
import { offersAt, type ExplainedJob, type LimitState, type Place, type World } from './world.ts';

const numRuns = Number(process.env['WM_PROPERTY_RUNS'] ?? 300);

const sites = ['EGI.A.org', 'EGI.B.org', 'EGI.C.org', 'EGI.D.org'] as const;
const platforms = ['el8', 'el9'] as const;
const tags = ['Fast', 'GPU', 'Infiniband'] as const;
const vos = ['biomed', 'fermilab'] as const;

const some = <T>(values: readonly T[], max = values.length) =>
  fc.uniqueArray(fc.constantFrom(...values), { maxLength: max });

const anOffer = fc.record({
  cpuTimeLeftS: fc.constantFrom(300, 3600, 90_000),
  processors: fc.integer({ min: 1, max: 8 }),
  memoryMiB: fc.constantFrom(1000, 4000, 64_000),
  diskMiB: fc.constantFrom(1000, 50_000),
  gpus: fc.integer({ min: 0, max: 2 }),
  wholeNode: fc.boolean(),
  tags: some(tags),
  requiredTags: some(tags, 1),
  platforms: some(platforms),
});

const aPlace: fc.Arbitrary<Place> = fc
  .record({
    site: fc.constantFrom(...sites),
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
    const computingElement = `ce.${place.site}`;
    const key = `${place.site}/${computingElement}/${place.batchQueue}`;
    return {
      ...place,
      key,
      computingElement,
      isSiteOpen: place.siteStatus === 'Active',
      offers: offers.map((offer) => ({
        ...offer,
        site: place.site,
        computingElement,
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
              failure: null,
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
    words: 'jobs of biomed there',
    appliesTo: (place) => place.site === site,
  }));

const aWorld: fc.Arbitrary<World> = fc.record({
  nowMs: fc.constant(1000),
  places: fc.uniqueArray(aPlace, { maxLength: 6, selector: ({ key }) => key }),
  rules: fc.constant(matchRules),
  limits: fc.uniqueArray(aLimit, { maxLength: 2, selector: ({ limitId }) => limitId }),
});

const aWish: fc.Arbitrary<TaskQueueRequirements> = fc
  .record({
    cpuTimeS: fc.constantFrom(360, 3600, 86_400),
    sites: some(sites, 2),
    bannedSites: some(sites, 1),
    platforms: some(platforms, 1),
    tags: some(tags, 1),
    minProcessors: fc.integer({ min: 1, max: 8 }),
    wholeNode: fc.boolean(),
    memoryMiB: fc.constantFrom(0, 2000, 32_000),
    diskMiB: fc.constantFrom(0, 2000),
    gpus: fc.constantFrom(0, 0, 1),
  })
  .map((fields) => someRequirements({ ...fields, maxProcessors: fields.minProcessors }));

const aJob = (requirements: TaskQueueRequirements): ExplainedJob => ({
  requirements,
  held: null,
  credential: null,
  inputData: null,
  ahead: { higher: 0, older: 0, isAtLeast: false },
  rivals: null,
  shares: [],
});

/** The real index with these queues; the first is the job's. */
function indexOf(rules: readonly MatchRule[], queues: readonly TaskQueueRequirements[]): TaskQueueIndex {
  const index = new TaskQueueIndex({
    fits: (wanted, offer) => rules.every((rule) => rule.fits(wanted, offer)),
    shares: { voShare: () => 1, groupShare: () => 1, sharesJobs: () => false, maxCorrection: () => 5 },
    ledger: new ShareLedger(1, 0),
  });
  queues.forEach((queue, position) =>
    index.entered({ taskQueueId: position + 1, userPriority: 1, jobs: 1 }, queue),
  );
  return index;
}

const drawn = (world: World, wanted: TaskQueueRequirements, offer: ResourceOffer): boolean =>
  indexOf(world.rules, [wanted]).draw(offer, () => 0.5) !== undefined;

/** What the matcher and its surroundings let happen: pilots come to the place, no limit stops it, the draw gives it. */
const isServed = (world: World, place: Place, wanted: TaskQueueRequirements): boolean =>
  place.vos.includes(wanted.vo) &&
  place.isSiteOpen &&
  place.takesPilots &&
  !world.limits.some((limit) => limit.isReached && limit.appliesTo(place, wanted)) &&
  offersAt(place, wanted).some((offer) => drawn(world, wanted, offer));

function without(world: World, obstacles: readonly string[], vo: string): World {
  const openSites = obstacles.includes('site');
  return {
    ...world,
    rules: world.rules.filter(({ name }) => !obstacles.includes(`rule:${name}`)),
    limits: world.limits.filter(({ limitId }) => !obstacles.includes(`limit:${limitId}`)),
    places: world.places.map((place) => ({
      ...place,
      ...(openSites && { isSiteOpen: true, takesPilots: true }),
      ...(obstacles.includes('vo') && { vos: [...place.vos, vo] }),
    })),
  };
}

test('a site is said to fit exactly when a pilot from there gets the job', () => {
  fc.assert(
    fc.property(aWorld, aWish, (world, wanted) => {
      const { fits, sites: rows } = explainWaiting(world, aJob(wanted));
      for (const { fits: isSaid, site } of rows) {
        const served = world.places.some((place) => place.site === site && isServed(world, place, wanted));
        assert.equal(isSaid, served, site);
      }
      const places = world.places.filter((place) => isServed(world, place, wanted));
      assert.deepEqual(fits, { sites: new Set(places.map(({ site }) => site)).size, queues: places.length });
    }),
    { numRuns },
  );
});

test('removing what one cause names, and nothing else, makes the job fit', () => {
  fc.assert(
    fc.property(aWorld, aWish, (world, wanted) => {
      for (const cause of explainWaiting(world, aJob(wanted)).causes) {
        if (cause.obstacles.length === 0) continue;
        const mended = without(world, cause.obstacles, wanted.vo);
        assert.ok(
          mended.places.some((place) => isServed(mended, place, wanted)),
          cause.sentence,
        );
        for (const kept of cause.obstacles) {
          const part = without(
            world,
            cause.obstacles.filter((id) => id !== kept),
            wanted.vo,
          );
          assert.ok(!part.places.some((place) => isServed(part, place, wanted)), `${kept} is not needed`);
        }
      }
    }),
    { numRuns },
  );
});

test('a job that fits nowhere is told so, and whatever would make it fit contains a cause', () => {
  const everything = ['site', 'vo', ...matchRules.map(({ name }) => `rule:${name}`)];
  fc.assert(
    fc.property(aWorld, aWish, some(everything), (world, wanted, removed) => {
      const { causes, fits } = explainWaiting(world, aJob(wanted));
      const named = causes.filter(({ obstacles }) => obstacles.length > 0);
      const isNowhere = fits.queues === 0 && world.places.length > 0;
      assert.equal(named.length > 0, isNowhere);
      const mended = without(world, removed, wanted.vo);
      if (!isNowhere || !mended.places.some((place) => isServed(mended, place, wanted))) return;
      assert.ok(named.some(({ obstacles }) => obstacles.every((id) => removed.includes(id))));
    }),
    { numRuns },
  );
});

test('without any cause, a fitting pilot that asks gets a job of this class', () => {
  let met = 0;
  fc.assert(
    fc.property(aWorld, aWish, fc.array(aWish, { maxLength: 3 }), (world, wanted, others) => {
      const queues = [wanted, ...others];
      const open = viewOf(world, aJob(wanted)).open;
      const rivals = others.filter((other) =>
        open.some((place) => offersAt(place, wanted).some((offer) => drawn(world, other, offer))),
      ).length;
      const job = { ...aJob(wanted), rivals: { queues: rivals, ownJobs: rivals, otherJobs: 0 } };
      if (explainWaiting(world, job).causes.length > 0) return;
      met += 1;
      const index = indexOf(world.rules, queues);
      const free = open.filter(({ decision }) => (decision?.pilots[wanted.vo]?.idle ?? 0) > 0);
      assert.ok(free.length > 0);
      for (const place of open)
        for (const offer of offersAt(place, wanted))
          if (drawn(world, wanted, offer))
            assert.equal(index.draw(offer, Math.random)?.taskQueue.taskQueueId, 1);
    }),
    { numRuns },
  );
  assert.ok(met > 0, 'some world had no cause');
});

test('a smaller wish that is said to open sites opens exactly so many', () => {
  fc.assert(
    fc.property(aWorld, aWish, (world, wanted) => {
      const { requirements } = explainWaiting(world, aJob(wanted));
      for (const { easings, name, without: gone } of requirements) {
        let before = 0;
        for (const { sites: opened } of easings) {
          assert.ok(opened > before, 'each step opens more');
          assert.ok(opened <= gone.sites, `${name} opens no more than its removal`);
          before = opened;
        }
      }
    }),
    { numRuns },
  );
});

test('every rule that can be eased is passed by the wish it names', () => {
  fc.assert(
    fc.property(aWorld, aWish, (world, wanted) => {
      for (const place of world.places)
        for (const offer of offersAt(place, wanted))
          for (const rule of matchRules) {
            const eased = rule.ease?.(wanted, offer);
            if (eased) assert.ok(rule.fits(eased, offer), rule.name);
          }
    }),
    { numRuns },
  );
});

test('names of other VOs and of sites that are closed to the VO are never told', () => {
  fc.assert(
    fc.property(aWorld, aWish, (world, wanted) => {
      const text = JSON.stringify(explainWaiting(world, aJob(wanted)));
      assert.ok(!text.includes(vos[1]));
      for (const site of sites) {
        const isAdmitted = world.places.some((place) => place.site === site && place.vos.includes(wanted.vo));
        const isNamed = [...wanted.sites, ...wanted.bannedSites].includes(site);
        if (!isAdmitted && !isNamed) assert.ok(!text.includes(site), site);
      }
    }),
    { numRuns },
  );
});
