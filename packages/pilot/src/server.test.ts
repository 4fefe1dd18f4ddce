import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, test } from 'node:test';
import { createPilotServer } from './server.ts';

describe('the way to the server', () => {
  test('a question whose answer never comes is asked again within seconds, and that is told', async () => {
    let asked = 0;
    const server = createServer((_request, response) => {
      asked += 1;
      if (asked > 1) response.writeHead(200, { 'content-type': 'application/json' }).end('{"verdicts":[]}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const told: string[] = [];
      const { port } = server.address() as AddressInfo;
      const pilot = createPilotServer(`http://127.0.0.1:${port}`, 'token', {}, (line) => told.push(line));
      assert.deepEqual(await pilot.call('POST /pilot/v1/reports', { body: { reports: [] } }), {
        verdicts: [],
      });
      assert.equal(asked, 2);
      assert.deepEqual(told, ['POST /pilot/v1/reports is tried again: The server did not answer in time.']);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
});
