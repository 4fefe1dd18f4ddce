/** Large sweeps by the command line against a real server: a token is enough for all that one does with bulks. */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { runCli } from '@wm/cli/run';
import type { World } from '@wm/cli/world';
import { startRealServer, uploadDemoProxy, type RealServer } from '../testing/real-server.ts';

let server: RealServer;
let folder: string;
let token: string;
const printed: string[] = [];
const complained: string[] = [];

/** As `dirac-login` gets one. */
async function tokenOf(userName: string, vo: string, group: string): Promise<string> {
  const person = await server.logIn(userName);
  assert.equal((await uploadDemoProxy(person, userName)).status, 200);
  const post = async (path: string, fields: Readonly<Record<string, string>>) => {
    const response = await fetch(server.origin + path, { method: 'POST', body: new URLSearchParams(fields) });
    return (await response.json()) as Readonly<Record<string, string>>;
  };
  const client = { client_id: 'myDIRACClientID' };
  const asked = await post('/api/auth/device', { ...client, scope: `vo:${vo} group:${group}` });
  await person.send('POST', `/bff/authorizations/${asked['user_code']}`, { body: { approve: true, group } });
  const grantType = 'urn:ietf:params:oauth:grant-type:device_code';
  const device = { ...client, grant_type: grantType, device_code: asked['device_code'] ?? '' };
  return (await post('/api/auth/token', device))['access_token'] ?? '';
}

before(async () => {
  server = await startRealServer();
  folder = await mkdtemp(join(tmpdir(), 'wm-bulk-cli-'));
  token = await tokenOf('mkolar', 'vo.access.egi.eu', 'access_user');
});
after(async () => {
  await server[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

async function run(...words: readonly string[]): Promise<number> {
  printed.length = 0;
  complained.length = 0;
  const world: World = {
    env: { WM_URL: server.origin, BEARER_TOKEN: token },
    home: folder,
    cwd: folder,
    userId: process.getuid?.() ?? 0,
    fetch,
    fetchAs: () => fetch,
    askSecret: async () => '',
    print: (line) => void printed.push(line),
    complain: (line) => void complained.push(line),
    isTerminal: false,
    nowMs: () => Date.now(),
    sleep: () => new Promise(setImmediate),
  };
  return runCli('dirac', words, world);
}

const numberOf = (line: string | undefined): string => /^Bulk (\d+): /.exec(line ?? '')?.[1] ?? '';

test('a sweep of more jobs than one plain submission takes is submitted, and looked at until all are made', async () => {
  await writeFile(
    join(folder, 'scan.jdl'),
    'Executable = "/bin/echo"; Arguments = "%s"; Parameters = 10001;',
  );
  assert.equal(await run('wms-job-submit', 'scan.jdl', '--wait', '-f', 'ids'), 0, complained.join());
  assert.match(printed[0] ?? '', /, 10001 jobs$/);
  assert.match(printed.at(-1) ?? '', /: 10001 of 10001 jobs made$/);
  const ids = (await readFile(join(folder, 'ids'), 'utf8')).trim().split('\n');
  assert.equal(ids.length, 10_001);
  assert.equal(await run('wms-job-status', ids.at(-1) ?? ''), 0, complained.join());
  assert.match(printed[0] ?? '', /^JobID=\d+ Status=(?:Waiting|Matched|Running|Done|Completed);/);
});

test('a bulk is held until it is confirmed; an abandoned one stays so', async () => {
  await writeFile(join(folder, 'few.jdl'), 'Executable = "/bin/true"; Parameters = 3;');
  assert.equal(await run('wms-job-submit', 'few.jdl', 'few.jdl', '--confirm'), 0, complained.join());
  const [held = '', , second = ''] = printed.map(numberOf);
  assert.equal(await run('wms-bulk-status', held), 0);
  assert.match(printed[0] ?? '', /^BulkID=\d+ State=Unconfirmed; ConfirmUntil=\S+Z; Jobs=3; Made=0;/);
  assert.equal(await run('wms-bulk-confirm', held), 0, complained.join());
  assert.equal(await run('wms-bulk-abandon', second), 0, complained.join());
  assert.equal(await run('wms-bulk-confirm', held, second), 1);
  assert.deepEqual(printed, [`Confirmed bulks ${held}`]);
  assert.match(complained[0] ?? '', /cannot be confirmed any more: Bulk submission abandoned/);
  assert.equal(await run('wms-bulk-status'), 0);
  assert.equal(printed.length, 3);
});
