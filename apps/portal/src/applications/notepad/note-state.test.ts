import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  afterConflict,
  afterNews,
  afterSave,
  keepMine,
  needsSave,
  newNote,
  openNote,
  readBody,
  takeTheirs,
  titleOf,
  typeInto,
  type StoredNote,
} from './note-state.ts';

const stored = (revision: number, text: string): StoredNote => ({
  name: 'n',
  revision,
  body: { title: '', text },
  savedAtMs: revision * 1000,
});

test('a note is saved once something was typed, and not before', () => {
  const note = newNote('n');
  assert.equal(needsSave(note), false);
  const typed = typeInto(note, { text: 'a' });
  assert.equal(needsSave(typed), true);
  assert.equal(needsSave(afterSave(typed, stored(1, 'a'))), false);
});

test('what is typed while saving stays and is saved next', () => {
  const typed = typeInto(newNote('n'), { text: 'ab' });
  const after = afterSave(typed, stored(1, 'a'));
  assert.equal(after.typed.text, 'ab');
  assert.equal(after.revision, 1);
  assert.equal(needsSave(after), true);
});

test('in a conflict nothing is lost and the user decides', () => {
  const mine = afterConflict(typeInto(openNote(stored(1, 'old')), { text: 'mine' }), stored(2, 'theirs'));
  assert.equal(needsSave(mine), false);
  assert.equal(takeTheirs(mine).typed.text, 'theirs');
  const kept = keepMine(mine);
  assert.equal(kept.typed.text, 'mine');
  assert.equal(kept.revision, 2);
  assert.equal(needsSave(kept), true);
});

test('the same text written twice is no conflict', () => {
  const note = afterConflict(typeInto(openNote(stored(1, 'old')), { text: 'same' }), stored(2, 'same'));
  assert.equal(note.theirs, undefined);
  assert.equal(note.revision, 2);
});

test('news from elsewhere are taken over unless something is typed; old news never', () => {
  const open = openNote(stored(2, 'x'));
  assert.equal(afterNews(open, stored(3, 'y')).typed.text, 'y');
  assert.equal(afterNews(open, stored(1, 'y')).typed.text, 'x');
  assert.equal(afterNews(typeInto(open, { text: 'mine' }), stored(3, 'y')).theirs?.body.text, 'y');
});

test('documents of any origin become a note with a title to show', () => {
  assert.deepEqual(readBody({ text: 3, title: 'T' }), { title: 'T', text: '' });
  assert.deepEqual(readBody(null), { title: '', text: '' });
  assert.equal(titleOf({ title: '', text: '\n  Первая строка\nx' }), 'Первая строка');
  assert.equal(titleOf({ title: ' T ', text: 'x' }), 'T');
  assert.equal(titleOf({ title: '', text: ' ' }), 'Untitled');
});
