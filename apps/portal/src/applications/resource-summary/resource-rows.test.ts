import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BatchQueue } from '../../server-state/sites.ts';
import { aBatchQueue, aStatusWord } from '../../testing/elements.ts';
import { resourceColumns, resourcesOf, type Resource } from './resource-rows.ts';

const word = aStatusWord({ until: '2026-11-27T10:00:00.000Z' });
const aQueue = (fields: Partial<BatchQueue> = {}): BatchQueue =>
  aBatchQueue({ computingElement: 'arc', type: 'ARC', ...fields });

const cells = (resource: Resource | undefined, ...ids: readonly string[]) =>
  ids.map((id) => resource && resourceColumns.find((column) => column.id === id)?.value(resource));

test('computing elements of the same name at two sites are two resources', () => {
  const resources = resourcesOf([aQueue(), aQueue({ batchQueue: 'long' }), aQueue({ site: 'EGI.B.org' })]);
  assert.deepEqual(
    resources.map(({ parts, row }) => [row.site, row.computingElement, parts.length]),
    [
      ['EGI.A.org', 'arc', 2],
      ['EGI.B.org', 'arc', 1],
    ],
  );
});

test('a word on the site concerns its elements: who said it, since when, until when', () => {
  const [resource] = resourcesOf([aQueue({ status: 'Banned', word })]);
  assert.deepEqual(cells(resource?.row, 'Reason', 'DateEffective', 'TokenOwner', 'TokenExpiration'), [
    'Power cut',
    '2026-11-26 10:00:00',
    'root',
    '2026-11-27 10:00:00',
  ]);
});

test('a word on one queue is not said of its element, which is as good as its best queue', () => {
  const onQueue = { ...word, computingElement: 'arc', batchQueue: 'long' };
  const [resource] = resourcesOf([aQueue(), aQueue({ batchQueue: 'long', status: 'Banned', word: onQueue })]);
  assert.deepEqual([resource?.row.status, resource?.row.word], ['Active', null]);
  assert.deepEqual(cells(resource?.row, 'Name', 'TokenOwner'), ['arc', 'configuration']);
  assert.deepEqual(cells(resource?.parts[1]?.row, 'Name', 'TokenOwner'), ['long', 'root']);
});

test('where nobody set a status the reason is that of the configuration', () => {
  const [resource] = resourcesOf([
    aQueue({ status: 'Degraded', statusReason: 'Slow disks' }),
    aQueue({ batchQueue: 'long', status: 'Banned', statusReason: 'Moved' }),
  ]);
  assert.deepEqual(cells(resource?.row, 'Reason', 'DateEffective'), ['Slow disks', null]);
});

test('the last look of the pilot director is that at any of its queues', () => {
  const director = { state: 'open', blockedUntil: null, failure: null, leadTimeS: null } as const;
  const at = (decidedAt: string, batchQueue: string) =>
    aQueue({ batchQueue, director: { ...director, decidedAt } });
  const [resource] = resourcesOf([
    at('2026-11-26T10:00:00.000Z', 'a'),
    at('2026-11-26T10:00:09.000Z', 'b'),
    aQueue({ batchQueue: 'c' }),
  ]);
  assert.deepEqual(cells(resource?.row, 'LastCheckTime'), ['2026-11-26 10:00:09']);
});
