/**
 * The tiles of a desktop as a tree of splits, in the form react-mosaic draws. Pure functions over it: where
 * a new window goes, moving and resizing by keyboard, neighbours, reading order. Asked by `desktop-layout.ts`.
 */
export type Axis = 'row' | 'column';
export type Direction = 'left' | 'right' | 'up' | 'down';

export interface Split {
  readonly type: 'split';
  /** `row` lays out side by side, `column` one above the other. */
  readonly direction: Axis;
  readonly children: readonly Tiles[];
  /** Shares of the children, sum 100; equal when missing. */
  readonly splitPercentages?: readonly number[];
}

/** A window id, or a split. */
export type Tiles = string | Split;

/** In percent of the desktop. */
export interface Box {
  readonly id: string;
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

export const smallestShare = 10;

const axisOf = (direction: Direction): Axis =>
  direction === 'left' || direction === 'right' ? 'row' : 'column';
const isForward = (direction: Direction): boolean => direction === 'right' || direction === 'down';

export function sharesOf(split: Split): readonly number[] {
  const { children, splitPercentages } = split;
  if (splitPercentages?.length === children.length) return splitPercentages;
  return children.map(() => 100 / children.length);
}

export const leavesOf = (tiles: Tiles | null): readonly string[] =>
  tiles === null ? [] : typeof tiles === 'string' ? [tiles] : tiles.children.flatMap(leavesOf);

/** Every window's box. */
export function boxesOf(tiles: Tiles | null): readonly Box[] {
  const place = (node: Tiles, left: number, top: number, width: number, height: number): Box[] => {
    if (typeof node === 'string') return [{ id: node, left, top, width, height }];
    let before = 0;
    return node.children.flatMap((child, index) => {
      const share = (sharesOf(node)[index] ?? 0) / 100;
      const start = before;
      before += share;
      return node.direction === 'row'
        ? place(child, left + start * width, top, share * width, height)
        : place(child, left, top + start * height, width, share * height);
    });
  };
  return tiles === null ? [] : place(tiles, 0, 0, 100, 100);
}

/** One child needs no split; a split inside one of the same direction becomes part of it. */
function tidy(split: Split): Tiles | null {
  const [only] = split.children;
  if (only === undefined) return null;
  if (split.children.length === 1) return only;
  const shares = sharesOf(split);
  const total = shares.reduce((sum, share) => sum + share, 0);
  const children: Tiles[] = [];
  const splitPercentages: number[] = [];
  split.children.forEach((child, index) => {
    const share = ((shares[index] ?? 0) / total) * 100;
    if (typeof child !== 'string' && child.direction === split.direction) {
      children.push(...child.children);
      splitPercentages.push(...sharesOf(child).map((inner) => (inner * share) / 100));
    } else {
      children.push(child);
      splitPercentages.push(share);
    }
  });
  return { type: 'split', direction: split.direction, children, splitPercentages };
}

export function withoutLeaf(tiles: Tiles | null, id: string): Tiles | null {
  if (tiles === null || tiles === id) return null;
  if (typeof tiles === 'string') return tiles;
  const kept = tiles.children
    .map((child, index) => ({ child: withoutLeaf(child, id), share: sharesOf(tiles)[index] ?? 0 }))
    .filter((part): part is { child: Tiles; share: number } => part.child !== null);
  return tidy({
    ...tiles,
    children: kept.map((part) => part.child),
    splitPercentages: kept.map((part) => part.share),
  });
}

/** Puts a window at one side of another; the space of that one is shared, `share` percent for the new one. */
export function withLeafBeside(
  tiles: Tiles,
  besideId: string,
  id: string,
  direction: Direction,
  share = 50,
): Tiles {
  if (tiles === besideId) {
    const forward = isForward(direction);
    return {
      type: 'split',
      direction: axisOf(direction),
      children: forward ? [besideId, id] : [id, besideId],
      splitPercentages: forward ? [100 - share, share] : [share, 100 - share],
    };
  }
  if (typeof tiles === 'string') return tiles;
  const children = tiles.children.map((child) => withLeafBeside(child, besideId, id, direction, share));
  return tidy({ ...tiles, children, splitPercentages: sharesOf(tiles) }) ?? id;
}

/** Shares of a main window and the column beside it. */
const sideShare = 36;
const sideMost = 3;

/**
 * Where a new window goes: the first fills the desktop, the next ones stack in a column at the right, and
 * when that is full the largest window gives half of its space. `aspect` is width by height of the desktop.
 */
export function withNewLeaf(tiles: Tiles | null, id: string, aspect: number): Tiles {
  if (tiles === null) return id;
  if (typeof tiles === 'string')
    return withLeafBeside(tiles, tiles, id, aspect >= 1 ? 'right' : 'down', sideShare);
  const last = tiles.children.at(-1);
  const stack = last === undefined ? [] : leavesOf(last);
  const bottom = stack.at(-1);
  if (tiles.direction === 'row' && bottom !== undefined && stack.length < sideMost && aspect >= 1) {
    const column: Tiles = { type: 'split', direction: 'column', children: [...stack, id] };
    const isStack = stack.length === 1 || (typeof last !== 'string' && last?.direction === 'column');
    if (isStack && stack.length === 1)
      return { ...tiles, children: [...tiles.children.slice(0, -1), column] };
    if (isStack) return withLeafBeside(tiles, bottom, id, 'down');
  }
  const area = (box: Box): number => box.width * box.height;
  const [first, ...others] = boxesOf(tiles);
  if (first === undefined) return id;
  const largest = others.reduce((best, box) => (area(box) > area(best) + 0.01 ? box : best), first);
  const isWide = largest.width * aspect >= largest.height;
  return withLeafBeside(tiles, largest.id, id, isWide ? 'right' : 'down');
}

/** Window ids as they are read: by rows from the top, from left to right. */
export function readingOrder(tiles: Tiles | null): readonly string[] {
  return boxesOf(tiles)
    .toSorted((a, b) => (Math.abs(a.left - b.left) > 0.01 ? a.left - b.left : a.top - b.top))
    .map((box) => box.id);
}

/** The nearest window in a direction that lies opposite, or undefined at the edge. */
export function neighbourOf(tiles: Tiles | null, id: string, direction: Direction): string | undefined {
  const boxes = boxesOf(tiles);
  const own = boxes.find((box) => box.id === id);
  if (own === undefined) return undefined;
  const isRow = axisOf(direction) === 'row';
  const start = (box: Box): number => (isRow ? box.left : box.top);
  const end = (box: Box): number => (isRow ? box.left + box.width : box.top + box.height);
  const overlap = (box: Box): number =>
    isRow
      ? Math.min(box.top + box.height, own.top + own.height) - Math.max(box.top, own.top)
      : Math.min(box.left + box.width, own.left + own.width) - Math.max(box.left, own.left);
  const gap = (box: Box): number => (isForward(direction) ? start(box) - end(own) : start(own) - end(box));
  return boxes
    .filter((box) => box.id !== id && gap(box) > -0.01 && overlap(box) > 0.01)
    .toSorted((a, b) => gap(a) - gap(b) || overlap(b) - overlap(a))[0]?.id;
}

/**
 * Moves a window one place: it goes to the far side of its neighbour; at the edge of the desktop it takes
 * the whole edge. The same tiles when there is nothing to do.
 */
export function moved(tiles: Tiles, id: string, direction: Direction): Tiles {
  const rest = withoutLeaf(tiles, id);
  if (rest === null) return tiles;
  const neighbour = neighbourOf(tiles, id, direction);
  if (neighbour !== undefined) return withLeafBeside(rest, neighbour, id, direction);
  const forward = isForward(direction);
  const edge = tidy({
    type: 'split',
    direction: axisOf(direction),
    children: forward ? [rest, id] : [id, rest],
    splitPercentages: forward ? [64, 36] : [36, 64],
  });
  return edge ?? tiles;
}

/** Gives a window `step` percent points more (or less) of its nearest split along the axis. */
export function resized(tiles: Tiles, id: string, axis: Axis, step: number): Tiles {
  if (typeof tiles === 'string') return tiles;
  const index = tiles.children.findIndex((child) => leavesOf(child).includes(id));
  const child = tiles.children[index];
  if (child === undefined) return tiles;
  const inner = resized(child, id, axis, step);
  if (inner !== child) return { ...tiles, children: tiles.children.with(index, inner) };
  if (tiles.direction !== axis) return tiles;
  const boundary = index < tiles.children.length - 1 ? index : index - 1;
  return withBoundaryMoved(tiles, boundary, boundary === index ? step : -step);
}

/** Moves the line after child `boundary` of one split by `step` percent points, as far as there is room. */
function withBoundaryMoved(split: Split, boundary: number, step: number): Split {
  const shares = [...sharesOf(split)];
  const before = shares[boundary] ?? 0;
  const after = shares[boundary + 1] ?? 0;
  const room = before + after;
  const next = Math.min(Math.max(before + step, smallestShare), room - smallestShare);
  if (room < 2 * smallestShare || next === before) return split;
  shares[boundary] = next;
  shares[boundary + 1] = room - next;
  return { ...split, splitPercentages: shares };
}

/** A line between two tiles. */
export interface Boundary {
  readonly path: readonly number[];
  readonly index: number;
  readonly axis: Axis;
  /** Percent of the split before the line. */
  readonly atPercent: number;
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** All lines in the order in which the splitters stand in the page. */
export function boundariesOf(tiles: Tiles | null, path: readonly number[] = []): readonly Boundary[] {
  if (tiles === null || typeof tiles === 'string') return [];
  const shares = sharesOf(tiles);
  return tiles.children.flatMap((child, index) => {
    const next = tiles.children[index + 1];
    const inner = boundariesOf(child, [...path, index]);
    if (next === undefined) return inner;
    const atPercent = shares.slice(0, index + 1).reduce((sum, share) => sum + share, 0);
    const own = {
      path,
      index,
      axis: tiles.direction,
      atPercent,
      before: leavesOf(child),
      after: leavesOf(next),
    };
    return [...inner, own];
  });
}

export function boundaryMoved(tiles: Tiles, at: Pick<Boundary, 'path' | 'index'>, step: number): Tiles {
  if (typeof tiles === 'string') return tiles;
  const [head, ...rest] = at.path;
  if (head === undefined) return withBoundaryMoved(tiles, at.index, step);
  const child = tiles.children[head];
  if (child === undefined) return tiles;
  return {
    ...tiles,
    children: tiles.children.with(head, boundaryMoved(child, { path: rest, index: at.index }, step)),
  };
}

/** The tree with other names at its leaves. */
export const renamed = (tiles: Tiles, nameOf: (id: string) => string): Tiles =>
  typeof tiles === 'string'
    ? nameOf(tiles)
    : { ...tiles, children: tiles.children.map((child) => renamed(child, nameOf)) };

/** Anything stored becomes usable tiles: unknown and doubled windows are dropped. */
export function readTiles(stored: unknown, known: ReadonlySet<string>): Tiles | null {
  const seen = new Set<string>();
  const read = (node: unknown): Tiles | null => {
    if (typeof node === 'string') {
      if (!known.has(node) || seen.has(node)) return null;
      seen.add(node);
      return node;
    }
    if (typeof node !== 'object' || node === null || !('children' in node) || !Array.isArray(node.children))
      return null;
    const direction = 'direction' in node && node.direction === 'column' ? 'column' : 'row';
    const given: unknown = 'splitPercentages' in node ? node.splitPercentages : undefined;
    const shares = Array.isArray(given) ? given.map(Number) : [];
    const parts = node.children
      .map((child, index) => ({ child: read(child), share: shares[index] ?? Number.NaN }))
      .filter((part): part is { child: Tiles; share: number } => part.child !== null);
    const isSound = parts.every((part) => part.share > 0 && part.share <= 100);
    return tidy({
      type: 'split',
      direction,
      children: parts.map((part) => part.child),
      ...(isSound ? { splitPercentages: parts.map((part) => part.share) } : {}),
    });
  };
  return read(stored);
}
