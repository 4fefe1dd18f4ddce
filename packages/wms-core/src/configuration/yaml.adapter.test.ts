import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { isWmsError } from '../kernel/wms-error.ts';
import type { LocatedFault } from './configuration-fault.ts';
import { readConfiguration } from './yaml.adapter.ts';

const clock = { nowMs: () => 7 };
let folder: string;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wm-configuration-'));
});
after(() => rm(folder, { recursive: true, force: true }));

const written = async (text: string, name = 'configuration.yaml'): Promise<string> => {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
};

const faultsOf = async (path: string): Promise<readonly LocatedFault[]> => {
  const error: unknown = await readConfiguration({ path, clock }).then(
    () => undefined,
    (cause: unknown) => cause,
  );
  assert.ok(isWmsError(error), 'the configuration was accepted');
  assert.equal(error.code, 'configuration.invalid');
  return (error.details['faults'] ?? []) as readonly LocatedFault[];
};

const at = (faults: readonly LocatedFault[]): readonly string[] =>
  faults.map(({ path, line, column }) => `${path.join('.')} ${line}:${column}`);

describe('reading the configuration', () => {
  it('fills in every default and notes when it was read', async () => {
    const path = await written(
      'vos: { a: { groups: { a_user: { properties: [NormalUser] } } } }\nsites: {}\n',
    );
    const snapshot = await readConfiguration({ path, clock });
    assert.equal(snapshot.loadedAtMs, 7);
    assert.equal(snapshot.values.limits.sandboxFiles, 1000);
    assert.equal(snapshot.values.vos['a']?.groups['a_user']?.jobShare, 1000);
  });

  it('gives one version to equal values, however they are written', async () => {
    const one = await readConfiguration({ path: await written('vos: {}\nsites: {}\n'), clock });
    const two = await readConfiguration({ path: await written('sites: {}\n# nothing\nvos: {}\n'), clock });
    const three = await readConfiguration({
      path: await written('sites: {}\nvos: {}\njobVisibility: vo\n'),
      clock,
    });
    assert.equal(one.version, two.version);
    assert.notEqual(one.version, three.version);
    assert.match(one.version, /^[0-9a-f]{64}$/);
  });

  it('reports every fault at once, each with its line and column', async () => {
    const path = await written(
      [
        'installation:',
        '  nmae: x',
        'vos:',
        '  a:',
        '    groups:',
        '      u: { properties: [NormalUsr] }',
        'sites:',
        '  Foo:',
        '    computingElements: {}',
        '  A.B.c:',
        '    computingElements:',
        '      x: { type: local, queues: { q: { maxTotalPilots: -1 } } }',
        '',
      ].join('\n'),
    );
    assert.deepEqual(at(await faultsOf(path)), [
      'installation.nmae 2:3',
      'vos.a.groups.u.properties.0 6:25',
      'sites.Foo 8:3',
      'sites.A.B.c.computingElements.x.queues.q.maxTotalPilots 12:40',
    ]);
  });

  it('names a missing key at the key above it', async () => {
    const faults = await faultsOf(await written('vos:\n  a:\n    share: 2\nsites: {}\n'));
    assert.deepEqual(at(faults), ['vos.a.groups 2:3']);
    assert.match(faults[0]?.message ?? '', /is missing/);
  });

  it('names the line of text that is no YAML', async () => {
    const faults = await faultsOf(await written('vos: {}\nsites: {\n  - x: [\n'));
    assert.ok(faults.length > 0);
    assert.ok(faults.every(({ line }) => line >= 2));
  });

  it('checks names that point to each other', async () => {
    const path = await written(
      'vos:\n  a:\n    defaultGroup: nobody\n    groups: { u: { properties: [], users: [ghost] } }\nsites: {}\n',
    );
    assert.deepEqual(at(await faultsOf(path)), ['vos.a.defaultGroup 3:5', 'vos.a.groups.u.users.0 4:44']);
  });

  it('refuses a file that is not there and a folder without YAML', async () => {
    await mkdir(join(folder, 'empty'));
    for (const path of [join(folder, 'nowhere.yaml'), join(folder, 'empty')]) {
      await assert.rejects(readConfiguration({ path, clock }), { code: 'configuration.invalid' });
    }
  });

  it('merges the files of a folder and refuses a key that two of them set', async () => {
    await mkdir(join(folder, 'many'));
    await written('vos: { a: { groups: {} } }\n', 'many/10-vos.yaml');
    await written('sites: {}\nvos: { b: { groups: {} } }\n', 'many/20-sites.yaml');
    await written('not yaml at all: [', 'many/notes.txt');
    const snapshot = await readConfiguration({ path: join(folder, 'many'), clock });
    assert.deepEqual(Object.keys(snapshot.values.vos), ['a', 'b']);
    await written('jobVisibility: vo\nsites: 3\n', 'many/30-again.yaml');
    const faults = await faultsOf(join(folder, 'many'));
    assert.deepEqual(
      faults.map(({ file, line }) => `${file}:${line}`),
      ['30-again.yaml:2'],
    );
  });
});
