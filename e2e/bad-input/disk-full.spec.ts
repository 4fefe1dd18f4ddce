/**
 * A sandbox store without space left: uploads are refused in clear words, nothing of them stays, and the server
 * goes on. The store lies on a small file system of its own; without the right to mount one the test is skipped.
 */
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { announce, pack, sendThrough, store } from './archives.ts';
import { expectPlainRefusal, expectRefusal } from './refusals.ts';
import { openStrictWorld, submit } from './strict-world.ts';

const storeBytes = 131_072;
const noise = (bytes: number) => crypto.getRandomValues(new Uint8Array(bytes));
const archiveOf = (bytes: number) =>
  pack(
    Array.from({ length: Math.ceil(bytes / 60_000) }, (_, n) => ({ name: `noise${n}`, body: noise(60_000) })),
  );

/** A tmpfs; undefined where it may not be mounted. */
async function mountSmall(): Promise<{ dataFolder: string; unmount: () => Promise<void> } | undefined> {
  const dataFolder = await mkdtemp(join(tmpdir(), 'wm-disk-full-'));
  const sandboxes = join(dataFolder, 'sandboxes');
  await mkdir(sandboxes);
  const mount = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${storeBytes}`, 'tmpfs', sandboxes]);
  const clean = () => rm(dataFolder, { recursive: true, force: true });
  if (mount.status !== 0) {
    await clean();
    return undefined;
  }
  return {
    dataFolder,
    unmount: async () => {
      spawnSync('umount', [sandboxes]);
      await clean();
    },
  };
}

test('an upload into a full sandbox store is refused, nothing of it stays, and the server goes on (storage.full)', async () => {
  const disk = await mountSmall();
  test.skip(disk === undefined, 'mounting a small file system needs root');
  if (disk === undefined) return;
  try {
    await using world = await openStrictWorld({ dataFolder: disk.dataFolder });
    const user = await world.userWithProxy('mkolar', 'access_user');
    const kept = await store(
      world.url,
      user,
      await pack([{ name: 'run.sh', body: '#!/bin/sh\necho fits\n' }]),
    );
    const before = await world.sandboxFiles();

    const large = await archiveOf(180_000);
    const door = await announce(user, large);
    expectPlainRefusal(await sendThrough(world.url, door, large), {
      code: 'storage.full',
      status: 507,
      says: /no space left; nothing was stored. Try again later or tell the operators/,
    });
    expect(await world.sandboxFiles()).toEqual(before);
    await expectRefusal(user.client.call('GET /api/jobs/sandbox', { query: { pfn: door.pfn } }), {
      code: 'sandbox.not-found',
      status: 400,
      says: /not stored here/,
    });

    // What was stored is still handed out, what fits is still taken, jobs are still accepted.
    const { url } = await user.client.call('GET /api/jobs/sandbox', { query: { pfn: kept } });
    expect((await fetch(new URL(url, world.url))).status).toBe(200);
    await store(world.url, user, await archiveOf(60_000));
    const jobId = await submit(
      user,
      `[ Executable = "run.sh"; InputSandbox = {"${kept}"}; Site = "EGI.Idle.org"; ]`,
    );
    expect(jobId).toBeGreaterThan(0);
  } finally {
    await disk.unmount();
  }
});
