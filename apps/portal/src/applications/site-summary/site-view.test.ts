import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aBatchQueue as aQueue, aStatusWord } from '../../testing/elements.ts';
import { startState } from './site-summary-state.ts';
import { sitesOf, verdictOf } from './site-view.ts';

const word = aStatusWord();

test('a site is as good as the best of its queues, and shows what is said of it as a whole', () => {
  const [site] = sitesOf(
    [aQueue({ status: 'Banned', word }), aQueue({ batchQueue: 'long', word })],
    startState,
  );
  assert.deepEqual([site?.status, site?.word?.reason, site?.queues.length], ['Active', 'Power cut', 2]);
});

test('what is said of one queue is not said of its site', () => {
  const [site] = sitesOf([aQueue({ word: { ...word, computingElement: 'local' } })], startState);
  assert.equal(site?.word, null);
});

test('sites are found by a part of any name, and the quiet ones can be left out', () => {
  const queues = [aQueue(), aQueue({ site: 'EGI.B.org', computingElement: 'arc', isOpen: false })];
  const names = (text: string, onlyTroubled = false) =>
    sitesOf(queues, { text, onlyTroubled }).map(({ site }) => site);
  assert.deepEqual(names(''), ['EGI.A.org', 'EGI.B.org']);
  assert.deepEqual(names(' ARC '), ['EGI.B.org']);
  assert.deepEqual(names('', true), ['EGI.B.org']);
  assert.deepEqual(names('nowhere'), []);
});

test('the bar counts sites and the queues that take pilots', () => {
  assert.equal(verdictOf([aQueue()]), '1 site, 1 of 1 batch queue takes pilots');
  assert.equal(
    verdictOf([aQueue(), aQueue({ batchQueue: 'long', isOpen: false })]),
    '1 site, 1 of 2 batch queues takes pilots',
  );
});
