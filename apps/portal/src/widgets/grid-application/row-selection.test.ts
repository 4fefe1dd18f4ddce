import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  formatKeys,
  noSelection,
  pageTicks,
  rangeOf,
  toggle,
  withKeys,
  withoutKeys,
} from './row-selection.ts';

test('ticks of another page stay when a page is ticked and cleared', () => {
  const both = withKeys(toggle(noSelection, '9'), ['1', '2']);
  assert.deepEqual([...both], ['9', '1', '2']);
  assert.deepEqual([...withoutKeys(both, ['1', '2'])], ['9']);
  assert.deepEqual([...toggle(both, '9')], ['1', '2']);
});

test('a range goes from the anchor to the target in either direction', () => {
  const page = ['5', '4', '3', '2', '1'];
  assert.deepEqual(rangeOf(page, '4', '2'), ['4', '3', '2']);
  assert.deepEqual(rangeOf(page, '2', '4'), ['4', '3', '2']);
  assert.deepEqual(rangeOf(page, 'gone', '4'), ['4']);
});

test('the header box says none, some or all of the page', () => {
  const selection = withKeys(noSelection, ['1', '7']);
  assert.equal(pageTicks(selection, ['2', '3']), 'none');
  assert.equal(pageTicks(selection, ['1', '2']), 'some');
  assert.equal(pageTicks(selection, ['1', '7']), 'all');
  assert.equal(pageTicks(selection, []), 'none');
});

test('selected ids are written in numeric order with the separator asked for', () => {
  const selection = withKeys(noSelection, ['10', '9', '100']);
  assert.equal(formatKeys(selection, 'comma'), '9,10,100');
  assert.equal(formatKeys(selection, 'space'), '9 10 100');
});
