/** Tokens by client credentials for computing elements, from a real issuer (oidc-provider). */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Provider, type JWK } from 'oidc-provider';
import { createClientTokens, createFakeClock, tokenClientParameters } from '@wm/wms-core/testing';
import { createMemoryAdapterFactory } from './stand-in/memory-adapter.ts';
import { makeStandInKey } from './stand-in/stand-in-checkin.ts';

const known = 'compute.read compute.create compute.modify compute.cancel';

/** An issuer in the manner of IAM: the parameter `audience` says for whom the token is. */
async function startIssuer() {
  let provider: Provider | undefined;
  const server = createServer((request, response) => void provider?.callback()(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  provider = new Provider(issuer, {
    adapter: createMemoryAdapterFactory(() => Date.now()),
    clients: [
      {
        client_id: 'wm',
        client_secret: 'a s:cret%of the tests',
        grant_types: ['client_credentials'],
        redirect_uris: [],
        response_types: [],
      },
    ],
    jwks: { keys: [JSON.parse(makeStandInKey()) as JWK] },
    cookies: { keys: ['tests'] },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: (ctx) => `https://${String(ctx.oidc.body?.['audience'])}`,
        getResourceServerInfo: (_ctx, indicator) => ({
          audience: indicator.replace('https://', ''),
          scope: known,
          accessTokenFormat: 'jwt',
          accessTokenTTL: 1200,
          jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
  });
  let given = 0;
  provider.on('grant.success', () => void given++);
  return {
    issuer,
    given: () => given,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function openWorld(secret: string, changes: object = {}) {
  const outside = await startIssuer();
  const folder = await mkdtemp(join(tmpdir(), 'wm-client-'));
  const clientSecretFile = join(folder, 'secret');
  await writeFile(clientSecretFile, `${secret}\n`, { mode: 0o600 });
  const clock = createFakeClock(Date.now());
  const given = {
    issuer: outside.issuer,
    clientId: 'wm',
    clientSecretFile,
    audience: 'ce.example.org',
    ...changes,
  };
  return {
    ...outside,
    clock,
    tokens: createClientTokens(tokenClientParameters.parse(given), { clock, element: 'EGI.Test.org/ce' }),
    [Symbol.asyncDispose]: async () => {
      await outside[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    },
  };
}

const claimsIn = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Readonly<
    Record<string, unknown>
  >;

test('a real issuer gives one token for the computing element to all who ask at once, and a new one in time', async () => {
  await using w = await openWorld('a s:cret%of the tests');
  const tokens = await Promise.all(Array.from({ length: 50 }, w.tokens));
  assert.equal(new Set(tokens).size, 1);
  assert.equal(w.given(), 1);
  const { aud, scope, client_id: clientId } = claimsIn(tokens[0] ?? '');
  assert.deepEqual([aud, scope, clientId], ['ce.example.org', known, 'wm']);
  w.clock.advanceS(900);
  assert.notEqual(await w.tokens(), tokens[0]);
  assert.equal(w.given(), 2);
});

test('a real issuer’s refusals are told with what would be right', async () => {
  await using wrong = await openWorld('wrong');
  await assert.rejects(wrong.tokens(), /gave no token \(invalid_client\): clientId or its secret/);
});
