/**
 * A Master Portal on loopback for tests: its GetProxy endpoint behind TLS, with real certificates of a test authority.
 * It answers as those do that run the software of the AARC project (a key of PKCS#1 between the certificates, the proxy made
 * of a longer one that it keeps), or with one of the faults by name. No log-in: tests say whose a token is.
 */
import { createPrivateKey } from 'node:crypto';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { writePem } from '@wm/credentials';
import { encodeHostNames, privateKeyOf, writeCredential, type Credential } from '@wm/credentials/authority';
import { issueProxy, type TestPki } from '@wm/credentials/testing';

export interface ProxyForm {
  readonly client_id: string;
  readonly client_secret: string;
  readonly access_token: string;
  readonly proxylifetime: string;
}

/** Of the next answers, until it is changed. */
export type PortalFault = keyof typeof faults | 'key-of-another' | 'longer-than-asked' | 'two-hours' | 'slow';

export interface FakeMasterPortal extends AsyncDisposable {
  readonly origin: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Access tokens it takes, and whose proxy each gets. */
  readonly tokens: Map<string, Credential>;
  /** Whose proxy comes for every other token. */
  others: Credential | undefined;
  /** Forms that came. */
  readonly asked: ProxyForm[];
  fault: PortalFault | undefined;
}

interface PlainAnswer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const json = (status: number, error: string): PlainAnswer => ({
  status,
  type: 'application/json',
  body: JSON.stringify({ error, error_description: 'In words of the portal: s3cret-of-the-portal' }),
});

const faults = {
  page: { status: 200, type: 'text/html', body: '<h1>Under maintenance</h1>' },
  empty: { status: 200, type: 'text/plain', body: '' },
  'sealed-key': {
    status: 200,
    type: 'text/plain',
    body: `${writePem('CERTIFICATE', Uint8Array.of(0x30, 0))}${writePem('ENCRYPTED PRIVATE KEY', Uint8Array.of(0x30, 0))}`,
  },
  'junk-key': {
    status: 200,
    type: 'text/plain',
    body: `${writePem('CERTIFICATE', Uint8Array.of(0x30, 0))}${writePem('RSA PRIVATE KEY', Uint8Array.of(0x30, 0))}`,
  },
  endless: { status: 200, type: 'text/plain', body: 'A'.repeat(1024 * 1024) },
  redirect: {
    status: 302,
    type: 'text/plain',
    body: '',
    headers: { location: 'https://127.0.0.1:1/getproxy' },
  },
  broken: { status: 500, type: 'text/html', body: '<h1>Internal Server Error</h1>' },
  'client-unknown': json(401, 'invalid_client'),
  'no-entitlement': json(403, 'access_denied'),
} as const satisfies Readonly<Record<string, PlainAnswer>>;

const dayMs = 86_400_000;

/** The person's certificate, a proxy of eleven days that stays here, and the one that is given away. */
async function proxyOf(
  person: Credential,
  nowMs: number,
  { lifetimeS, isOfAnotherKey }: { readonly lifetimeS: number; readonly isOfAnotherKey: boolean },
): Promise<string> {
  const kept = await issueProxy(person, nowMs, { notAfterMs: nowMs + 11 * dayMs });
  const given = await issueProxy(kept, nowMs, { notAfterMs: nowMs + lifetimeS * 1000 });
  const key = createPrivateKey({
    key: Buffer.from(await privateKeyOf(isOfAnotherKey ? kept : given)),
    format: 'der',
    type: 'pkcs8',
  });
  return [
    writePem('CERTIFICATE', given.certificate.der),
    key.export({ format: 'pem', type: 'pkcs1' }).toString(),
    writePem('CERTIFICATE', kept.certificate.der),
    writePem('CERTIFICATE', person.certificate.der),
  ].join('');
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** `pki`: the authority of its people, and of its own host certificate. */
export async function startFakeMasterPortal(
  pki: TestPki,
  {
    nowMs = Date.now,
    client = { clientId: 'wm-portal', clientSecret: 's3cret-of-the-portal' },
  }: {
    readonly nowMs?: () => number;
    readonly client?: Pick<FakeMasterPortal, 'clientId' | 'clientSecret'>;
  } = {},
): Promise<FakeMasterPortal> {
  const host = await pki.person('127.0.0.1', {
    extensions: [encodeHostNames([], [Uint8Array.of(127, 0, 0, 1)])],
  });
  const pem = await writeCredential(host);
  const tokens = new Map<string, Credential>();
  const asked: ProxyForm[] = [];

  async function answer(form: ProxyForm): Promise<PlainAnswer> {
    const { fault } = portal;
    if (fault !== undefined && Object.hasOwn(faults, fault)) return faults[fault as keyof typeof faults];
    if (form.client_id !== client.clientId || form.client_secret !== client.clientSecret)
      return faults['client-unknown'];
    const person = tokens.get(form.access_token) ?? portal.others;
    if (person === undefined) return json(401, 'invalid_token');
    const body = await proxyOf(person, nowMs(), {
      lifetimeS:
        fault === 'two-hours'
          ? 7200
          : Number(form.proxylifetime) + (fault === 'longer-than-asked' ? 86_400 : 0),
      isOfAnotherKey: fault === 'key-of-another',
    });
    return { status: 200, type: 'text/plain', body };
  }

  const server = createServer({ key: pem, cert: pem }, (request, response) => {
    void (async () => {
      const form = Object.fromEntries(new URLSearchParams((await buffer(request)).toString('utf8')));
      if (request.method !== 'POST' || request.url !== '/getproxy') return response.writeHead(404).end();
      asked.push(form as unknown as ProxyForm);
      // Never ends: who waits for it has to give up.
      if (portal.fault === 'slow') return response.writeHead(200).write('-----BEGIN');
      const { status, type, body, headers } = await answer(form as unknown as ProxyForm);
      return response.writeHead(status, { 'content-type': type, ...headers }).end(body);
    })();
  });
  const portal: FakeMasterPortal = {
    clientId: client.clientId,
    clientSecret: client.clientSecret,
    origin: await listen(server),
    tokens,
    asked,
    fault: undefined,
    others: undefined,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return portal;
}
