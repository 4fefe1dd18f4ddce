import assert from 'node:assert/strict';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { silentLogger, type Logger } from '../../kernel/logger.ts';
import { createFakeClock } from '../../testing/index.ts';
import { createVomsFolders } from './voms-folders.adapter.ts';

let folder: string;
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'wm-voms-'))));
afterEach(() => rm(folder, { recursive: true }));

const line = (host: string, vo: string): string => `"${vo}" "${host}" "15000" "/CN=${host}" "${vo}" "24"\n`;

async function write(name: string, text: string): Promise<void> {
  await mkdir(join(folder, name, '..'), { recursive: true });
  await writeFile(join(folder, name), text);
}

const open = (clock = createFakeClock(), log: Logger = silentLogger) =>
  createVomsFolders({ vomses: join(folder, 'vomses'), vomsdir: join(folder, 'vomsdir'), clock, log });

const hostsOf = async (source: ReturnType<typeof open>, vo: string): Promise<readonly string[]> =>
  (await source.current()).servers.filter((server) => server.vo === vo).map(({ host }) => host);

test('without the folders nothing is known, and nothing is wrong', async () => {
  const told: string[] = [];
  const log = { ...silentLogger, error: (_: unknown, event: string) => void told.push(event) };
  const known = await open(createFakeClock(), log).current();
  assert.deepEqual(known.servers, []);
  assert.equal(known.lsc('vo', 'voms.example.org'), undefined);
  assert.deepEqual(told, []);
});

test('servers come from all files, or from the one file, of their VO only', async () => {
  await write('vomses/vo', line('a.example.org', 'vo') + line('b.example.org', 'vo'));
  await write('vomses/other', line('c.example.org', 'other'));
  await write('vomses/.hidden', line('d.example.org', 'vo'));
  await write('vomses/vo~', line('e.example.org', 'vo'));
  assert.deepEqual(await hostsOf(open(), 'vo'), ['a.example.org', 'b.example.org']);
  await rm(join(folder, 'vomses'), { recursive: true });
  await write('vomses', line('f.example.org', 'vo'));
  assert.deepEqual(await hostsOf(open(), 'vo'), ['f.example.org']);
});

test('trust is looked up by VO and host, whatever they look like', async () => {
  await write('vomsdir/vo/Voms.example.org.lsc', '/CN=voms\n/CN=ca\n');
  await write('vomsdir/vo/readme.txt', 'not a name');
  await write('secret.lsc', '/CN=voms\n/CN=ca\n');
  const { lsc } = await open().current();
  assert.deepEqual(lsc('vo', 'voms.example.org'), [{ subject: '/CN=voms', issuer: '/CN=ca' }]);
  for (const [vo, host] of [
    ['other', 'voms.example.org'],
    ['vo', 'readme'],
    ['..', 'secret'],
    ['vo/../vo', 'voms.example.org'],
    ['__proto__', 'constructor'],
  ] as const)
    assert.equal(lsc(vo, host), undefined, `${vo} ${host}`);
});

test('a broken file is skipped and told, the others count; changes within a minute', async () => {
  const told: string[] = [];
  const log = {
    ...silentLogger,
    error: (facts: unknown) => void told.push((facts as { path: string }).path),
  };
  const clock = createFakeClock();
  await write('vomses/a', 'voms.example.org 15000\n');
  await write('vomses/b', line('b.example.org', 'vo'));
  await write('vomsdir/vo/x.lsc', 'nothing\n');
  const source = open(clock, log);
  assert.deepEqual(await hostsOf(source, 'vo'), ['b.example.org']);
  assert.deepEqual(told, [join(folder, 'vomses/a'), join(folder, 'vomsdir/vo/x.lsc')]);
  await write('vomses/a', line('a.example.org', 'vo'));
  assert.deepEqual(await hostsOf(source, 'vo'), ['b.example.org']);
  clock.advanceS(60);
  assert.deepEqual(await hostsOf(source, 'vo'), ['a.example.org', 'b.example.org']);
});
