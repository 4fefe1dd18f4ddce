/** The process: how it begins, what it says when it cannot, how it ends. */
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { nextOf, readEvents } from './testing/events-reader.ts';
import { createVisitor } from './testing/visitor.ts';

const main = fileURLToPath(new URL('./main.ts', import.meta.url));
let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wm-main-'));
});
after(() => rm(folder, { recursive: true, force: true, maxRetries: 20 }));

function start(environment: Readonly<Record<string, string>>): { child: ChildProcess; errors: () => string } {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, [main], {
    env: { PATH, HOME, WM_DATA: join(folder, 'var'), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr?.on('data', (part: Buffer) => {
    errors += part.toString('utf8');
  });
  return { child, errors: () => errors };
}

async function endOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return child.exitCode;
}

async function readyUrl(child: ChildProcess): Promise<string> {
  assert(child.stdout);
  for await (const line of createInterface({ input: child.stdout })) {
    const record = JSON.parse(line) as { readonly msg: string; readonly url?: string };
    if (record.msg === 'server.ready') return record.url ?? '';
  }
  throw new Error('the server ended before it was ready');
}

test('faulty settings end the start with one list and a code that service managers do not retry', async () => {
  const { child, errors } = start({ WM_PORT: 'x', WM_MODE: 'production' });
  assert.equal(await endOf(child), 78);
  assert.match(errors(), /WM_PORT: “x” is not/);
  assert.match(errors(), /WM_OIDC_ISSUER: is missing in production mode/);
  assert.doesNotMatch(errors(), /^\s+at /m, 'no stack');
});

test('a configuration that is not there is named', async () => {
  const { child, errors } = start({ WM_PORT: '0', WM_CONFIG: join(folder, 'none.yaml') });
  assert.equal(await endOf(child), 78);
  assert.match(errors(), /The server cannot start: .*none\.yaml/);
});

test('told to stop, the server ends its streams and idle connections, and leaves with 0', async () => {
  const { child } = start({ WM_PORT: '0' });
  const origin = await readyUrl(child);
  const { mode } = await stat(join(folder, 'var', 'wms.sqlite'));
  assert.equal(mode & 0o077, 0, 'the database is for the server alone');
  const silent = connect(Number(new URL(origin).port), '127.0.0.1');
  await once(silent, 'connect');
  const visitor = createVisitor(origin);
  await visitor.logIn('mkolar');
  const events = readEvents(await visitor.send('GET', '/bff/events'));
  await nextOf(events, 'hello');
  child.kill('SIGTERM');
  await assert.rejects(nextOf(events, 'never'), /the stream ended/);
  assert.equal(await endOf(child), 0);
  silent.destroy();
});
