import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as fc from 'fast-check';
import { pick } from '../matching/draw.ts';
import { correctionOf, deficits, levelWeights, type Competitor } from './shares.ts';

const aCompetitor = (share: number, usage = 0, dispatches = 0): Competitor => ({ share, usage, dispatches });
const runs = Number(process.env['WM_PROPERTY_RUNS'] ?? 100);

/** Numbers in [0, 1) that are the same in every run. */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

/** Dispatches so many equal jobs among competitors who always have something to run; how many each got. */
function dispatch(shares: readonly number[], count: number, random: () => number, maxCorrection = 5) {
  const got = shares.map(() => 0);
  for (let number = 0; number < count; number++) {
    const competitors = shares.map((share, index) => aCompetitor(share, got[index]! * 3600, got[index]));
    got[pick(levelWeights(competitors, maxCorrection), random())]! += 1;
  }
  return got;
}

test('without use the weights are the shares', () => {
  assert.deepEqual(levelWeights([aCompetitor(1), aCompetitor(3)], 5), [1, 3]);
});

test('a competitor one dispatch behind is e times as likely, one far behind as the configuration allows', () => {
  const [behind, ahead] = deficits([aCompetitor(1, 9, 9), aCompetitor(1, 11, 11)]);
  assert.deepEqual([behind, ahead], [1, -1]);
  assert.ok(Math.abs(correctionOf(1, 5) - Math.E) < 1e-12);
  assert.ok(Math.abs(correctionOf(100, 5) - 5) < 1e-9 && Math.abs(correctionOf(-100, 5) - 1 / 5) < 1e-9);
});

test('after 1,000 dispatches everybody has what is due within 1 %', () => {
  const worlds = fc.record({
    shares: fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 2, maxLength: 8 }),
    seed: fc.integer({ min: 1, max: 4_000_000 }),
  });
  fc.assert(
    fc.property(worlds, ({ shares, seed }) => {
      const total = shares.reduce((sum, share) => sum + share, 0);
      const got = dispatch(shares, 1000, sequence(seed));
      shares.forEach((share, index) => {
        const due = share / total;
        assert.ok(Math.abs(got[index]! / 1000 - due) <= 0.01, `${got[index]} of 1000, due ${due}`);
      });
    }),
    { numRuns: runs },
  );
});

test("nobody's chance falls below share ÷ maxCorrection²", () => {
  const worlds = fc.array(
    fc.record({
      share: fc.integer({ min: 1, max: 1000 }),
      usage: fc.double({ min: 0, max: 1e12, noNaN: true }),
      dispatches: fc.integer({ min: 0, max: 1_000_000 }),
    }),
    { minLength: 2, maxLength: 20 },
  );
  fc.assert(
    fc.property(worlds, fc.double({ min: 1, max: 50, noNaN: true }), (competitors, most) => {
      const weights = levelWeights(competitors, most);
      const all = weights.reduce((sum, weight) => sum + weight, 0);
      const shares = competitors.reduce((sum, { share }) => sum + share, 0);
      competitors.forEach(({ share }, index) => {
        assert.ok(weights[index]! / all >= share / shares / most ** 2 - 1e-12);
      });
    }),
    { numRuns: runs },
  );
});

test('a newcomer gets more than his share until he has caught up, and never everything', () => {
  const [newcomer, old] = levelWeights([aCompetitor(1), aCompetitor(1, 1e6, 1000)], 5);
  assert.ok(newcomer! / old! <= 25 && newcomer! / old! > 24);
});
