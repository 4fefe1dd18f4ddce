/** Explanations on generated worlds, judged by the real index and its draw. WM_PROPERTY_RUNS sets how many. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import type { MatchRule } from '../matching/match-rule.ts';
import type { ResourceOffer } from '../matching/resource.ts';
import { matchRules } from '../matching/rules/index.ts';
import { openQueues } from '../matching/open-queues.ts';
import { RunningLimits } from '../matching/running-limits.ts';
import { TaskQueueIndex } from '../matching/task-queue-index.ts';
import { ShareLedger } from '../task-queues/share-ledger.ts';
import type { TaskQueue, TaskQueueRequirements } from '../task-queues/task-queue.ts';
import {
  aCalmWorld,
  aModestWish,
  aWish,
  aWorld,
  owners,
  sites,
  some,
  vos,
} from '../testing/explain-arbitraries.ts';
import { groups } from '../testing/matching-arbitraries.ts';
import { propertyRuns } from '../testing/property-runs.ts';
import { causeKinds } from './causes/index.ts';
import { explainWaiting, viewOf } from './explain-waiting.ts';
import { verdictsOf } from './obstacles.ts';
import { fitting } from './requirement-table.ts';
import { likelyOffers, rivalsAmong } from './rivals.ts';
import { offersAt, type ExplainedJob, type Place, type World } from './world.ts';

const runs = propertyRuns();

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
    runs,
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
    runs,
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
    runs,
  );
});

test('without any cause, a fitting pilot that asks gets a job of this class', () => {
  let met = 0;
  const either = fc.oneof(fc.tuple(aWorld, aWish), fc.tuple(aCalmWorld, aModestWish));
  fc.assert(
    fc.property(either, fc.array(aWish, { maxLength: 3 }), ([world, wanted], others) => {
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
    runs,
  );
  assert.ok(met > 0, 'some world had no cause');
});

test('rivals are those that the draw may give to a pilot that this job waits for', () => {
  const others = fc.array(fc.oneof(aWish, aModestWish), { maxLength: 4 });
  let met = 0;
  fc.assert(
    fc.property(
      aCalmWorld,
      aModestWish,
      others,
      some(owners),
      some(sites),
      (world, wanted, wishes, held, full) => {
        const gates = {
          isHeld: ({ owner }: TaskQueue) => held.some((each) => each === owner),
          limits: new RunningLimits(() => full.map((site) => ({ site, owner: 'ada', maxRunning: 0 }))),
        };
        const queues = [wanted, ...wishes].map((wish, position): TaskQueue => ({
          ...wish,
          taskQueueId: position + 1,
          priority: 1,
          waitingJobs: 1,
        }));
        const [own, ...rest] = queues;
        assert.ok(own);
        const offers = likelyOffers(fitting(verdictsOf(world, wanted)), wanted.vo);
        const drawnOnes = rest.filter((other) =>
          offers.some((offer) =>
            indexOf(world.rules, [other]).draw(offer, () => 0.5, openQueues(gates, offer, 0)),
          ),
        );
        met += drawnOnes.length;
        assert.deepEqual(rivalsAmong(queues, own, offers, gates, 0), drawnOnes);
      },
    ),
    runs,
  );
  assert.ok(met > 0, 'some job had a rival');
});

test('a job that is held back is told only what stands against it, never of pilots and competitors', () => {
  const fault = { sentence: 'No.', remedy: null, endsAtMs: null };
  const holding = fc.constantFrom<Partial<ExplainedJob>>(
    { held: fault },
    { inputData: fault },
    { credential: { ...fault, isHeld: true } },
  );
  fc.assert(
    fc.property(aWorld, aWish, holding, (world, wanted, hold) => {
      const busy = { ...aJob(wanted), rivals: { queues: 1, ownJobs: 1, otherJobs: 1 } };
      const { causes } = explainWaiting(world, { ...busy, ...hold });
      const free = explainWaiting(world, busy).causes;
      const asked = new Set(causeKinds.filter(({ question }) => question === 'whether').map(({ id }) => id));
      assert.ok(causes.every(({ id, effect }) => asked.has(id) && effect !== 'threatens'));
      assert.deepEqual(
        causes.filter(({ sentence }) => sentence !== fault.sentence),
        free.filter(({ id }) => asked.has(id)),
      );
    }),
    runs,
  );
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
    runs,
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
    runs,
  );
});

test('names of other users, groups and VOs and of sites that are closed to the VO are never told', () => {
  fc.assert(
    fc.property(aWorld, aWish, (world, wanted) => {
      const text = JSON.stringify(explainWaiting(world, aJob(wanted)));
      assert.ok(!text.includes(vos[1]));
      assert.ok(!text.includes('mallory'));
      for (const group of groups) assert.ok(group === wanted.ownerGroup || !text.includes(group), group);
      for (const owner of owners)
        assert.ok(owner === wanted.owner || !new RegExp(`\\b${owner}\\b`).test(text), owner);
      for (const site of sites) {
        const isAdmitted = world.places.some((place) => place.site === site && place.vos.includes(wanted.vo));
        const isNamed = [...wanted.sites, ...wanted.bannedSites].includes(site);
        if (!isAdmitted && !isNamed) assert.ok(!text.includes(site), site);
      }
    }),
    runs,
  );
});
