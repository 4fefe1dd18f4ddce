import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ElementStatus } from '../configuration/element-status.ts';
import { aConfiguration } from '../testing/builders.ts';
import { openingTimes } from './opening-times.ts';
import type { SetStatus } from './status-overlay.ts';

const queues = { default: {}, long: {} };
const values = (status: ElementStatus) =>
  aConfiguration({
    sites: { 'EGI.Demo.org': { status, computingElements: { local: { type: 'Local', queues } } } },
  });
let statusId = 0;
const said = (fields: Partial<SetStatus>): SetStatus => ({
  statusId: (statusId += 1),
  site: 'EGI.Demo.org',
  computingElement: '',
  batchQueue: '',
  status: 'Banned',
  reason: 'Downtime',
  setBy: 'root',
  setAtMs: 0,
  untilMs: null,
  ...fields,
});
const open = 'EGI.Demo.org/local/default';
const long = 'EGI.Demo.org/local/long';

test('a batch queue opens when the word on its site ends', () => {
  const openings = openingTimes(values('Active'), [said({ untilMs: 500 })], 100);
  assert.deepEqual(Object.fromEntries(openings), {
    [open]: 500,
    [long]: 500,
  });
});

test('it opens when the last word that closes it ends', () => {
  const ofQueue = said({ computingElement: 'local', batchQueue: 'long', untilMs: 900 });
  const openings = openingTimes(values('Active'), [said({ untilMs: 500 }), ofQueue], 100);
  assert.deepEqual([openings.get(open), openings.get(long)], [500, 900]);
});

test('nobody knows when: the word has no end, or the configuration closes it too', () => {
  assert.equal(openingTimes(values('Active'), [said({})], 100).size, 0);
  assert.equal(openingTimes(values('Banned'), [said({ status: 'Error', untilMs: 500 })], 100).size, 0);
  assert.equal(openingTimes(values('Banned'), [], 100).size, 0);
});

test('a word that is over opens nothing', () => {
  assert.equal(openingTimes(values('Active'), [said({ untilMs: 100 })], 100).size, 0);
});
