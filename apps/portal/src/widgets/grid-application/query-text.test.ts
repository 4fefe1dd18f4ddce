import assert from 'node:assert/strict';
import { test } from 'node:test';
import { noFilters, type FilterSpec } from './filters.ts';
import { applyQueryText } from './query-text.ts';

const spec: FilterSpec = {
  choices: [
    { attribute: 'Status', label: 'Status', known: ['Done', 'Failed'] },
    { attribute: 'MinorStatus', label: 'Minor Status' },
  ],
  span: { attribute: 'LastUpdateTime', label: 'LastUpdate' },
  text: { attribute: 'JobName', label: 'JobName' },
  ids: { attribute: 'JobID', label: 'JobID' },
  pilots: { label: 'Pilot Job Reference(s)' },
};
const read = (text: string) => applyQueryText(spec, noFilters, text);

test('numbers are job ids', () => {
  assert.equal(read('1,5,10-20').ids, '1,5,10-20');
});

test('a selector with a value becomes that selector, in any spelling', () => {
  assert.deepEqual(read('status = done').choices, { Status: { values: ['Done'], negated: false } });
  assert.deepEqual(read('Minor Status:Execution Complete').choices, {
    MinorStatus: { values: ['Execution Complete'], negated: false },
  });
  assert.deepEqual(read('Status!=Failed').choices, { Status: { values: ['Failed'], negated: true } });
});

test('a second value joins the first', () => {
  const filters = applyQueryText(spec, read('Status=Done'), 'Status=Failed');
  assert.deepEqual(filters.choices['Status']?.values, ['Done', 'Failed']);
});

test('anything else is looked for in the name', () => {
  assert.equal(read('ligand dock').text, 'ligand dock');
  assert.equal(read('a=b').text, 'a=b');
  assert.equal(read('  '), noFilters);
});
