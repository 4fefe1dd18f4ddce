import assert from 'node:assert/strict';
import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { silentLogger } from '../kernel/logger.ts';
import { openConfiguration } from './configuration-holder.service.ts';
import type { ConfigurationHolder } from './configuration-holder.service.ts';

const text = (visibility: string): string => `vos: {}\nsites: {}\njobVisibility: ${visibility}\n`;
let folder: string;
let path: string;
let holder: ConfigurationHolder;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wm-configuration-'));
  path = join(folder, 'c.yaml');
  await writeFile(path, text('own'));
  const clock = { nowMs: () => 1 };
  holder = await openConfiguration({ path, clock, log: silentLogger, debounceMs: 5, checkEveryMs: 50 });
});
after(async () => {
  holder.close();
  await rm(folder, { recursive: true, force: true });
});

describe('the configuration in force', () => {
  it('is not replaced by a broken file, and says what is wrong with it', async () => {
    const inForce = holder.current();
    await writeFile(path, text('everybody'));
    assert.equal(await holder.reload(), false);
    assert.equal(holder.current(), inForce);
    assert.match(holder.lastError() ?? '', /c\.yaml:3:\d+ jobVisibility/);
    await writeFile(path, text('own'));
    assert.equal(await holder.reload(), false);
    assert.equal(holder.lastError(), undefined);
  });

  it('follows a file that is replaced, without a restart', async () => {
    const changed = Promise.withResolvers<string>();
    const forget = holder.onChange(({ values }) => changed.resolve(values.jobVisibility));
    holder.watch();
    await writeFile(`${path}.new`, text('vo'));
    await rename(`${path}.new`, path);
    assert.equal(await changed.promise, 'vo');
    assert.equal(holder.current().values.jobVisibility, 'vo');
    forget();
  });

  it('survives a listener that throws', async () => {
    holder.onChange(() => {
      throw new Error('no');
    });
    await writeFile(path, text('group'));
    await holder.reload();
    assert.equal(holder.current().values.jobVisibility, 'group');
  });
});
