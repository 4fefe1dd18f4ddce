import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  boundariesOf,
  boundaryMoved,
  boxesOf,
  leavesOf,
  moved,
  neighbourOf,
  readTiles,
  readingOrder,
  renamed,
  resized,
  withNewLeaf,
  withoutLeaf,
  type Direction,
  type Tiles,
} from './tiling.ts';

const wide = 16 / 9;
const opened = (...ids: string[]): Tiles | null =>
  ids.reduce<Tiles | null>((tiles, id) => withNewLeaf(tiles, id, wide), null);

test('a main window with a column beside it is how the first windows stand', () => {
  const tiles = opened('monitor', 'launchpad', 'upload');
  assert.deepEqual(
    boxesOf(tiles).map(({ id, left, top, width }) => [id, left, top, width]),
    [
      ['monitor', 0, 0, 64],
      ['launchpad', 64, 0, 36],
      ['upload', 64, 50, 36],
    ],
  );
});

test('closing a window gives its space to the others', () => {
  assert.equal(withoutLeaf(opened('a', 'b'), 'a'), 'b');
  assert.equal(withoutLeaf('a', 'a'), null);
});

test('neighbours are those that lie opposite', () => {
  const tiles = opened('main', 'top', 'bottom');
  assert.equal(neighbourOf(tiles, 'main', 'right'), 'top');
  assert.equal(neighbourOf(tiles, 'bottom', 'up'), 'top');
  assert.equal(neighbourOf(tiles, 'bottom', 'left'), 'main');
  assert.equal(neighbourOf(tiles, 'main', 'left'), undefined);
});

test('windows are read column by column', () => {
  assert.deepEqual(readingOrder(opened('main', 'top', 'bottom')), ['main', 'top', 'bottom']);
});

test('a window moves past its neighbour and, at the edge, along the whole edge', () => {
  const swapped = moved(opened('a', 'b') ?? '', 'a', 'right');
  assert.deepEqual(readingOrder(swapped), ['b', 'a']);
  const edge = moved(opened('a', 'b') ?? '', 'b', 'down');
  assert.equal(boxesOf(edge).find((box) => box.id === 'b')?.width, 100);
});

test('resizing takes from the neighbour and stops at the smallest share', () => {
  const tiles = opened('a', 'b') ?? '';
  assert.equal(boxesOf(resized(tiles, 'b', 'row', 5))[1]?.width, 41);
  assert.equal(boxesOf(resized(tiles, 'a', 'row', 500))[1]?.width, 10);
  assert.equal(resized(tiles, 'a', 'column', 5), tiles);
});

test('lines are listed with what lies on either side, and can be moved', () => {
  const tiles = opened('a', 'b', 'c') ?? '';
  const lines = boundariesOf(tiles);
  assert.deepEqual(
    lines.map((line) => [line.before.join(), line.after.join(), line.axis]),
    [
      ['a', 'b,c', 'row'],
      ['b', 'c', 'column'],
    ],
  );
  const line = lines[1];
  assert.ok(line);
  assert.equal(boxesOf(boundaryMoved(tiles, line, 10)).find((box) => box.id === 'b')?.height, 60);
});

test('stored tiles are read with care', () => {
  const stored = {
    children: ['a', 'gone', { direction: 'column', children: ['b', 'a'] }],
    splitPercentages: [1],
  };
  assert.deepEqual(leavesOf(readTiles(stored, new Set(['a', 'b']))), ['a', 'b']);
  assert.equal(readTiles('gone', new Set()), null);
  assert.equal(readTiles(42, new Set(['a'])), null);
});

test('whatever is done to tiles, every window keeps exactly one place and the desktop stays filled', () => {
  const direction = fc.constantFrom<Direction>('left', 'right', 'up', 'down');
  const step = fc.record({ which: fc.nat(8), direction, size: fc.integer({ min: -60, max: 60 }) });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 9 }), fc.array(step, { maxLength: 12 }), (count, steps) => {
      const ids = Array.from({ length: count }, (_, index) => `w${index}`);
      let tiles = opened(...ids) ?? '';
      for (const { which, direction: to, size } of steps) {
        const id = ids[which % count] ?? 'w0';
        tiles = resized(moved(tiles, id, to), id, size % 2 === 0 ? 'row' : 'column', size);
      }
      assert.deepEqual(leavesOf(tiles).toSorted(), ids);
      const area = boxesOf(tiles).reduce((sum, box) => sum + box.width * box.height, 0);
      assert.ok(Math.abs(area - 10_000) < 0.5, `area ${area}`);
      assert.deepEqual(leavesOf(readTiles(JSON.parse(JSON.stringify(tiles)), new Set(ids))).toSorted(), ids);
      const back = renamed(
        renamed(tiles, (id) => `x${id}`),
        (id) => id.slice(1),
      );
      assert.deepEqual(back, tiles);
    }),
    { numRuns: 60 },
  );
});
