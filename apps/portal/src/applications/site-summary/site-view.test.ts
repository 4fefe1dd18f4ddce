import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BatchQueue, StatusWord } from '../../server-state/sites.ts';
import { startState } from './site-summary-state.ts';
import { directorWords, sitesOf, verdictOf, wordsOn } from './site-view.ts';

const word: StatusWord = {
  site: 'EGI.A.org',
  computingElement: '',
  batchQueue: '',
  status: 'Banned',
  reason: 'Power cut',
  setBy: 'root',
  setAt: '2026-11-26T10:00:00.000Z',
  until: null,
};

const aQueue = (fields: Partial<BatchQueue> = {}): BatchQueue => ({
  site: 'EGI.A.org',
  computingElement: 'local',
  batchQueue: 'default',
  type: 'Local',
  status: 'Active',
  word: null,
  isOpen: true,
  maxTotalPilots: 2,
  pilots: { waiting: 0, idle: 0, busy: 0 },
  director: null,
  ...fields,
});

const time = (instant: string): string => instant.slice(11, 16);

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

test('every decision of the director is a sentence', () => {
  const decided = { decidedAt: '2026-11-26T10:00:00.000Z', blockedUntil: null, failure: null };
  const said = (fields: Partial<BatchQueue>) => directorWords(aQueue(fields), time);
  assert.match(said({}), /has not looked/);
  assert.match(said({ isOpen: false }), /No pilots are sent/);
  assert.match(said({ maxTotalPilots: 0 }), /allows no pilots/);
  assert.match(said({ director: { ...decided, state: 'full' } }), /all 2 pilots that it may have/);
  assert.match(said({ director: { ...decided, state: 'starting' } }), /wait for their start/);
  assert.match(said({ director: { ...decided, state: 'open' } }), /are sent when jobs wait/);
  const resting = {
    ...decided,
    state: 'resting',
    blockedUntil: '2026-11-26T10:05:00.000Z',
    failure: 'no queue',
  } as const;
  assert.equal(said({ director: resting }), 'Pilots failed, so none is sent before 10:05: no queue');
});

test('who said it, since when and until when', () => {
  assert.equal(wordsOn(word, time), 'Banned by root since 10:00, until it is ended');
  assert.match(wordsOn({ ...word, until: '2026-11-26T12:00:00.000Z' }, time), /until 12:00$/);
});
