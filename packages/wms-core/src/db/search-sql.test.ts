import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { SearchCondition } from '../jobs/job-search.ts';
import { orderSql, selectedColumns, whereSql, wireRow } from './search-sql.ts';
import type { SearchCatalogue } from './search-sql.ts';

const catalogue: SearchCatalogue = new Map([
  ['JobID', { sql: 'job_id', type: 'integer' }],
  ['Owner', { sql: 'owner', type: 'text' }],
  ['SubmissionTime', { sql: 'submitted_at_ms', type: 'time' }],
  ['Verified', { sql: 'verified', type: 'flag' }],
]);
const day = Date.UTC(2026, 1, 28);
const dayMs = 86_400_000;

describe('a search tree in SQL', () => {
  const cases: readonly (readonly [SearchCondition, string, readonly unknown[]])[] = [
    [{ parameter: 'Owner', operator: 'eq', value: "x' or 1=1" }, 'owner = $1', ["x' or 1=1"]],
    [{ parameter: 'JobID', operator: 'gt', value: '7' }, 'job_id > cast($1 as bigint)', [7]],
    [
      { parameter: 'JobID', operator: 'in', values: [1, '2'] },
      'job_id in (cast($1 as bigint), cast($2 as bigint))',
      [1, 2],
    ],
    [{ parameter: 'JobID', operator: 'lt', value: 2.5 }, 'job_id < cast($1 as double precision)', [2.5]],
    [{ parameter: 'JobID', operator: 'in', values: [] }, '1 = 0', []],
    [{ parameter: 'Owner', operator: 'neq', value: 'a' }, '(owner <> $1 or owner is null)', ['a']],
    [
      { parameter: 'Owner', operator: 'like', value: String.raw`a\_%` },
      String.raw`lower(owner) like lower($1) escape '\'`,
      [String.raw`a\\_%`],
    ],
    [
      { parameter: 'JobID', operator: 'like', value: '1%' },
      String.raw`lower(cast(job_id as text)) like lower($1) escape '\'`,
      ['1%'],
    ],
    [{ parameter: 'Verified', operator: 'eq', value: true }, 'verified = cast($1 as bigint)', [1]],
    [
      { parameter: 'SubmissionTime', operator: 'eq', value: '2026-02-28' },
      '(submitted_at_ms >= cast($1 as bigint) and submitted_at_ms < cast($2 as bigint))',
      [day, day + dayMs],
    ],
    [
      { parameter: 'SubmissionTime', operator: 'gt', value: '2026-02' },
      'submitted_at_ms >= cast($1 as bigint)',
      [day + dayMs],
    ],
    [
      { parameter: 'SubmissionTime', operator: 'lt', value: '2026-02-28T00:00:00.5Z' },
      'submitted_at_ms < cast($1 as bigint)',
      [day],
    ],
  ];
  for (const [condition, sql, params] of cases) {
    it(`of ${JSON.stringify(condition)}`, () =>
      assert.deepEqual(whereSql(catalogue, [condition]), { sql, params }));
  }

  it('joins conditions, parameters numbered on', () => {
    const conditions: SearchCondition[] = [
      { parameter: 'Owner', operator: 'eq', value: 'a' },
      { parameter: 'JobID', operator: 'lt', value: 3 },
    ];
    assert.deepEqual(whereSql(catalogue, conditions, 5), {
      sql: 'owner = $5 and job_id < cast($6 as bigint)',
      params: ['a', 3],
    });
    assert.equal(whereSql(catalogue, []).sql, '1 = 1');
  });

  const wrong: readonly SearchCondition[] = [
    { parameter: 'owner; drop table jobs', operator: 'eq', value: 1 },
    { parameter: 'JobID', operator: 'eq', value: 'seven' },
    { parameter: 'SubmissionTime', operator: 'eq', value: '2026-02-31' },
    { parameter: 'SubmissionTime', operator: 'eq', value: 'yesterday' },
    { parameter: 'SubmissionTime', operator: 'like', value: '2026' },
    { parameter: 'SubmissionTime', operator: 'in', values: ['2026', '2026-01'] },
    { parameter: 'Owner', operator: 'regex', value: '.*' },
  ];
  for (const condition of wrong) {
    it(`refuses ${JSON.stringify(condition)}`, () =>
      assert.throws(() => whereSql(catalogue, [condition]), { code: 'input.invalid' }));
  }

  it('sorts totally and by known columns only', () => {
    assert.equal(orderSql(catalogue, [], 'job_id'), 'job_id asc');
    assert.equal(
      orderSql(catalogue, [{ parameter: 'Owner', direction: 'desc' }], 'job_id'),
      'owner desc, job_id desc',
    );
    assert.throws(() => orderSql(catalogue, [{ parameter: 'x', direction: 'asc' }], 'job_id'), {
      code: 'input.invalid',
    });
  });

  it('gives columns in catalogue order and values in their wire form', () => {
    const columns = selectedColumns(catalogue, ['Verified', 'SubmissionTime', 'JobID']);
    const row = wireRow(columns, { JobID: 1n, SubmissionTime: day, Verified: 1 });
    assert.deepEqual(Object.entries(row), [
      ['JobID', 1],
      ['SubmissionTime', '2026-02-28T00:00:00.000Z'],
      ['Verified', true],
    ]);
    assert.throws(() => selectedColumns(catalogue, ['nope']), { code: 'input.invalid' });
  });
});
