import assert from 'node:assert/strict';
import { test } from 'node:test';
import { desktopCommand, type DesktopCommand, type KeyPress } from './desktop-keys.ts';

const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  key,
  code: '',
  altKey: false,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  ...more,
});

const table: readonly [string, KeyPress, DesktopCommand | undefined][] = [
  ['Ctrl K', press('k', { ctrlKey: true }), { kind: 'palette' }],
  ['⌘ K', press('k', { metaKey: true }), { kind: 'palette' }],
  ['Alt 3', press('3', { altKey: true, code: 'Digit3' }), { kind: 'focusNth', index: 2 }],
  [
    'Alt 3 where it writes a sign',
    press('£', { altKey: true, code: 'Digit3' }),
    { kind: 'focusNth', index: 2 },
  ],
  ['Alt →', press('ArrowRight', { altKey: true }), { kind: 'focusNeighbour', direction: 'right' }],
  ['Alt Shift ↑', press('ArrowUp', { altKey: true, shiftKey: true }), { kind: 'move', direction: 'up' }],
  ['Ctrl Alt +', press('+', { ctrlKey: true, altKey: true }), { kind: 'resize', axis: 'row', step: 5 }],
  ['Ctrl Alt −', press('-', { ctrlKey: true, altKey: true }), { kind: 'resize', axis: 'row', step: -5 }],
  ['?', press('?', { shiftKey: true }), { kind: 'help' }],
  ['a plain letter', press('k'), undefined],
  ['an arrow alone', press('ArrowRight'), undefined],
];

for (const [what, key, command] of table)
  test(`${what} asks for ${command?.kind ?? 'nothing of the desktop'}`, () => {
    assert.deepEqual(desktopCommand(key, false), command);
  });

test('a question mark typed into a field stays there', () => {
  assert.equal(desktopCommand(press('?', { shiftKey: true }), true), undefined);
});
