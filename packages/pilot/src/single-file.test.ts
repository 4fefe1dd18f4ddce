import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { bundlePilot } from './bundle.ts';
import { makeSingleFile } from './single-file.ts';
import { filesIn, makePilotWorld } from './testing/pilot-world.ts';

const folder = mkdtempSync(join(tmpdir(), 'wm-single-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const usual = [
  'sh',
  'tail',
  'head',
  'tar',
  'gzip',
  'sha256sum',
  'uname',
  'mkdir',
  'mv',
  'rm',
  'dirname',
  'cat',
  'echo',
];

/** A search path that holds what every node has, and no Node.js. */
function bareTools(name: string, without: readonly string[] = []): string {
  const tools = join(folder, name);
  mkdirSync(tools);
  for (const program of usual.filter((each) => !without.includes(each)))
    for (const place of ['/usr/bin', '/bin'])
      if (existsSync(join(place, program)) && !existsSync(join(tools, program)))
        symlinkSync(join(place, program), join(tools, program));
  return tools;
}

interface Outcome {
  readonly code: number;
  readonly output: string;
}

const run = (file: string, environment: Readonly<Record<string, string>>): Promise<Outcome> =>
  new Promise((resolve) => {
    execFile('/bin/sh', [file], { env: environment, timeout: 60_000 }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), output: stdout + stderr }),
    );
  });

/** The single file in a folder of its own. */
function placed(source: string, name: string): string {
  const place = join(folder, name);
  mkdirSync(place);
  copyFileSync(source, join(place, 'pilot.run'));
  return join(place, 'pilot.run');
}

describe('the pilot as one file with its own Node.js', () => {
  const bundle = join(folder, 'pilot.mjs');
  const single = join(folder, 'pilot.run');
  let tools: string;
  before(async () => {
    await bundlePilot(bundle);
    await makeSingleFile({ pilotFile: bundle, outFile: single });
    tools = bareTools('tools');
  });

  test('is made anew only when its parts are newer', async () => {
    assert.equal(await makeSingleFile({ pilotFile: bundle, outFile: single }), false);
    assert.deepEqual(
      readdirSync(folder).filter((name) => name.startsWith('.')),
      [],
    );
  });

  test('runs a job on a node without Node.js, and unpacks itself once for all pilots there', async () => {
    const file = placed(single, 'bare');
    for (const round of [1, 2]) {
      await using world = await makePilotWorld();
      world.server.addJob({
        jdl: '[Executable = "/bin/echo"; Arguments = "here"; OutputSandbox = {"std.out"};]',
      });
      const configuration = join(folder, `bare-${round}.json`);
      writeFileSync(configuration, JSON.stringify(world.configuration()), { mode: 0o600 });
      const { code, output } = await run(file, { PATH: tools, WM_PILOT_CONFIG: configuration });
      assert.equal(code, 0, output);
      assert.deepEqual(
        await filesIn([...world.server.outputs.values()][0]),
        new Map([['std.out', 'here\n']]),
      );
    }
    assert.equal(readdirSync(join(folder, 'bare')).filter((name) => name.startsWith('runtime-')).length, 1);
  });

  test('takes the Node.js of the node when that is new enough', async () => {
    const own = bareTools('with-node');
    writeFileSync(
      join(own, 'node'),
      `#!/bin/sh\ntest "$1" = --version && echo v22.1.0 || echo "taken for $1"\n`,
    );
    chmodSync(join(own, 'node'), 0o755);
    const file = placed(single, 'with-own');
    assert.match((await run(file, { PATH: own })).output, /^taken for .*runtime-[0-9a-f]{16}\/pilot\.mjs\n$/);
    writeFileSync(join(own, 'node'), `#!/bin/sh\necho v18.0.0\n`);
    // The one it brings starts the pilot, which misses its configuration.
    assert.match((await run(file, { PATH: own })).output, /WM_PILOT_CONFIG must name/);
  });

  test('that was damaged on the way says so, and leaves neither credential nor files', async () => {
    const file = placed(single, 'damaged');
    const bytes = readFileSync(file);
    bytes[bytes.length - 1000] = (bytes[bytes.length - 1000] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    const configuration = join(folder, 'damaged.json');
    writeFileSync(configuration, '{}');
    const { code, output } = await run(file, { PATH: tools, WM_PILOT_CONFIG: configuration });
    assert.equal(code, 127);
    assert.match(
      output,
      /^The pilot cannot start on \S+: its file is damaged \(SHA-256 [0-9a-f]{64} instead of/,
    );
    assert.equal(existsSync(configuration), false);
    assert.deepEqual(readdirSync(join(folder, 'damaged')), ['pilot.run']);
  });

  test('on a node without gzip says what it needs', async () => {
    const { code, output } = await run(single, { PATH: bareTools('no-gzip', ['gzip']) });
    assert.equal(code, 127);
    assert.match(output, /it needs gzip and tar to unpack itself/);
  });

  test('on another system says what it was made for', async () => {
    const other = bareTools('other', ['uname']);
    writeFileSync(join(other, 'uname'), `#!/bin/sh\necho SunOS sparc\n`);
    chmodSync(join(other, 'uname'), 0o755);
    const { code, output } = await run(placed(single, 'elsewhere'), { PATH: other });
    assert.equal(code, 127);
    assert.match(output, /this is SunOS sparc, and it brings a Node\.js for Linux/);
  });
});
