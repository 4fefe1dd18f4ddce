import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Operation } from '../../../server-state/operations.ts';
import {
  canUndo,
  meantBy,
  operationState,
  operationTitle,
  previewTitle,
  undoLeft,
  undoOfferMs,
  unmadeSentence,
} from './operation-words.ts';

const nowMs = Date.UTC(2026, 0, 1);
const anOperation = (fields: Partial<Operation> = {}): Operation => ({
  operationId: 1,
  action: 'delete',
  state: 'Done',
  total: 1204,
  done: 1200,
  refused: 4,
  undoable: 1100,
  undoUntil: new Date(nowMs + 60_000).toISOString(),
  undoneBy: null,
  undoes: null,
  createdAt: '',
  finishedAt: null,
  reason: null,
  ...fields,
});

test('a preview says how many jobs it means, and that some of them are still to be made', () => {
  const made = { action: 'kill', allowed: 1204, unmade: 0 } as const;
  assert.equal(previewTitle(made), 'Kill 1,204 jobs');
  assert.equal(unmadeSentence(made), undefined);
  const making = { action: 'kill', allowed: 0, unmade: 5000 } as const;
  assert.equal(meantBy(making), 5000);
  assert.equal(previewTitle(making), 'Kill up to 5,000 jobs');
  assert.equal(
    unmadeSentence(making),
    '5,000 jobs of bulk submissions are still being made. Those that match will be killed, too.',
  );
});

test('an operation says how far it is and how it ended', () => {
  assert.equal(operationTitle(anOperation()), 'Delete 1,204 jobs');
  assert.equal(operationTitle(anOperation({ action: 'undo', total: 1 })), 'Undo 1 job');
  assert.equal(operationState(anOperation()), '1,200 jobs deleted, 4 left as they are');
  assert.equal(operationState(anOperation({ state: 'Running' })), '1,204 of 1,204');
  assert.equal(operationState(anOperation({ action: 'undo', done: 1, refused: 0 })), '1 job brought back');
  assert.match(operationState(anOperation({ state: 'Cancelled' })), /^Stopped: 1,200 jobs deleted/);
  assert.match(operationState(anOperation({ state: 'Failed', reason: 'Why.' })), /^Ended early: Why\. /);
});

test('undo is offered while something can be brought back, once', () => {
  assert.equal(canUndo(anOperation(), nowMs), true);
  assert.equal(canUndo(anOperation(), nowMs + 60_000), false);
  assert.equal(canUndo(anOperation({ undoable: 0 }), nowMs), false);
  assert.equal(canUndo(anOperation({ undoneBy: 2 }), nowMs), false);
  assert.equal(canUndo(anOperation({ state: 'Running', undoUntil: null }), nowMs), true);
});

test('a button that goes away says when', () => {
  assert.equal(undoLeft(anOperation(), nowMs + 18_000), '42 s left');
  assert.equal(undoLeft(anOperation({ state: 'Running' }), nowMs), undefined);
});

test('a toast offers the undo as long as the server does, whatever the clock of the browser says', () => {
  const until = new Date(nowMs).toISOString();
  assert.equal(undoOfferMs(until, nowMs - 42_000), 42_000);
  assert.equal(undoOfferMs(until, nowMs + 86_400_000), 5000);
  assert.equal(undoOfferMs(until, nowMs - 86_400_000), 600_000);
});
