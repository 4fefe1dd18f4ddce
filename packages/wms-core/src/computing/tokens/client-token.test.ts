/** Tokens by client credentials before a small token endpoint; a real issuer in apps/bff/src/auth/client-tokens.test.ts. */
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { createFakeClock } from '../../testing/fake-clock.ts';
import { createClientTokens } from './client-token.adapter.ts';
import { tokenClientParameters } from './token-client.ts';

interface Asked {
  readonly path: string;
  readonly authorization: string | undefined;
  readonly form: Readonly<Record<string, string>>;
}

describe('tokens of a computing element', () => {
  let folder: string;
  let secretFile: string;
  let origin: string;
  let asked: Asked[] = [];
  let answer: { status: number; body: object; location?: string };
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { url: path = '', headers } = request;
      const form = Object.fromEntries(new URLSearchParams(Buffer.concat(parts).toString('utf8')));
      asked.push({ path, authorization: headers.authorization, form });
      const isMetadata = path.startsWith('/.well-known');
      const body = isMetadata ? { issuer: origin, token_endpoint: `${origin}/token` } : answer.body;
      const { location } = answer;
      response.writeHead(isMetadata ? 200 : answer.status, location === undefined ? {} : { location });
      response.end(JSON.stringify(body));
    });
  });
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wm-client-'));
    secretFile = join(folder, 'secret');
    await writeFile(secretFile, 'p:ss w%rd\n', { mode: 0o600 });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  beforeEach(() => {
    asked = [];
    answer = { status: 200, body: { access_token: 'first', expires_in: 1200 } };
  });
  after(async () => {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  });

  const open = (changes: object = {}) => {
    const clock = createFakeClock();
    const given = {
      issuer: origin,
      clientId: 'wm',
      clientSecretFile: secretFile,
      audience: 'ce:9619',
      ...changes,
    };
    const tokens = createClientTokens(tokenClientParameters.parse(given), {
      clock,
      element: 'EGI.Test.org/ce',
    });
    return { clock, tokens };
  };

  it('are asked for with the scopes and the audience, the secret in the header', async () => {
    const { tokens } = open();
    assert.equal(await tokens(), 'first');
    const [, request] = asked;
    assert.deepEqual(request?.form, {
      grant_type: 'client_credentials',
      scope: 'compute.read compute.create compute.modify compute.cancel',
      audience: 'ce:9619',
    });
    const [, basic = ''] = request?.authorization?.split(' ') ?? [];
    assert.equal(Buffer.from(basic, 'base64').toString(), 'wm:p%3Ass+w%25rd');
  });

  it('are kept until 5 minutes before their end, and got once for all who wait', async () => {
    const { clock, tokens } = open();
    await Promise.all(Array.from({ length: 20 }, tokens));
    assert.equal(asked.filter(({ path }) => path === '/token').length, 1);
    answer.body = { access_token: 'second', expires_in: 1200 };
    clock.advanceS(899);
    assert.equal(await tokens(), 'first');
    clock.advanceS(1);
    assert.equal(await tokens(), 'second');
  });

  it('with a short life are kept for half of it', async () => {
    answer.body = { access_token: 'first', expires_in: 60 };
    const { clock, tokens } = open();
    await tokens();
    clock.advanceS(29);
    await tokens();
    assert.equal(asked.filter(({ path }) => path === '/token').length, 1);
  });

  const faults: readonly (readonly [string, object, object, RegExp])[] = [
    [
      'a wrong secret',
      { status: 401, body: { error: 'invalid_client' } },
      {},
      /issuer of EGI.Test.org\/ce: .*clientId or its secret/,
    ],
    [
      'scopes that are not allowed',
      { status: 400, body: { error: 'invalid_scope' } },
      {},
      /scopes must name fewer/,
    ],
    ['a page in place of an answer', { status: 502, body: {} }, {}, /status 502/],
    [
      'a token that would break a header',
      { status: 200, body: { access_token: 'a\nb' } },
      {},
      /gave no token/,
    ],
    ['words of the issuer that are no word', { status: 400, body: { error: '<b>x</b>' } }, {}, /status 400/],
    ['a redirect', { status: 307, body: {}, location: 'http://127.0.0.1:1/' }, {}, /does not answer/],
    [
      'a variable that is not set',
      {},
      { clientSecretFile: undefined, clientSecretVariable: 'CE_CLIENT_SECRET_NONE' },
      /CE_CLIENT_SECRET_NONE is not set/,
    ],
    [
      'a file that is not there',
      {},
      { clientSecretFile: '/nowhere/secret' },
      /clientSecretFile of .*\/nowhere\/secret cannot be read/,
    ],
    [
      'nobody at the address',
      {},
      { issuer: undefined, tokenEndpoint: 'http://127.0.0.1:1/token' },
      /tokenEndpoint of .* does not answer/,
    ],
  ];
  for (const [what, reply, changes, message] of faults)
    it(`tell of ${what}, name the parameter, and hold no secret`, async () => {
      Object.assign(answer, reply);
      await assert.rejects(open(changes).tokens(), (error: Error) => {
        assert.match(error.message, message);
        assert.doesNotMatch(error.message, /ss w%rd/);
        return true;
      });
    });

  it('are not asked for with a secret that others can read', async () => {
    const open755 = join(folder, 'open');
    await writeFile(open755, 'secret', { mode: 0o644 });
    await assert.rejects(open({ clientSecretFile: open755 }).tokens(), /can be read by others; chmod 600/);
    assert.deepEqual(asked, []);
  });

  it('after a fault are asked for again', async () => {
    const { tokens } = open();
    answer = { status: 503, body: {} };
    await assert.rejects(tokens());
    answer = { status: 200, body: { access_token: 'first', expires_in: 1200 } };
    assert.equal(await tokens(), 'first');
  });

  const good = { issuer: 'https://iam.example.org/', clientId: 'c', clientSecretFile: '/s', audience: 'ce' };
  const wrong: readonly (readonly [string, object, RegExp])[] = [
    ['an issuer without TLS', { issuer: 'http://iam.example.org/' }, /^issuer: must begin with https/],
    ['no issuer', { issuer: undefined }, /^issuer: give either issuer or tokenEndpoint/],
    ['two secrets', { clientSecretVariable: 'CE_CLIENT_SECRET' }, /^clientSecretFile: give either/],
    [
      'a secret of the server itself',
      { clientSecretFile: undefined, clientSecretVariable: 'WM_KEK' },
      /^clientSecretVariable: must begin with CE_CLIENT_SECRET/,
    ],
    ['scopes of storage', { scopes: ['storage.read:/'] }, /^scopes.0: must begin with compute/],
    ['no audience', { audience: undefined }, /^audience: must be what the computing element calls itself/],
  ];
  for (const [what, changes, message] of wrong)
    it(`refuse ${what} and say what would be right`, () => {
      const { error } = tokenClientParameters.safeParse({ ...good, ...changes });
      const found = (error?.issues ?? []).map((issue) => `${issue.path.join('.')}: ${issue.message}`);
      assert.equal(found.length, 1, found.join('\n'));
      assert.match(found[0] ?? '', message);
    });
});
