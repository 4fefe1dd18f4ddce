/** The keyboard map of the desktop as data (portal.md §1.8): what a key press asks for. Pure. */
import type { Axis, Direction } from './tiling.ts';

export interface KeyPress {
  readonly key: string;
  /** Physical key: Alt with a digit writes other characters on some keyboards. */
  readonly code: string;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
}

export type DesktopCommand =
  | { readonly kind: 'palette' }
  | { readonly kind: 'help' }
  | { readonly kind: 'focusNth'; readonly index: number }
  | { readonly kind: 'focusNeighbour'; readonly direction: Direction }
  | { readonly kind: 'move'; readonly direction: Direction }
  | { readonly kind: 'resize'; readonly axis: Axis; readonly step: number };

const arrows: Readonly<Record<string, Direction>> = {
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
};

const stepPercent = 5;

/** Undefined: not the desktop's. `isTyping` = the key is going into a field. */
export function desktopCommand(press: KeyPress, isTyping: boolean): DesktopCommand | undefined {
  const { key, code, altKey, shiftKey } = press;
  const ctrl = press.ctrlKey || press.metaKey;
  if (ctrl && !altKey && !shiftKey && key.toLowerCase() === 'k') return { kind: 'palette' };
  if (ctrl && altKey && /^(?:\+|=|-|_)$/.test(key))
    return {
      kind: 'resize',
      axis: shiftKey ? 'column' : 'row',
      step: /[+=]/.test(key) ? stepPercent : -stepPercent,
    };
  if (altKey && !ctrl) {
    const digit = /^(?:Digit|Numpad)([1-9])$/.exec(code)?.[1];
    if (digit !== undefined && !shiftKey) return { kind: 'focusNth', index: Number(digit) - 1 };
    const direction = arrows[key];
    if (direction !== undefined) return { kind: shiftKey ? 'move' : 'focusNeighbour', direction };
    return undefined;
  }
  if (key === '?' && !ctrl && !isTyping) return { kind: 'help' };
  return undefined;
}

/** The map as people read it. */
export const keyHelp: readonly {
  readonly title: string;
  readonly rows: readonly (readonly [string, string])[];
}[] = [
  {
    title: 'Everywhere',
    rows: [
      ['Ctrl K', 'Command palette'],
      ['?', 'This list'],
      ['Alt 1 … 9', 'Go to window n'],
      ['Alt ← → ↑ ↓', 'Go to the window beside'],
      ['Alt Shift ← → ↑ ↓', 'Move the window, split'],
      ['Ctrl Alt + / −', 'Wider or narrower by 5 %, with Shift higher or lower'],
      ['F8', 'Go to the newest message, such as one with Undo'],
      ['Esc', 'Close the topmost menu, dialog or drawer'],
    ],
  },
  {
    title: 'In lists',
    rows: [
      ['Enter', 'Details of the row'],
      ['Space', 'Tick the row'],
      ['Shift ↑ ↓', 'Extend the selection'],
      ['Ctrl A', 'Tick the page, twice: everything that matches'],
      ['j / k', 'Next, previous row'],
      ['Shift F10, Menu key', 'Context menu of the row'],
      ['Del', 'Delete what is ticked; it can be undone for a while'],
      ['/', 'Search field'],
      ['r', 'Refresh'],
      ['c', 'Copy the id'],
    ],
  },
];
