import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sizeInUnit, sizeUnitOf } from './size-units.ts';

test('a unit is known in any case, with its B and without', () => {
  const units = ['g', 'Gb', 'gI', 'GiB', 'k', 'KB', 'ki', 'TB', 'B', 'b'].map(sizeUnitOf);
  assert.deepEqual(units, ['GB', 'GB', 'GiB', 'GiB', 'kB', 'kB', 'KiB', 'TB', 'B', 'B']);
  for (const other of ['', 'pc', 'GBs', 'iB', 'bb']) assert.equal(sizeUnitOf(other), undefined);
});

test('an amount is told in a unit and never as more than it is', () => {
  assert.equal(sizeInUnit(16_000_000, 'GB'), '16000 GB');
  assert.equal(sizeInUnit(16_000_000, 'MB'), '16000000 MB');
  assert.equal(sizeInUnit(2047, 'GiB'), '1.99 GiB');
});
