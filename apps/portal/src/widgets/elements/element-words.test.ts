import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BatchQueue } from '../../server-state/sites.ts';
import { aBatchQueue as aQueue, aStatusWord } from '../../testing/elements.ts';
import { directorWords, isSaidOf, wordsOn } from './element-words.ts';

const word = aStatusWord();

const time = (instant: string): string => instant.slice(11, 16);

test('every decision of the director is a sentence', () => {
  const decided = {
    decidedAt: '2026-11-26T10:00:00.000Z',
    blockedUntil: null,
    failure: null,
    leadTimeS: null,
  };
  const said = (fields: Partial<BatchQueue>) => directorWords(aQueue(fields), time);
  assert.match(said({}), /has not looked/);
  assert.match(said({ isOpen: false }), /No pilots are sent/);
  assert.match(said({ maxTotalPilots: 0 }), /allows no pilots/);
  assert.match(said({ director: { ...decided, state: 'full' } }), /all 2 pilots that it may have/);
  assert.match(
    said({ maxTotalPilots: 1, director: { ...decided, state: 'full' } }),
    /the one pilot that it may have/,
  );
  assert.match(said({ director: { ...decided, state: 'starting' } }), /wait for their start/);
  assert.match(said({ director: { ...decided, state: 'open' } }), /are sent when jobs wait/);
  assert.match(
    said({ director: { ...decided, state: 'clogged', leadTimeS: 150 } }),
    /longer than usual .* Half of them start within 2 min 30 s\.$/,
  );
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

test('a word is said of just one element', () => {
  const element = { site: 'EGI.A.org', computingElement: '', batchQueue: '' };
  assert.equal(isSaidOf(element, word), true);
  assert.equal(isSaidOf({ ...element, computingElement: 'local' }, word), false);
  assert.equal(isSaidOf(element, null), false);
});
