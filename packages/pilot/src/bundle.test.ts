import assert from 'node:assert/strict';
import { execFile, execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { bundlePilot } from './bundle.ts';
import { bubblewrap } from './job-wrapper/isolation.ts';
import { testToken } from './testing/contract-server.ts';
import { archiveOf, filesIn, makePilotWorld, type PilotWorld } from './testing/pilot-world.ts';

const folder = mkdtempSync(join(tmpdir(), 'wm-bundle-'));
const bundle = join(folder, 'pilot.mjs');
after(() => rmSync(folder, { recursive: true, force: true }));

/** A Node.js 20 or newer of the machine itself, as a worker node has it. */
function systemNode(): string | undefined {
  for (const place of (process.env['PATH'] ?? '').split(delimiter)) {
    const path = join(place, 'node');
    if (place.includes('node_modules') || !existsSync(path)) continue;
    const version = execFileSync(path, ['--version'], { encoding: 'utf8' });
    if (Number.parseInt(version.slice(1), 10) >= 20) return path;
  }
  return undefined;
}

/** Runs the bundle as a batch system would: empty environment, configuration in a file. */
function runBundle(world: PilotWorld, node: string, file: string): Promise<{ code: number; output: string }> {
  writeFileSync(file, JSON.stringify(world.configuration()), { mode: 0o600 });
  return new Promise((resolve) => {
    execFile(node, [bundle], { env: { WM_PILOT_CONFIG: file }, timeout: 30_000 }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code ?? -1), output: stdout + stderr }),
    );
  });
}

const snoop = `
env
cat /proc/*/environ /proc/*/cmdline "$CONFIG" 2>/dev/null | tr '\\0' '\\n'
grep -s "test-secre[t]" /proc/*/environ /proc/*/cmdline /proc/*/mem "$FOLDER" && echo FOUND
echo looked
`;

describe('the bundled pilot', async () => {
  await bundlePilot(bundle);

  test('is made anew only when a source is newer', async () => {
    assert.equal(await bundlePilot(bundle), false);
  });

  const node = systemNode();
  const skip = node === undefined ? 'no Node.js 20 or newer outside this project' : false;
  test("runs a job under the machine's own Node.js", { skip }, async () => {
    await using world = await makePilotWorld();
    world.server.addJob({
      jdl: '[Executable = "/bin/echo"; Arguments = "here"; OutputSandbox = {"std.out"};]',
    });
    const { code, output } = await runBundle(world, node ?? '', join(folder, 'node.json'));
    assert.equal(code, 0, output);
    assert.deepEqual(world.server.faults, []);
    assert.deepEqual(await filesIn([...world.server.outputs.values()][0]), new Map([['std.out', 'here\n']]));
  });

  const noBubblewrap = (await bubblewrap.works()) ? false : 'bubblewrap does not work here';
  test('keeps its token from the payload, also in /proc', { skip: noBubblewrap }, async () => {
    await using world = await makePilotWorld();
    const file = join(folder, 'secret.json');
    const text = `CONFIG=${file}\nFOLDER=${world.folder}\n${snoop}`;
    const inputSandboxes = [world.server.addInput(await archiveOf({ 'snoop.sh': text }))];
    world.server.addJob({ jdl: '[Executable = "snoop.sh"; OutputSandbox = {"std.*"};]', inputSandboxes });
    const { code, output } = await runBundle(world, process.execPath, file);
    assert.equal(code, 0, output);
    const seen = [...(await filesIn([...world.server.outputs.values()][0])).values()].join('');
    assert.match(seen, /looked/);
    assert.ok(!seen.includes(testToken) && !seen.includes('FOUND') && !seen.includes('WM_PILOT_CONFIG'));
    assert.ok(!existsSync(file));
    assert.ok(!output.includes(testToken) && !world.server.log.includes(testToken));
  });

  test('says what is wrong with its configuration, without the token', async () => {
    const file = join(folder, 'wrong.json');
    writeFileSync(file, JSON.stringify({ serverUrl: 'http://127.0.0.1:1', token: testToken }));
    const { code, output } = await new Promise<{ code: number; output: string }>((resolve) => {
      execFile(process.execPath, [bundle], { env: { WM_PILOT_CONFIG: file } }, (error, stdout, stderr) =>
        resolve({ code: Number(error?.code ?? 0), output: stdout + stderr }),
      );
    });
    assert.equal(code, 1);
    assert.equal(output, 'Pilot configuration: stamp must be a non-empty string.\n');
    assert.ok(!existsSync(file));
  });
});
