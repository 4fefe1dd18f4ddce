/** The command line as people download it: one file, without this project beside it. */
import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, before, test } from 'node:test';
import { bundleCli } from './bundle.ts';

let folder: string;
let bundle: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wm-cli-bundle-'));
  bundle = join(folder, 'dirac.mjs');
  await bundleCli(bundle);
});
after(() => rm(folder, { recursive: true }));

/** A Node.js 20 or newer of the machine itself, as people have it. */
const systemNode = (process.env['PATH'] ?? '')
  .split(delimiter)
  .filter((place) => !place.includes('node_modules'))
  .map((place) => join(place, 'node'))
  .find(
    (path) =>
      existsSync(path) &&
      Number.parseInt(execFileSync(path, ['--version'], { encoding: 'utf8' }).slice(1), 10) >= 20,
  );

const run = (node: string, file: string, ...words: readonly string[]) =>
  new Promise<{ readonly code: number; readonly output: string }>((resolve) => {
    const env = { XDG_RUNTIME_DIR: folder };
    execFile(node, [file, ...words], { env, cwd: folder }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), output: stdout + stderr }),
    );
  });

test(
  "runs under the machine's own Node.js",
  { skip: systemNode === undefined && 'no Node.js 20 or newer outside this project' },
  async () => {
    const { code, output } = await run(systemNode ?? '', bundle);
    assert.equal(code, 0, output);
    assert.match(output, /dirac-wms-job-submit {2,}Submit jobs/);
  },
);

test('a link with the name of a command is that command', async () => {
  const link = join(folder, 'dirac-wms-job-status');
  await symlink(bundle, link);
  const { code, output } = await run(process.execPath, link, '1');
  assert.equal(code, 1);
  assert.match(output, /^dirac-wms-job-status: You are not logged in\. Log in first: dirac-login/);
});

test('is small', async () => {
  assert.ok((await stat(bundle)).size < 500_000);
});
