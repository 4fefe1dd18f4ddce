import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  activeDesktop,
  emptyLayout,
  findWindow,
  readLayout,
  reduceLayout,
  windowsInOrder,
  type Layout,
  type LayoutAction,
} from './desktop-layout.ts';

const aWindow = (id: string, applicationId = 'job-monitor') => ({
  id,
  applicationId,
  stateVersion: 1,
  state: {},
});
const open = (id: string, applicationId?: string): LayoutAction => ({
  kind: 'open',
  window: aWindow(id, applicationId),
  aspect: 1.6,
});
const after = (...actions: LayoutAction[]): Layout => actions.reduce(reduceLayout, emptyLayout);

test('an opened window has the focus and is found by its application', () => {
  const layout = after(open('w1'), open('w2', 'notepad'));
  assert.equal(activeDesktop(layout).activeId, 'w2');
  assert.equal(findWindow(layout, 'job-monitor'), 'w1');
});

test('closing the active window hands the focus on, and its state goes with it', () => {
  const layout = after(open('w1'), open('w2'), { kind: 'close', windowId: 'w2' });
  assert.equal(activeDesktop(layout).activeId, 'w1');
  assert.deepEqual(Object.keys(layout.windows), ['w1']);
});

test('focusing a window of another desktop shows that desktop', () => {
  const layout = after(open('w1'), { kind: 'addDesktop', id: 'd2', name: 'Shift view' }, open('w2'), {
    kind: 'focus',
    windowId: 'w1',
  });
  assert.equal(layout.activeDesktopId, 'default');
});

test('while a window is maximised, going to another one maximises that', () => {
  const layout = after(
    open('w1'),
    open('w2'),
    { kind: 'maximise', windowId: 'w2' },
    { kind: 'focusNth', index: 0 },
  );
  assert.equal(activeDesktop(layout).maximisedId, 'w1');
});

test('a window can be sent to another desktop', () => {
  const layout = after(
    open('w1'),
    { kind: 'addDesktop', id: 'd2', name: 'Two' },
    { kind: 'toDesktop', windowId: 'w1', desktopId: 'd2', aspect: 1 },
  );
  assert.deepEqual(
    windowsInOrder(layout).map((record) => record.id),
    ['w1'],
  );
  assert.equal(layout.desktops[0]?.tiles, null);
});

test('the last desktop stays; removing another one closes its windows', () => {
  const layout = after(open('w1'), { kind: 'addDesktop', id: 'd2', name: 'Two' }, open('w2'));
  const removed = reduceLayout(layout, { kind: 'removeDesktop', id: 'd2' });
  assert.deepEqual(Object.keys(removed.windows), ['w1']);
  assert.equal(reduceLayout(removed, { kind: 'removeDesktop', id: 'default' }), removed);
});

test('a layout survives being stored', () => {
  const layout = after(
    open('w1'),
    open('w2'),
    { kind: 'view', view: 'tabs' },
    { kind: 'addDesktop', id: 'd2', name: 'Two' },
  );
  assert.deepEqual(readLayout(JSON.parse(JSON.stringify(layout))), layout);
});

test('a layout of a newer portal is left alone, nonsense is none', () => {
  assert.equal(readLayout({ ...emptyLayout, version: 2 }), undefined);
  assert.equal(readLayout('nonsense'), undefined);
  assert.equal(readLayout({ version: 1, windows: {}, desktops: [] }), undefined);
});

test('windows that stand nowhere are dropped', () => {
  const layout = after(open('w1'));
  const stored = { ...layout, windows: { ...layout.windows, lost: aWindow('lost') } };
  assert.deepEqual(Object.keys(readLayout(stored)?.windows ?? {}), ['w1']);
});
