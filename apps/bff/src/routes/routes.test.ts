import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isWmsError } from '@wm/wms-core/vocabulary';
import { diracxError } from '../http/diracx-error.ts';
import { pageReply } from './paging.ts';
import { viewType } from './sandbox-view.ts';
import { firstGroup } from './session.routes.ts';
import { statusChanges } from './status-changes.ts';

const query = (page: number, perPage: number) => ({ search: [], sort: [], page, perPage });
const rowsFrom = (first: number, count: number) =>
  Array.from({ length: count }, (_, i) => ({ JobID: first + i }));

for (const [what, page, perPage, count, total, status, range] of [
  ['everything fits', 1, 10, 3, 3, undefined, undefined],
  ['nothing matches', 1, 10, 0, 0, undefined, undefined],
  ['a first part', 1, 10, 10, 20, 206, 'jobs 0-9/20'],
  ['a last part', 3, 10, 5, 25, 206, 'jobs 20-24/25'],
  ['past the end', 4, 10, 0, 20, 416, 'jobs */20'],
] as const)
  test(`a search of which ${what} answers ${status ?? 200}`, () => {
    const reply = pageReply('jobs', query(page, perPage), { rows: rowsFrom(1, count), total });
    assert.equal(reply.status, status);
    assert.equal(reply.headers['Content-Range'], range);
  });

test('status changes are applied in order of time, whatever their order in the body', () => {
  const changes = statusChanges({
    '7': {
      '2026-01-01T12:00:00+01:00': { Status: 'Done', Source: 'x' },
      '2026-01-01T10:00:00Z': { Status: 'Running', Source: 'x' },
    },
    '8': { '1767268800': { MinorStatus: 'm', Source: 'Unknown' } },
  });
  assert.deepEqual(
    changes.map(({ jobId, atMs }) => [jobId, new Date(atMs).toISOString()]),
    [
      [7, '2026-01-01T10:00:00.000Z'],
      [7, '2026-01-01T11:00:00.000Z'],
      [8, '2026-01-01T12:00:00.000Z'],
    ],
  );
});

for (const [time, status] of [
  ['2026-01-01T10:00:00', 400],
  ['yesterday', 422],
] as const)
  test(`a status change at “${time}” is refused with ${status}`, () => {
    assert.throws(
      () => statusChanges({ '7': { [time]: { Source: 'x' } } }),
      (error) => isWmsError(error) && diracxError(error, 'r').status === status,
    );
  });

for (const [what, bytes, type] of [
  ['a PNG', [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1], 'image/png'],
  ['a JPEG', [0xff, 0xd8, 0xff, 0xe0], 'image/jpeg'],
  ['a page with script', [...Buffer.from('<script>alert(1)</script>')], 'text/plain; charset=utf-8'],
  [
    'an SVG, which can hold script',
    [...Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    'text/plain; charset=utf-8',
  ],
  ['nothing', [], 'text/plain; charset=utf-8'],
] as const)
  test(`${what} is shown as ${type}`, () => {
    assert.equal(viewType(Uint8Array.from(bytes)), type);
  });

test('a session starts in the default group of a VO when the user is in it, else in the first', () => {
  const memberships = ['a', 'b'].map((group) => ({ group, vo: 'v', properties: [] }));
  assert.equal(firstGroup(memberships, [undefined, 'b']), 'b');
  assert.equal(firstGroup(memberships, ['c']), 'a');
  assert.equal(firstGroup([], ['c']), null);
});
