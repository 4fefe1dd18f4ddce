import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readGridState, startGridState } from './grid-state.ts';

const sort = { parameter: 'JobID', direction: 'desc' } as const;

test('nonsense in a stored layout gives the start state', () => {
  for (const stored of [null, 7, [], 'x', {}])
    assert.deepEqual(readGridState(stored, sort), startGridState(sort));
  const odd = { page: -1, perPage: 33, columns: 'all', widths: { Site: 'wide' }, sort: { parameter: 4 } };
  assert.deepEqual(readGridState(odd, sort), startGridState(sort));
});

test('a stored state comes back as it was', () => {
  const state = {
    ...startGridState(sort),
    page: 3,
    perPage: 100,
    columns: ['JobID', 'Status'],
    widths: { Site: 140 },
    panelOpen: false,
  };
  assert.deepEqual(readGridState(JSON.parse(JSON.stringify(state)), sort), state);
});
