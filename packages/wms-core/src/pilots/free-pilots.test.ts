import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as fc from 'fast-check';
import { propertyRuns } from '../testing/property-runs.ts';
import { createFreePilots, type PilotInFlight } from './free-pilots.ts';

const aPilot = (fields: Partial<PilotInFlight>): PilotInFlight => ({
  classKey: 'q',
  vo: 'a',
  state: 'idle',
  cpuTimeLeftS: 100,
  ...fields,
});

describe('pilots without a job', () => {
  it('are taken once each, for their queue and VO', () => {
    const free = createFreePilots([aPilot({}), aPilot({}), aPilot({ vo: 'b' }), aPilot({ state: 'busy' })]);
    assert.equal(
      free.take('q', 'a', 1, () => true),
      1,
    );
    assert.equal(
      free.take('q', 'a', 5, () => true),
      1,
    );
    assert.equal(
      free.take('q', 'a', 5, () => true),
      0,
    );
    assert.equal(
      free.take('r', 'b', 5, () => true),
      0,
    );
  });

  it('the one with the least time that is enough goes first', () => {
    const free = createFreePilots([10, 300, 200].map((cpuTimeLeftS) => aPilot({ cpuTimeLeftS })));
    const lasts = (leastS: number) => (leftS: number) => leftS >= leastS;
    assert.equal(free.take('q', 'a', 1, lasts(150)), 1);
    assert.equal(free.take('q', 'a', 9, lasts(250)), 1);
    assert.equal(free.take('q', 'a', 9, lasts(250)), 0);
    assert.equal(free.take('q', 'a', 9, lasts(0)), 1);
  });

  it('as many are taken as have the time, whatever the times are', () => {
    const property = fc.property(
      fc.array(fc.nat({ max: 20 })),
      fc.nat({ max: 20 }),
      fc.nat({ max: 10 }),
      (times, leastS, most) => {
        const free = createFreePilots(times.map((cpuTimeLeftS) => aPilot({ cpuTimeLeftS })));
        const enough = times.filter((leftS) => leftS >= leastS).length;
        assert.equal(
          free.take('q', 'a', most, (leftS) => leftS >= leastS),
          Math.min(enough, most),
        );
      },
    );
    fc.assert(property, propertyRuns());
  });
});
