import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { describe, it } from 'node:test';
import { WmsError } from '../../kernel/wms-error.ts';
import { httpFailure, mayHaveActed, type HttpFailure } from './http-failure.ts';

const failureAt = async (url: string, timeoutMs = 5000): Promise<HttpFailure> => {
  try {
    await fetch(url, { signal: AbortSignal.timeout(timeoutMs) });
  } catch (error) {
    return httpFailure(error, timeoutMs / 1000);
  }
  throw new Error('it answered');
};

describe('a request that failed', () => {
  it('never reached a service that is not there, but may have reached one that is silent or hangs up', async (t) => {
    const server = createServer((incoming) => {
      if (incoming.url === '/cut') incoming.socket.destroy();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => {
      server.closeAllConnections();
      server.close();
    });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    assert.equal((await failureAt(`${url}/cut`)).wasSent, true);
    assert.deepEqual(await failureAt(`${url}/silence`, 50), {
      words: 'it said nothing within 0.05 s',
      wasSent: true,
    });
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
    const refused = await failureAt(url);
    assert.equal(refused.wasSent, false);
    assert.match(refused.words, /ECONNREFUSED/);
    assert.equal((await failureAt('http://no-such-host.invalid')).wasSent, false);
  });

  it('counts as sent unless it is certain that it was not', () => {
    const error = (details: object) => new WmsError('service.unavailable', 'x', { ...details });
    assert.deepEqual(
      [error({ wasSent: false }), error({ wasSent: true }), error({}), new Error('x')].map(mayHaveActed),
      [false, true, true, true],
    );
  });
});
