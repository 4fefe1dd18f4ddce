import assert from 'node:assert/strict';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { busyboxIsMissing, importToPodman, makeImageFolder } from '../../testing/container-images.ts';
import { addScript, commandLines, jdl, outputOf } from '../../testing/jobs.ts';
import { makePilotWorld } from '../../testing/pilot-world.ts';
import { bubblewrapContainer } from './bubblewrap-container.ts';
import type { ContainerEngine } from './container-engine.ts';
import { containerEngines, openImage, tagsWithContainers } from './index.ts';
import { podman } from './podman.ts';
import { registryReference } from './registry-reference.ts';

const isMissing = async (engine: ContainerEngine): Promise<string | false> =>
  busyboxIsMissing || ((await engine.works()) ? false : `needs a working ${engine.name}`);

/** One folder for all tests of this file. */
let image: ReturnType<typeof makeImageFolder>;
before(() => {
  if (!busyboxIsMissing) image = makeImageFolder();
});
after(() => image?.remove());

const look = [
  '. /etc/os-release; echo "system=$ID"; echo "home=$HOME here=$(echo *)"; id -u',
  'echo kept > "$TMPDIR/x" && cat /tmp/x; touch /bin/x || echo read-only; ls "$HOME"; test -e /usr && echo NODE',
  'echo "$COLOUR"; echo "$X509_USER_PROXY$WM_PILOT_CONFIG"; test -e /proc/1/stat && echo proc',
].join('\n');

/** What every engine must do with an image that holds busybox alone. */
function runsPayloads(engine: ContainerEngine, name: () => string, skip: string | false): void {
  it(
    'a script of the sandbox sees the files of the image, its own folder, and nothing else',
    { skip },
    async () => {
      await using world = await makePilotWorld();
      await addScript(world, look, { ContainerImage: name(), ExecutionEnvironment: 'COLOUR=deep%20blue' });
      await world.run();
      const output = await outputOf(world);
      const text = output.get('std.out') ?? '';
      for (const line of ['system=wm-test', 'kept', 'read-only', 'deep blue', 'proc'])
        assert.ok(
          text.split('\n').includes(line),
          `${line} is missing in\n${text}${output.get('std.err') ?? ''}`,
        );
      assert.match(text, /home=\/wm-job here=.*run\.sh/);
      assert.doesNotMatch(text, /NODE/);
      const { Isolation, ContainerImage, ExitCode } = world.server.parametersOf(1);
      assert.deepEqual([Isolation, ContainerImage, ExitCode], [engine.name, name(), '0']);
    },
  );

  it('a program of the image runs, and its exit code is kept', { skip }, async () => {
    await using world = await makePilotWorld();
    const Arguments = "-c 'echo in; exit 7'";
    world.server.addJob({
      jdl: jdl({ Executable: 'sh', Arguments, ContainerImage: name(), OutputSandbox: ['std.out'] }),
    });
    await world.run();
    assert.equal(world.server.parametersOf(1)['ExitCode'], '7');
    assert.equal((await outputOf(world)).get('std.out'), 'in\n');
  });

  it('a payload beyond its limits is ended, and nothing of it is left', { skip }, async () => {
    await using world = await makePilotWorld();
    const mark = `7${Date.now()}`;
    const hog = jdl({
      Executable: 'sh',
      Arguments: `-c 'sleep ${mark} & head -c 200000000 /dev/zero | tail -c 150000000 | sleep ${mark}'`,
      ContainerImage: name(),
    });
    world.server.addJob({ jdl: hog.replace(/\]$/, 'JobRequirements = [ MemoryMiB = 40; ]; ]') });
    await world.run();
    assert.equal(world.server.reports.at(-1)?.minorStatus, 'Job has exceeded maximum memory limit');
    assert.ok(!commandLines().some((line) => line.includes(mark)));
  });
}

describe('payloads in a folder with an image', async () => {
  runsPayloads(bubblewrapContainer, () => image.path, await isMissing(bubblewrapContainer));
});

