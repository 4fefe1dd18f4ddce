/** What must hold of every rule, whatever is added to the list. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { ShareLedger } from '../task-queues/share-ledger.ts';
import type { TaskQueueRequirements } from '../task-queues/task-queue.ts';
import { someRequirements } from '../testing/builders.ts';
import { someOffer, someRequirementsOf } from '../testing/matching-arbitraries.ts';
import { propertyRuns } from '../testing/property-runs.ts';
import { boundOffer } from './bound-offer.ts';
import { fits, fitsClass, fitsOwner, mismatches, ruleWords } from './match.ts';
import type { ResourceOffer } from './resource.ts';
import { matchRules } from './rules/index.ts';
import { TaskQueueIndex } from './task-queue-index.ts';

const check = <T>(arbitrary: fc.Arbitrary<T>, property: (value: T) => void): void =>
  fc.assert(
    fc.property(arbitrary, (value) => property(value)),
    propertyRuns(500),
  );

/** More of everything, fewer conditions. */
const biggerOffers: readonly ((offer: ResourceOffer) => ResourceOffer)[] = [
  (offer) => ({ ...offer, cpuTimeLeftS: offer.cpuTimeLeftS * 2, wallTimeLeftS: 10_000_000 }),
  (offer) => ({ ...offer, processors: offer.processors + 3 }),
  (offer) => ({ ...offer, memoryMiB: offer.memoryMiB + 5000 }),
  (offer) => ({ ...offer, diskMiB: offer.diskMiB + 5000 }),
  (offer) => ({ ...offer, gpus: offer.gpus + 1 }),
  (offer) => ({ ...offer, wholeNode: true }),
  (offer) => ({ ...offer, tags: [...offer.tags, 'More'] }),
  (offer) => ({ ...offer, platforms: [...offer.platforms, 'More'] }),
  (offer) => ({ ...offer, requiredTags: offer.requiredTags.slice(1) }),
  (offer) => ({ ...offer, system: { ...offer.system, glibc: '9.99' } }),
  (offer) => ({ ...offer, gpu: { ...offer.gpu, memoryMiB: 1e9, computeCapability: 99 } }),
  (offer) => ({ ...offer, policy: { pilotType: offer.policy?.pilotType } }),
];

test('more resource, or fewer conditions of it, never break a fit', () => {
  check(
    fc.tuple(someRequirementsOf, someOffer, fc.constantFrom(...biggerOffers)),
    ([wanted, offer, more]) => {
      for (const rule of matchRules)
        if (rule.fits(wanted, offer)) assert.ok(rule.fits(wanted, more(offer)), rule.name);
    },
  );
});

/** One more demand each, none of which a reserved resource would reward. */
const harderJobs: readonly ((wanted: TaskQueueRequirements) => TaskQueueRequirements)[] = [
  (wanted) => ({ ...wanted, cpuTimeS: wanted.cpuTimeS * 2 }),
  (wanted) => ({ ...wanted, wallTimeS: (wanted.wallTimeS ?? 0) + 3600 }),
  (wanted) => ({ ...wanted, minProcessors: wanted.minProcessors + 1 }),
  (wanted) => ({ ...wanted, memoryMiB: wanted.memoryMiB + 1000 }),
  (wanted) => ({ ...wanted, memoryPerProcessorMiB: (wanted.memoryPerProcessorMiB ?? 0) + 1000 }),
  (wanted) => ({ ...wanted, diskMiB: wanted.diskMiB + 1000 }),
  (wanted) => ({ ...wanted, gpus: wanted.gpus + 1 }),
  (wanted) => ({ ...wanted, gpuMemoryMiB: (wanted.gpuMemoryMiB ?? 0) + 8000 }),
  (wanted) => ({ ...wanted, gpuComputeCapability: (wanted.gpuComputeCapability ?? 0) + 1 }),
  (wanted) => ({ ...wanted, wholeNode: true }),
  (wanted) => ({ ...wanted, minGlibc: '2.34' }),
  (wanted) => ({ ...wanted, tags: [...wanted.tags, 'Other'] }),
  (wanted) => ({ ...wanted, bannedSites: [...wanted.bannedSites, 'EGI.A.org'] }),
  (wanted) => ({
    ...wanted,
    bannedComputingElements: [...(wanted.bannedComputingElements ?? []), 'ce1'],
  }),
];

