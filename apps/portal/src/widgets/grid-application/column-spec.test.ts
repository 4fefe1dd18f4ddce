import assert from 'node:assert/strict';
import { test } from 'node:test';
import { shownColumns, toggleColumn, type ColumnSpec } from './column-spec.ts';

const specs: readonly ColumnSpec[] = [
  { id: 'JobID', title: 'JobId', kind: 'id', width: 80, isFixed: true },
  { id: 'Status', title: 'Status', kind: 'status', width: 120 },
  { id: 'JobType', title: 'JobType', kind: 'text', width: 90, isHidden: true },
  { id: 'Owner', title: 'Owner', kind: 'text', width: 90 },
];
const ids = (chosen: readonly string[] | null) => shownColumns(specs, chosen).map((spec) => spec.id);

test('without a choice the default columns are shown', () => {
  assert.deepEqual(ids(null), ['JobID', 'Status', 'Owner']);
});

test('the user decides on order, but fixed columns stay and unknown ones go', () => {
  assert.deepEqual(ids(['Owner', 'Gone', 'Status']), ['JobID', 'Owner', 'Status']);
});

test('a column comes back at its natural place and goes again', () => {
  const shown = toggleColumn(specs, null, 'JobType');
  assert.deepEqual(shown, ['JobID', 'Status', 'JobType', 'Owner']);
  assert.deepEqual(toggleColumn(specs, shown, 'JobType'), ['JobID', 'Status', 'Owner']);
  assert.deepEqual(toggleColumn(specs, null, 'JobID'), ['JobID', 'Status', 'Owner']);
});
