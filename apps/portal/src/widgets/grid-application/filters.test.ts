import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  chipsOf,
  filterProblems,
  noFilters,
  pilotReferences,
  readFilters,
  searchConditions,
  withChoice,
  withoutChip,
  type Filters,
  type FilterSpec,
} from './filters.ts';

const spec: FilterSpec = {
  choices: [
    { attribute: 'Site', label: 'Site' },
    { attribute: 'MinorStatus', label: 'Minor Status' },
  ],
  span: { attribute: 'LastUpdateTime', label: 'LastUpdate' },
  text: { attribute: 'JobName', label: 'JobName' },
  ids: { attribute: 'JobID', label: 'JobID' },
  pilots: { label: 'Pilot Job Reference(s)' },
};
const nowMs = Date.parse('2026-11-20T14:00:00Z');
const sites = (values: string[], negated = false) => withChoice(noFilters, 'Site', { values, negated });

test('one value is asked with eq, several with in, negated ones with neq and not in', () => {
  const operatorOf = (values: string[], negated: boolean) =>
    searchConditions(spec, sites(values, negated), nowMs)[0]?.operator;
  assert.equal(operatorOf(['a'], false), 'eq');
  assert.equal(operatorOf(['a', 'b'], false), 'in');
  assert.equal(operatorOf(['a'], true), 'neq');
  assert.equal(operatorOf(['a', 'b'], true), 'not in');
});

test('no filters ask for everything', () => {
  assert.deepEqual(searchConditions(spec, noFilters, nowMs), []);
});

test('job ids put the other selectors out of force', () => {
  const filters = { ...sites(['a']), ids: '3,1' };
  assert.deepEqual(searchConditions(spec, filters, nowMs), [
    { parameter: 'JobID', operator: 'in', values: [1, 3] },
  ]);
  assert.deepEqual(
    chipsOf(spec, filters).map((chip) => chip.key),
    ['ids'],
  );
});

test('a long unbroken range is asked by its ends', () => {
  assert.deepEqual(searchConditions(spec, { ...noFilters, ids: '100-4000' }, nowMs), [
    { parameter: 'JobID', operator: 'gt', value: 99 },
    { parameter: 'JobID', operator: 'lt', value: 4001 },
  ]);
});

test('text is looked for inside the job name', () => {
  assert.deepEqual(searchConditions(spec, { ...noFilters, text: ' dock ' }, nowMs), [
    { parameter: 'JobName', operator: 'like', value: '%dock%' },
  ]);
});

test('every filter in force has a chip, and removing all chips leaves no filter', () => {
  let filters: Filters = {
    ...sites(['a', 'b', 'c'], true),
    span: { kind: 'day', from: '', to: '' },
    pilots: 'x; y',
    text: 'dock',
  };
  const chips = chipsOf(spec, filters);
  assert.deepEqual(
    chips.map((chip) => `${chip.label} ${chip.operator} ${chip.value}`),
    ['Site none of a, b +1', 'LastUpdate in the last 1 day', 'Pilot in x, y', 'JobName contains dock'],
  );
  for (const chip of chips) filters = withoutChip(filters, chip.key);
  assert.deepEqual(filters, noFilters);
});

test('a bad id expression is reported on its field and asks for nothing', () => {
  assert.match(filterProblems({ ...noFilters, ids: 'x' }).ids ?? '', /no job id/);
  assert.deepEqual(searchConditions(spec, { ...noFilters, ids: 'x' }, nowMs), []);
  assert.deepEqual(filterProblems({ ...noFilters, ids: '1-3' }), {});
});

test('pilot references are split and not repeated', () => {
  assert.deepEqual(pilotReferences({ ...noFilters, pilots: 'local://a/1, local://a/1\nb' }), [
    'local://a/1',
    'b',
  ]);
});

test('stored filters of any shape are read without harm', () => {
  assert.deepEqual(readFilters(null), noFilters);
  assert.deepEqual(readFilters({ choices: { Site: { values: ['a', 7], negated: 'yes' } }, span: 3 }), {
    ...noFilters,
    choices: { Site: { values: ['a'], negated: false } },
  });
  const filters = { ...sites(['a']), ids: '1' };
  assert.deepEqual(readFilters(JSON.parse(JSON.stringify(filters))), filters);
});
