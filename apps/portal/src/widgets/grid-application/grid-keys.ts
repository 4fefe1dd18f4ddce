/**
 * The keyboard map of a grid application (portal.md §1.8) as data: what a key press asks for. Arrows, Space,
 * Enter, Shift+F10 and the Menu key belong to the grid of the kit.
 */
export type GridCommand =
  | 'next'
  | 'previous'
  | 'extendDown'
  | 'extendUp'
  | 'selectAll'
  | 'delete'
  | 'refresh'
  | 'search'
  | 'copyId'
  | 'leave';

export interface KeyPress {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
  readonly altKey: boolean;
}

const bare: Readonly<Record<string, GridCommand>> = {
  j: 'next',
  k: 'previous',
  Delete: 'delete',
  r: 'refresh',
  '/': 'search',
  c: 'copyId',
  Escape: 'leave',
};

const shifted: Readonly<Record<string, GridCommand>> = {
  ArrowDown: 'extendDown',
  ArrowUp: 'extendUp',
};

/** Undefined: not ours, the browser or the desktop may have it. */
export function gridCommand(press: KeyPress): GridCommand | undefined {
  if (press.altKey) return undefined;
  if (press.ctrlKey || press.metaKey)
    return press.key.toLowerCase() === 'a' && !press.shiftKey ? 'selectAll' : undefined;
  const table = press.shiftKey && press.key !== '/' ? shifted : bare;
  return Object.hasOwn(table, press.key) ? table[press.key] : undefined;
}

/** Keys belong to the field while one is typed into. */
export const isTyping = (target: {
  readonly tagName: string;
  readonly isContentEditable?: boolean;
}): boolean => /^(?:input|textarea|select)$/i.test(target.tagName) || target.isContentEditable === true;
