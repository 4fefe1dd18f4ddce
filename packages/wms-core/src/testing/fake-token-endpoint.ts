/** A token endpoint on loopback that gives one token to whoever asks, for computing elements with a `tokenClient`. */
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

export interface FakeTokenEndpoint extends AsyncDisposable {
  /** What a computing element is configured with. */
  readonly tokenClient: Readonly<Record<string, string>>;
  /** Null = it refuses. */
  token: string | null;
  asked: number;
}

/** The secret is written into `folder`. */
export async function startFakeTokenEndpoint(folder: string, token: string): Promise<FakeTokenEndpoint> {
  const clientSecretFile = join(folder, 'client-secret');
  await writeFile(clientSecretFile, 'secret', { mode: 0o600 });
  const server = createServer((_request, response) => {
    fake.asked += 1;
    const isRefused = fake.token === null;
    response.writeHead(isRefused ? 401 : 200, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify(
        isRefused ? { error: 'invalid_client' } : { access_token: fake.token, expires_in: 3600 },
      ),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const fake: FakeTokenEndpoint = {
    tokenClient: {
      tokenEndpoint: `http://127.0.0.1:${port}/token`,
      clientId: 'wm',
      clientSecretFile,
      audience: 'ce.example.org',
    },
    token,
    asked: 0,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return fake;
}
