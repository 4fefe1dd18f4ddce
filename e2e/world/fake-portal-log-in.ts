/**
 * The log-in of a Master Portal, as little of OpenID Connect as a client needs, on loopback: it asks nobody anything, and
 * whoever comes is one person. The protocol itself is tried with a real provider in `apps/bff`.
 */
import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

export interface FakePortalLogIn extends AsyncDisposable {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

const subject = 'somebody-there';
const client = { clientId: 'wm-journey', clientSecret: 'a secret of the journeys, nowhere else' };
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function signed(claims: object): string {
  const content = `${encoded({ alg: 'RS256', kid: 'one' })}.${encoded(claims)}`;
  return `${content}.${sign('sha256', Buffer.from(content), privateKey).toString('base64url')}`;
}

export async function startFakePortalLogIn(): Promise<FakePortalLogIn> {
  /** By code. */
  const nonces = new Map<string, string>();
  let issuer = '';

  const metadata = () => ({
    issuer,
    authorization_endpoint: `${issuer}/authorize`,
    token_endpoint: `${issuer}/token`,
    userinfo_endpoint: `${issuer}/userinfo`,
    jwks_uri: `${issuer}/jwks`,
    response_types_supported: ['code'],
    code_challenge_methods_supported: ['S256'],
  });

  function tokens(form: URLSearchParams): object {
    if (form.get('client_secret') !== client.clientSecret) return { error: 'invalid_client' };
    const nonce = nonces.get(form.get('code') ?? '');
    const now = Math.floor(Date.now() / 1000);
    const times = { iat: now, exp: now + 600 };
    return {
      access_token: randomUUID(),
      token_type: 'Bearer',
      expires_in: 600,
      refresh_token: randomUUID(),
      ...(nonce !== undefined && {
        id_token: signed({ iss: issuer, sub: subject, aud: client.clientId, nonce, ...times }),
      }),
    };
  }

  const server = createServer((request, response) => {
    void (async () => {
      const { pathname, searchParams } = new URL(request.url ?? '/', issuer);
      const answers: Readonly<Record<string, () => object | Promise<object>>> = {
        '/.well-known/openid-configuration': metadata,
        '/jwks': () => ({ keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one', alg: 'RS256' }] }),
        '/userinfo': () => ({ sub: subject }),
        '/token': async () => tokens(new URLSearchParams(await text(request))),
      };
      if (pathname === '/authorize') {
        const code = randomUUID();
        nonces.set(code, searchParams.get('nonce') ?? '');
        const back = new URL(searchParams.get('redirect_uri') ?? '');
        back.search = new URLSearchParams({ code, state: searchParams.get('state') ?? '' }).toString();
        response.writeHead(302, { location: back.href }).end();
        return;
      }
      const answer = await answers[pathname]?.();
      response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer ?? {}));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    ...client,
    issuer,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
