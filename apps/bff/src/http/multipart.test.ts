import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request as clientRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Readable } from 'node:stream';
import { describe, it } from 'node:test';
import { text } from 'node:stream/consumers';
import { WmsError } from '@wm/wms-core/vocabulary';
import { receiveMultipart, type Fields } from './multipart.ts';

const boundary = 'cut-here';
const part = (name: string, body: string): string =>
  `--${boundary}\r\ncontent-disposition: form-data; name="${name}"${name === 'note' ? '' : '; filename="f"'}\r\n\r\n${body}`;

/** What a server answers that receives these bytes; with `breakOff` the sender goes away once the file has begun. */
async function upload(
  bytes: string,
  receive: (fields: Fields, file: Readable, closed: Promise<unknown>) => Promise<string>,
  breakOff = false,
): Promise<string> {
  const outcome = Promise.withResolvers<string>();
  const begun = Promise.withResolvers<void>();
  await using server = createServer((request, response) => {
    const closed = new Promise((resolve) => request.once('close', resolve));
    void receiveMultipart(request, (fields, file) => {
      begun.resolve();
      return receive(fields, file, closed);
    })
      .catch((error: unknown) => (error instanceof WmsError ? error.message : String(error)))
      .then(outcome.resolve)
      .finally(() => response.end());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const headers = { 'content-type': `multipart/form-data; boundary=${boundary}` };
  const client = clientRequest({ port, host: '127.0.0.1', method: 'POST', headers, agent: false });
  client.on('error', () => undefined);
  client.on('response', (response) => response.resume());
  if (breakOff) {
    client.write(bytes);
    await begun.promise;
    client.destroy();
  } else client.end(bytes);
  return await outcome.promise;
}

describe('an upload', () => {
  it('hands the fields and the file on as they arrive', async () => {
    const told = await upload(
      `${part('note', 'hello')}\r\n${part('file', 'the bytes')}\r\n--${boundary}--\r\n`,
      async (fields, file) => `${fields.get('note')}: ${await text(file)}`,
    );
    assert.equal(told, 'hello: the bytes');
  });

  it('is answered although nobody read the file, whose content was there already', async () => {
    const told = await upload(`${part('file', 'x'.repeat(200_000))}\r\n--${boundary}--\r\n`, () =>
      Promise.resolve('known'),
    );
    assert.equal(told, 'known');
  });

  it('that breaks off ends the reading of the file', async () => {
    const told = await upload(part('file', 'only a'), (_, file) => text(file), true);
    assert.equal(told, 'The upload broke off.');
  });

  it('that breaks off before anybody reads the file is an answer, not the end of the server', async () => {
    const told = await upload(
      part('file', 'only a'),
      async (_, file, closed) => {
        await closed;
        return await text(file);
      },
      true,
    );
    assert.equal(told, 'The upload broke off.');
  });
});
