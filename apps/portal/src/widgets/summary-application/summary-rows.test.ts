import assert from 'node:assert/strict';
import { test } from 'node:test';
import { optionsOf, selectRows, sortRows, type SummaryRow } from './summary-rows.ts';
import { readSummaryState, startSummaryState } from './summary-state.ts';

interface Place {
  readonly name: string;
  readonly status: string;
  readonly pilots: number | null;
}

const row = (
  name: string,
  status: string,
  pilots: number | null,
  parts: readonly SummaryRow<Place>[] = [],
): SummaryRow<Place> => ({ key: name, row: { name, status, pilots }, parts });

const columns = [
  { id: 'Name', title: 'Name', kind: 'text', width: 1, value: ({ name }: Place) => name },
  { id: 'Pilots', title: 'Pilots', kind: 'number', width: 1, value: ({ pilots }: Place) => pilots },
] as const;
const selectors = [
  { id: 'name', label: 'Name', valuesOf: ({ name }: Place) => [name] },
  {
    id: 'status',
    label: 'Status',
    known: ['Good', 'Bad'],
    valuesOf: ({ status }: Place) => [status],
  },
];
const rows = [
  row('b', 'Good', 10, [row('b1', 'Bad', 2), row('b2', 'Good', 8)]),
  row('a10', 'Bad', null),
  row('a9', 'Good', 9),
];
const keys = (shown: readonly SummaryRow<Place>[]) =>
  shown.map(({ key, parts }) => [key, ...parts.map((part) => part.key)].join(' '));

test('nothing selected shows all', () => {
  assert.deepEqual(keys(selectRows(rows, selectors, {})), ['b b1 b2', 'a10', 'a9']);
  assert.deepEqual(keys(selectRows(rows, selectors, { status: [] })), ['b b1 b2', 'a10', 'a9']);
});

test('a row that fits keeps all its parts, one that does not shows those that fit', () => {
  assert.deepEqual(keys(selectRows(rows, selectors, { status: ['Good'] })), ['b b1 b2', 'a9']);
  assert.deepEqual(keys(selectRows(rows, selectors, { status: ['Bad'] })), ['b b1', 'a10']);
  assert.deepEqual(keys(selectRows(rows, selectors, { status: ['Bad'], name: ['a10'] })), ['a10']);
});

test('figures sort as figures, names with their numbers, what is not known stands last both ways', () => {
  const sorted = (column: string, direction: 'asc' | 'desc') =>
    keys(sortRows(rows, columns, { column, direction }));
  assert.deepEqual(sorted('Name', 'asc'), ['a9', 'a10', 'b b1 b2']);
  assert.deepEqual(sorted('Pilots', 'asc'), ['a9', 'b b1 b2', 'a10']);
  assert.deepEqual(sorted('Pilots', 'desc'), ['b b2 b1', 'a9', 'a10']);
  assert.deepEqual(sorted('Gone', 'asc'), ['b b1 b2', 'a10', 'a9'], 'a column that is no more');
});

test('selectors offer what there is, or what is known, and what is chosen', () => {
  const [name, status] = selectors;
  assert.deepEqual(name && optionsOf(rows, name, ['gone']), ['a10', 'a9', 'b', 'b1', 'b2', 'gone']);
  assert.deepEqual(status && optionsOf(rows, status, []), ['Good', 'Bad']);
});

test('a stored state comes back, nonsense becomes the start', () => {
  const sort = { column: 'Name', direction: 'asc' } as const;
  for (const stored of [null, 7, [], 'x', {}, { selected: 4, sort: [], unfolded: {}, columns: 'all' }])
    assert.deepEqual(readSummaryState(stored, sort), startSummaryState(sort));
  const state = {
    selected: { status: ['Bad'] },
    sort: { column: 'Pilots', direction: 'desc' },
    columns: ['Name'],
    unfolded: ['b'],
    panelOpen: false,
  } as const;
  assert.deepEqual(readSummaryState(structuredClone(state), sort), state);
});
