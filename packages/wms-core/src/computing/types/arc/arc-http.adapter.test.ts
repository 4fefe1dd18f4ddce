import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { authoritiesPem, createTestPki } from '@wm/credentials/testing';
import { isWmsError, type WmsError } from '../../../kernel/wms-error.ts';
import { createArcWorld, type ArcWorld } from '../../../testing/arc-world.ts';
import type { ComputingElement } from '../../computing-element.ts';

describe('talking to an ARC CE (a fake one)', () => {
  let world: ArcWorld;
  let reference: string;
  before(async () => {
    world = await createArcWorld();
    reference = `${world.arex.endpoint}/rest/1.0/jobs/J1#${'ab'.repeat(16)}`;
  });
  afterEach(async () => {
    world.arex.mishap = () => undefined;
    world.arex.questions.length = 0;
    await world.renewProxy(86_400);
  });
  after(() => world.close());

  const failure = async (element: ComputingElement): Promise<WmsError> => {
    const error: unknown = await element.status([reference]).then(
      () => undefined,
      (cause: unknown) => cause,
    );
    assert.ok(isWmsError(error), String(error));
    assert.equal(error.code, 'service.unavailable');
    return error;
  };
  const file = async (name: string, text: string): Promise<string> => {
    const path = join(world.context.folder, '..', name);
    await writeFile(path, text, { mode: 0o600 });
    return path;
  };

  const words: readonly (readonly [number, string])[] = [
    [401, 'Who are you'],
    [403, "User can't be assigned configuration"],
    [500, 'Internal trouble'],
    [503, 'Busy'],
  ];
  for (const [status, said] of words)
    it(`tells the words of a ${status}, and nothing of any pilot`, async () => {
      world.arex.mishap = () => ({ status, words: said });
      const { message } = await failure(world.open());
      assert.ok(message.includes(`${status} ${said}`), message);
    });

  it('waits for an answer only so long', async () => {
    world.arex.mishap = () => 'silence';
    const { message } = await failure(world.open({ requestTimeoutS: 1 }));
    assert.match(message, /no answer within 1 s/);
  });

  it('says that the service is down', async () => {
    const free = createServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    const address = free.address();
    const port = typeof address === 'object' ? address?.port : 0;
    free.close();
    const endpoint = `https://127.0.0.1:${port}/arex`;
    await assert.rejects(world.open({ endpoint }).ceStatus(), (error) => {
      assert.ok(isWmsError(error));
      assert.match(error.message, /ECONNREFUSED/);
      assert.equal(error.details['wasSent'], false);
      return true;
    });
  });

  it('does not trust a service whose authority is not known', async () => {
    const caFile = await file('other-ca.pem', authoritiesPem(await createTestPki()));
    const error = await failure(world.open({ caFile }));
    assert.match(error.message, /certificate/);
    assert.equal(world.arex.questions.length, 0);
  });

  it('reads a renewed proxy without being opened anew, and keeps the connection until then', async () => {
    const element = world.open();
    for (let asked = 0; asked < 3; asked += 1) await element.status([reference]);
    await world.renewProxy(7200);
    await element.status([reference]);
    const connections = world.arex.questions.map(({ connection }) => connection);
    assert.equal(new Set(connections.slice(0, 3)).size, 1);
    assert.notEqual(connections[3], connections[0]);
    const clients = new Set(world.arex.questions.map(({ client }) => client));
    assert.equal(clients.size, 2, 'the name of a proxy ends with its number');
  });

  it('takes a connection that the service closed for what it is', async () => {
    const element = world.open();
    await element.output(reference, 10);
    let isOver = false;
    world.arex.mishap = () => {
      if (isOver) return undefined;
      isOver = true;
      return 'cut';
    };
    assert.deepEqual(await element.output(reference, 10), { stdout: '', stderr: '' });
  });

  it('says that the proxy has ended, and renews it needs no restart', async () => {
    const element = world.open();
    await world.renewProxy(-60);
    const { message } = await failure(element);
    assert.match(message, /proxy\.pem holds a proxy that ended on .*; renew it/);
    assert.equal(world.arex.questions.length, 0);
    await world.renewProxy(600);
    await element.status([reference]);
  });

  it('names the file that is missing or holds something else', async () => {
    const missing = await failure(world.open({ proxyFile: '/nowhere/proxy.pem' }));
    assert.match(missing.message, /^\/nowhere\/proxy\.pem cannot be read; it should hold an X\.509 proxy/);
    const other = await failure(world.open({ proxyFile: await file('no-proxy', 'hello') }));
    assert.match(other.message, /holds no X\.509 proxy/);
    const folder = await failure(world.open({ caFile: undefined, caFolder: '/nowhere' }));
    assert.match(folder.message, /^\/nowhere cannot be read/);
  });

  it('shows a bearer token instead of a certificate, read anew at each call', async () => {
    const tokenFile = await file('token', 'first.token.x\n');
    const element = world.open({ proxyFile: undefined, tokenFile });
    await element.status([reference]);
    await file('token', 'second.token.x\n');
    await element.status([reference]);
    assert.deepEqual(
      world.arex.questions.map(({ authorization, client }) => [authorization, client]),
      [
        ['Bearer first.token.x', ''],
        ['Bearer second.token.x', ''],
      ],
    );
    const broken = await failure(
      world.open({ proxyFile: undefined, tokenFile: await file('bad', 'two\nlines') }),
    );
    assert.match(broken.message, /holds no bearer token/);
    assert.equal(broken.message.includes('lines'), false);
  });
});