test('one more demand of a job never makes it fit where it did not', () => {
  const jobs = someRequirementsOf.map((wanted) => ({ ...wanted, minGlibc: wanted.minGlibc ?? '2.9' }));
  const offers = someOffer.map((offer) => ({ ...offer, requiredTags: [] }));
  check(fc.tuple(jobs, offers, fc.constantFrom(...harderJobs)), ([wanted, offer, harder]) => {
    const isHarderGlibc = harder(wanted).minGlibc !== wanted.minGlibc && wanted.minGlibc === '2.36';
    if (!isHarderGlibc && !fits(wanted, offer)) assert.ok(!fits(harder(wanted), offer));
  });
});

test('one more condition of a resource never lets a job in that was out', () => {
  const conditions: readonly ((offer: ResourceOffer) => ResourceOffer)[] = [
    (offer) => ({ ...offer, requiredTags: [...offer.requiredTags, 'Fast'] }),
    (offer) => ({
      ...offer,
      policy: { ...offer.policy, bannedTags: [...(offer.policy?.bannedTags ?? []), 'GPU'] },
    }),
    (offer) => ({
      ...offer,
      policy: { ...offer.policy, bannedJobTypes: [...(offer.policy?.bannedJobTypes ?? []), 'User'] },
    }),
    (offer) => ({
      ...offer,
      policy: { ...offer.policy, owners: (offer.policy?.owners ?? ['ada']).slice(1) },
    }),
  ];
  check(fc.tuple(someRequirementsOf, someOffer, fc.constantFrom(...conditions)), ([wanted, offer, more]) => {
    if (!fits(wanted, offer)) assert.ok(!fits(wanted, more(offer)));
  });
});

test('a job that asks for nothing fits every open slot of its VO', () => {
  check(someOffer, (offer) => {
    const modest = someRequirements({ vo: offer.vo, cpuTimeS: 0, minProcessors: 0 });
    assert.deepEqual(mismatches(modest, { ...offer, requiredTags: [], policy: undefined }), []);
  });
});

test('what a rule says would fit does fit, as far as the rule goes, and asks for no more elsewhere', () => {
  check(fc.tuple(someRequirementsOf, someOffer), ([wanted, offer]) => {
    for (const rule of matchRules) {
      if (rule.fits(wanted, offer)) continue;
      const eased = rule.ease?.(wanted, offer);
      if (eased) assert.ok(rule.fits(eased, offer), rule.name);
      assert.ok(rule.wanted(wanted) && rule.offered(offer), rule.name);
    }
  });
});

test('the parts of the verdict are the whole verdict', () => {
  check(fc.tuple(someRequirementsOf, someOffer), ([wanted, offer]) => {
    assert.equal(fitsClass(wanted, offer) && fitsOwner(wanted, offer), fits(wanted, offer));
    assert.equal(mismatches(wanted, offer).length === 0, fits(wanted, offer));
  });
});

test('rules that do not look at the owner give the same answer for every owner', () => {
  check(fc.tuple(someRequirementsOf, someOffer), ([wanted, offer]) => {
    const other = { ...wanted, owner: 'somebody', ownerGroup: 'some_group' };
    assert.equal(fitsClass(wanted, offer), fitsClass(other, offer));
  });
});

test('the index draws a queue exactly when one fits, also from what it remembers', () => {
  check(
    fc.tuple(fc.array(someRequirementsOf, { maxLength: 6 }), fc.array(someOffer, { maxLength: 6 })),
    ([queues, offers]) => {
      const index = new TaskQueueIndex({
        fits: fitsClass,
        words: ruleWords,
        fitsOwner,
        ledger: new ShareLedger(604_800, 0),
        shares: {
          voShare: () => 1,
          groupShare: () => 1,
          sharesJobs: (_vo, group) => group === 'vo1_admin',
          maxCorrection: () => 5,
        },
      });
      queues.forEach((requirements, position) =>
        index.entered({ taskQueueId: position + 1, userPriority: 1, jobs: 1 }, requirements),
      );
      for (const offer of [...offers, ...offers]) {
        const drawn = index.draw(offer, () => 0.5)?.taskQueue;
        const anyFits = queues.some((requirements) => fits(requirements, offer));
        assert.equal(drawn !== undefined, anyFits);
        if (drawn) assert.ok(fits(drawn, offer));
      }
    },
  );
});

test('a pilot cannot widen who may run where it is', () => {
  const pilot = {
    kind: 'pilot' as const,
    stamp: '0'.repeat(32),
    vo: 'vo1',
    site: 'EGI.A.org',
    computingElement: 'ce1',
    batchQueue: 'default',
  };
  check(someOffer, (offer) => {
    const bound = boundOffer(pilot, offer, { sites: {}, platforms: {} });
    assert.deepEqual([bound.vo, bound.site, bound.policy], ['vo1', 'EGI.A.org', { jobTypes: [] }]);
  });
});
