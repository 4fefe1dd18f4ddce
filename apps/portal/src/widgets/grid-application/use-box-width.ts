/** How wide the window of an application is, and what fits side by side in it. */
import { useCallback, useState, type RefCallback } from 'react';
import type { Width } from '../use-width.ts';

/** The box to measure, and its width in pixels; undefined before it is drawn. */
export function useBoxWidth(): readonly [RefCallback<HTMLElement>, number | undefined] {
  const [width, setWidth] = useState<number>();
  const measure = useCallback((element: HTMLElement | null) => {
    if (element === null) return undefined;
    const observer = new ResizeObserver(([entry]) => setWidth(entry?.contentRect.width));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [measure, width];
}

export type Room =
  /** Selectors, list and drawer side by side. */
  | 'wide'
  /** Selectors would leave no room for the list beside the drawer: they are folded. */
  | 'tight'
  /** Selectors lie over the list when they are opened. */
  | 'narrow';

/** False where rows are cards, one below the other: on a phone held upright. Who made a window narrow chose its columns. */
export const hasRoomForColumns = (screen: Width, width: number | undefined): boolean =>
  screen !== 'phone' || width === undefined || width >= 480;

export function roomFor(width: number | undefined, hasDrawer: boolean): Room {
  if (width === undefined) return 'wide';
  if (width < 640) return 'narrow';
  return hasDrawer && width < 1120 ? 'tight' : 'wide';
}
