import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gridCommand, isTyping } from './grid-keys.ts';

const press = (
  key: string,
  modifiers: Partial<Record<'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey', true>> = {},
) => gridCommand({ key, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...modifiers });

test('letters move, select and act', () => {
  assert.equal(press('j'), 'next');
  assert.equal(press('ArrowUp', { shiftKey: true }), 'extendUp');
  assert.equal(press('Delete'), 'delete');
  assert.equal(press('a', { ctrlKey: true }), 'selectAll');
  assert.equal(press('a', { metaKey: true }), 'selectAll');
});

test('keys of the browser and the desktop are left alone', () => {
  assert.equal(press('r', { ctrlKey: true }), undefined);
  assert.equal(press('ArrowDown', { altKey: true }), undefined);
  assert.equal(press('F5'), undefined);
  assert.equal(press('Enter'), undefined);
  assert.equal(press('toString'), undefined);
});

test('while a field is typed into its keys are its own', () => {
  assert.ok(isTyping({ tagName: 'INPUT' }));
  assert.ok(!isTyping({ tagName: 'DIV' }));
});
