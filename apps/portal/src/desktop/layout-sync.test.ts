import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WmsError } from '@wm/wms-core/vocabulary';
import { emptyLayout, type Layout } from './desktop-layout.ts';
import { createLayoutSync, type LayoutPort } from './layout-sync.ts';

/** A server with one document, and a clock that is moved by hand. */
function aWorld(stored?: { revision: number; body: unknown }) {
  let document = stored;
  let isDown = false;
  const writes: unknown[] = [];
  const timers = new Set<() => void>();
  const port: LayoutPort = {
    read: async () => document,
    write: async (revision, body) => {
      if (isDown) throw new WmsError('service.unavailable', 'The server cannot be reached.');
      if (revision !== (document?.revision ?? 0)) throw new WmsError('conflict', 'Somebody else changed it.');
      document = { revision: revision + 1, body };
      writes.push(body);
      return { revision: revision + 1 };
    },
  };
  const sync = createLayoutSync({
    port,
    nowMs: () => 1000,
    later: (run) => {
      timers.add(run);
      return () => timers.delete(run);
    },
  });
  return {
    sync,
    writes,
    otherTabSaves: (body: unknown) => {
      document = { revision: (document?.revision ?? 0) + 1, body };
    },
    goDown: (down: boolean) => {
      isDown = down;
    },
    pendingTimers: () => timers.size,
    document: () => document,
  };
}

const tabs: Layout = { ...emptyLayout, view: 'tabs' };

test('changes in a short time are saved once, the last one', async () => {
  const { sync, writes, pendingTimers } = aWorld();
  sync.changed({ ...emptyLayout, isMenuOpen: false });
  sync.changed(tabs);
  assert.equal(pendingTimers(), 1);
  await sync.flush();
  assert.deepEqual(writes, [tabs]);
  assert.deepEqual(sync.state(), { kind: 'saved', atMs: 1000, overAnother: false });
});

test('what was loaded is not written again', async () => {
  const { sync, writes } = aWorld({ revision: 3, body: emptyLayout });
  const layout = await sync.load();
  assert.ok(layout);
  sync.changed(layout);
  await sync.flush();
  assert.equal(writes.length, 0);
});

test('the layout in front of the user wins over one saved elsewhere, and he is told', async () => {
  const { sync, otherTabSaves, document } = aWorld({ revision: 3, body: emptyLayout });
  await sync.load();
  otherTabSaves({ ...emptyLayout, isMenuOpen: false });
  sync.changed(tabs);
  await sync.flush();
  assert.deepEqual(document(), { revision: 5, body: tabs });
  assert.deepEqual(sync.state(), { kind: 'saved', atMs: 1000, overAnother: true });
});

test('while the server is away the layout waits and is saved later', async () => {
  const { sync, goDown, writes, pendingTimers } = aWorld();
  goDown(true);
  sync.changed(tabs);
  await sync.flush();
  assert.equal(sync.state().kind, 'failed');
  assert.equal(pendingTimers(), 1);
  goDown(false);
  await sync.flush();
  assert.deepEqual(writes, [tabs]);
});

test('a layout of a newer portal is not touched', async () => {
  const { sync, writes } = aWorld({ revision: 1, body: { version: 99 } });
  assert.equal(await sync.load(), undefined);
  sync.changed(tabs);
  await sync.flush();
  assert.equal(writes.length, 0);
  assert.equal(sync.state().kind, 'foreign');
});
