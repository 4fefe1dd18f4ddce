import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fitText, missText } from './fit-words.ts';

const reach = (sites: number) => ({ sites, queues: sites });
const row = (name: string, without: number, easings: readonly [string, number][] = []) => ({
  name,
  wanted: 'much',
  alone: reach(0),
  without: reach(without),
  easings: easings.map(([wanted, sites]) => ({ wanted, sites, queues: sites })),
});

test('sites are counted as people say it', () => {
  for (const [fits, of, text] of [
    [7, 12, 'Fits 7 of 12 sites'],
    [12, 12, 'Fits all 12 sites'],
    [0, 12, 'Fits none of 12 sites'],
    [1, 1, 'Fits the only site'],
    [0, 1, 'Does not fit the only site'],
    [0, 0, 'No site takes jobs of your VO'],
  ] as const)
    assert.equal(fitText(fits, of), text);
});

test('the change that opens most sites is named', () => {
  const fit = { fits: reach(2), of: reach(12), sites: [] };
  const requirements = [
    row('Memory', 9, [
      ['64 GB', 5],
      ['4 GB', 9],
    ]),
    row('CPUTime', 11),
  ];
  assert.equal(missText({ ...fit, requirements }), 'Fits 2 of 12 sites. Memory 4 GB would open 9.');
  assert.equal(
    missText({ ...fit, requirements: [row('Tags', 3), row('Site', 11)] }),
    'Fits 2 of 12 sites. Without Site it would be 11.',
  );
  assert.equal(missText({ ...fit, requirements: [row('Tags', 2)] }), 'Fits 2 of 12 sites.');
  assert.equal(missText({ ...fit, fits: reach(12), requirements }), 'Fits all 12 sites.');
});
