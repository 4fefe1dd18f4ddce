import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { connect } from 'node:tls';
import { writePem } from '@wm/credentials';
import { privateKeyOf } from '@wm/credentials/authority';
import { authoritiesPem, createTestPki, hostFiles } from '@wm/credentials/testing';
import { silentLogger } from '@wm/wms-core/logger';
import { createTlsListener, type TlsFiles } from './tls-listener.ts';

let folder: string;
let files: TlsFiles;
let ca: string;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wm-tls-'));
  const pki = await createTestPki();
  ca = authoritiesPem(pki);
  const host = await hostFiles(pki);
  files = { certificate: join(folder, 'cert.pem'), key: join(folder, 'key.pem') };
  await writeFile(files.certificate, host.certificate);
  await writeFile(files.key, host.key);
  await writeFile(join(folder, 'other.pem'), writePem('PRIVATE KEY', await privateKeyOf(pki.issuer)));
});
after(() => rm(folder, { recursive: true }));

const open = (given: TlsFiles, connectionLifeMs?: number) =>
  createTlsListener({
    files: given,
    authorities: async () => [],
    log: silentLogger,
    serve: (_request, response) => response.end('good'),
    ...(connectionLifeMs !== undefined && { connectionLifeMs }),
  });

test('a connection whose time is over is closed once it has answered', async () => {
  const listener = await open(files, 1);
  const { server } = listener;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const socket = connect({ port, host: '127.0.0.1', ca });
  await once(socket.resume(), 'close');
  listener.close();
  server.close();
});

test('a file that is not there is told by the name of its setting', async () => {
  await assert.rejects(open({ ...files, key: join(folder, 'none.pem') }), {
    code: 'configuration.invalid',
    message: /^WM_TLS_KEY: .*none\.pem cannot be read \(ENOENT\)/,
  });
});

test('a key of another certificate is refused at the start', async () => {
  await assert.rejects(open({ ...files, key: join(folder, 'other.pem') }), {
    code: 'configuration.invalid',
    message: /^WM_TLS_CERT, WM_TLS_KEY: not usable together/,
  });
});
