import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { sessionFiles } from './arc-description.ts';
import { pilotWrapper } from './arc-wrapper.ts';

const tellsAll = `console.log(JSON.stringify(process.env)); process.exitCode = 5;`;

describe('the wrapper on a worker node', () => {
  let folder: string;
  const run = async (node: string, environment: Record<string, string> = {}) => {
    const script = join(folder, sessionFiles.wrapper);
    await writeFile(script, pilotWrapper(node), { mode: 0o700 });
    return spawnSync('/bin/sh', [script], {
      cwd: folder,
      encoding: 'utf8',
      env: { PATH: process.env['PATH'], ...environment },
    });
  };
  const program = async (name: string, text: string): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, text);
    await chmod(path, 0o755);
    return path;
  };
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wm-wrapper-'));
    await writeFile(join(folder, sessionFiles.pilot), tellsAll);
    await writeFile(join(folder, sessionFiles.configuration), '{}');
  });
  afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 20 }));

  it('becomes the pilot, with its exit code and folders of its own', async () => {
    const { status, stdout } = await run(process.execPath);
    assert.equal(status, 5);
    const environment = JSON.parse(stdout) as Record<string, string>;
    assert.ok(environment['WM_PILOT_CONFIG']?.endsWith(`/${sessionFiles.configuration}`));
    assert.ok(environment['TMPDIR'] !== undefined && existsSync(environment['TMPDIR']));
  });

  it('does not hand on the credentials that the service gave the job', async () => {
    const { stdout } = await run(process.execPath, { X509_USER_PROXY: '/p', BEARER_TOKEN: 't', OTHER: 'o' });
    const environment = JSON.parse(stdout) as Record<string, string>;
    assert.deepEqual(
      [environment['X509_USER_PROXY'], environment['BEARER_TOKEN'], environment['OTHER']],
      [undefined, undefined, 'o'],
    );
  });

  it('hands over to the pilot that brings its Node.js, with the same folders and no credential', async () => {
    const tells = 'echo "$0 $WM_PILOT_CONFIG $TMPDIR ${X509_USER_PROXY:-none}"; exit 6\n';
    await writeFile(join(folder, sessionFiles.singlePilot), tells);
    const { status, stdout } = await run('bring', { PATH: '/usr/bin:/bin', X509_USER_PROXY: '/p' });
    const places = [sessionFiles.singlePilot, sessionFiles.configuration, 'work/tmp'];
    assert.equal(stdout, `${places.map((name) => join(realpathSync(folder), name)).join(' ')} none\n`);
    assert.equal(status, 6);
  });

  it('says where there is no Node.js, and leaves no configuration behind', async () => {
    const { status, stderr } = await run('no-such-node');
    assert.equal(status, 127);
    assert.match(stderr, /There is no no-such-node on .*Node\.js 20/);
    assert.equal(existsSync(join(folder, sessionFiles.configuration)), false);
  });

  it('says when Node.js is too old', async () => {
    const { status, stderr } = await run(await program('old-node', '#!/bin/sh\necho v18.19.0\n'));
    assert.equal(status, 127);
    assert.match(stderr, /is v18\.19\.0: the pilot needs Node\.js 20/);
  });
});
