import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatKeys, noSelection, rangeOf, togglePage, withKeys } from './row-selection.ts';

test('a range goes from the anchor to the target in either direction', () => {
  const page = ['5', '4', '3', '2', '1'];
  assert.deepEqual(rangeOf(page, '4', '2'), ['4', '3', '2']);
  assert.deepEqual(rangeOf(page, '2', '4'), ['4', '3', '2']);
  assert.deepEqual(rangeOf(page, 'gone', '4'), ['4']);
});

test('a page is ticked as a whole, and cleared when it was', () => {
  const ticked = togglePage(withKeys(noSelection, ['1', '9']), ['1', '2']);
  assert.deepEqual([...ticked], ['1', '9', '2']);
  assert.deepEqual([...togglePage(ticked, ['1', '2'])], ['9']);
});

test('selected ids are written in numeric order with the separator asked for', () => {
  const selection = withKeys(noSelection, ['10', '9', '100']);
  assert.equal(formatKeys(selection, 'comma'), '9,10,100');
  assert.equal(formatKeys(selection, 'space'), '9 10 100');
});
