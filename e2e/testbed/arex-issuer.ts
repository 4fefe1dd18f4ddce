/**
 * A stand-in for an issuer of bearer tokens on loopback: its description and its keys over https, which is all that A-REX
 * asks for, and tokens good and bad. Asked by the tests of ARC.
 */
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TestCertificates } from './test-certificates.ts';

/** What a rule of A-REX asks of a token. */
export const tokenRule = { subject: 'robot-of-the-testbed', audience: 'https://arex.example.org' } as const;

export interface TokenIssuer {
  /** Such as `https://localhost:1234`. */
  readonly url: string;
  /** One that A-REX takes, unless told otherwise. */
  token(claims?: Readonly<Record<string, string | number>>, key?: KeyObject): string;
  close(): Promise<void>;
}

const keyId = 'testbed';

export const newSigningKey = (): KeyObject => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

export async function startTokenIssuer({ hostCertificate, hostKey }: TestCertificates): Promise<TokenIssuer> {
  const ownKey = newSigningKey();
  const server = createServer({ cert: await readFile(hostCertificate), key: await readFile(hostKey) });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `https://localhost:${(server.address() as AddressInfo).port}`;
  const documents = documentsOf(url, ownKey);
  server.on('request', (request, response) => {
    // A-REX asks with the whole address.
    const document = documents[new URL(request.url ?? '', url).pathname];
    // It reads an answer to the end of the connection.
    const headers = { 'content-type': 'application/json', connection: 'close' };
    response.writeHead(document === undefined ? 404 : 200, headers).end(JSON.stringify(document ?? {}));
  });
  return {
    url,
    token: (claims = {}, key = ownKey) => signed({ iss: url, ...goodClaims(), ...claims }, key),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const documentsOf = (issuer: string, key: KeyObject): Readonly<Record<string, object>> => {
  const { e, n } = key.export({ format: 'jwk' });
  return {
    '/.well-known/openid-configuration': { issuer, jwks_uri: `${issuer}/keys` },
    '/keys': { keys: [{ kty: 'RSA', e, n, kid: keyId, alg: 'RS256', use: 'sig' }] },
  };
};

const goodClaims = () => {
  const nowS = Math.floor(Date.now() / 1000);
  const { subject: sub, audience: aud } = tokenRule;
  return { sub, aud, scope: 'compute.create', iat: nowS, nbf: nowS - 5, exp: nowS + 3600 };
};

function signed(claims: object, key: KeyObject): string {
  const coded = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
  const text = `${coded({ typ: 'JWT', alg: 'RS256', kid: keyId })}.${coded(claims)}`;
  return `${text}.${sign('sha256', Buffer.from(text), key).toString('base64url')}`;
}