describe('payloads in an image of a registry', async () => {
  const skip = await isMissing(podman);
  let imported: ReturnType<typeof importToPodman>;
  before(() => {
    if (!skip) imported = importToPodman(image.path);
  });
  after(() => imported?.remove());
  runsPayloads(podman, () => imported.name, skip);

  it('one that cannot be fetched gives the job to another pilot, with the reason', { skip }, async () => {
    await using world = await makePilotWorld();
    world.server.addJob({ jdl: jdl({ Executable: 'sh', ContainerImage: '127.0.0.1:1/no/such:image' }) });
    await world.run();
    const last = world.server.reports.at(-1);
    assert.deepEqual([last?.reschedule, last?.minorStatus], [true, 'Container image not available']);
    assert.match(last?.applicationStatus ?? '', /127\.0\.0\.1:1/);
  });
});

describe('an image that is no way around the isolation', async () => {
  const skip = await isMissing(bubblewrapContainer);
  const refused = async (path: (folder: string) => string): Promise<string> => {
    await using world = await makePilotWorld();
    mkdirSync(join(world.folder, 'pilot'), { recursive: true });
    const asked = path(world.folder);
    world.server.addJob({ jdl: jdl({ Executable: '/bin/sh', ContainerImage: asked }) });
    await world.run({ hiddenDirectories: ['/var/lib'] });
    const last = world.server.reports.at(-1);
    return `${last?.status ?? 'given back'}: ${last?.minorStatus}: ${last?.applicationStatus?.replace(asked, '…')}`;
  };
  const forbidden =
    'Failed: Container image not available: … holds or lies in folders that are hidden from payloads.';
  const attacks: readonly [string, (folder: string) => string][] = [
    ['the node itself', () => '/proc/self/root'],
    ['the folder of all pilots', (folder) => folder],
    ['the folder of this pilot', (folder) => join(folder, 'pilot')],
    ['homes', () => '/home'],
    ['a folder above a hidden one', () => '/var'],
    ['devices', () => '/dev'],
    [
      'a link to a hidden folder',
      (folder) => {
        const link = `${image.path}-link`;
        if (!existsSync(link)) symlinkSync('/root', link);
        return folder === '' ? '' : link;
      },
    ],
  ];
  for (const [what, path] of attacks)
    it(`is not ${what}`, { skip }, async () => assert.equal(await refused(path), forbidden));

  it('nor a folder that is not there', { skip }, async () => {
    assert.equal(
      await refused(() => '/no/such/image'),
      'given back: Container image not available: … is no folder of this node.',
    );
  });
});

describe('the tools for images', () => {
  const engine = (name: string, ...forms: ContainerEngine['forms']): ContainerEngine => ({
    name,
    forms,
    works: () => Promise.resolve(true),
    open: () => Promise.reject(new Error(`opened by ${name}`)),
  });

  it('what was found is offered, whatever the queue was said to have', () => {
    const tags = ['EU', 'ContainerRegistry', 'ContainerFile'];
    assert.deepEqual(tagsWithContainers(tags, []), ['EU']);
    assert.deepEqual(tagsWithContainers(tags, [engine('a', 'folder')]), ['EU', 'ContainerFolder']);
  });

  it('the first that knows the form of an image opens it', async () => {
    const engines = [engine('a', 'folder'), engine('b', 'folder', 'registry')];
    const places = { work: '/w', temporary: '/t', hidden: [] };
    const open = (image: string) =>
      openImage(engines, { image, places, scratch: '/s', signal: new AbortController().signal });
    await assert.rejects(open('/some/image'), /opened by a/);
    await assert.rejects(open('python'), /opened by b/);
    await assert.rejects(open('/some/image.sif'), /no tool that runs/);
  });

  it('every form has an engine', () => {
    const forms = new Set(containerEngines.flatMap(({ forms }) => forms));
    assert.deepEqual([...forms].toSorted(), ['file', 'folder', 'registry']);
  });

  for (const [written, full] of [
    ['python', 'docker.io/library/python'],
    ['docker://python:3.13', 'docker.io/library/python:3.13'],
    ['some/tool:1', 'docker.io/some/tool:1'],
    ['quay.io/some/tool@sha256:abc', 'quay.io/some/tool@sha256:abc'],
    ['localhost:5000/tool', 'localhost:5000/tool'],
    ['localhost/tool', 'localhost/tool'],
  ] as const)
    it(`${written} is ${full} in full`, () => assert.equal(registryReference(written), full));
});
