/**
 * Stands in for Keystone and Nova in tests, and is neither: it answers as the documentation of Identity v3 and Compute 2.1
 * says, for what the `openstack` type asks, and with 404 for other things. A machine is a process group of this computer
 * that runs the user data as cloud-init would, with its console and its home in a folder of its own and stand-ins for the
 * programs that only root of a real machine may use; `poweroff` makes it SHUTOFF.
 */
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

interface Order {
  readonly name: string;
  readonly imageRef: string;
  readonly flavorRef: string;
  readonly user_data: string;
  readonly metadata: Record<string, string>;
  readonly [more: string]: unknown;
}

interface FakeMachine {
  readonly id: string;
  readonly order: Order;
  /** Overrides what the process tells. */
  status?: string;
  fault?: { readonly message: string; readonly code: number };
  pid?: number;
}

/** What befalls a request: an answer of this kind, or the wire cut after it was served. */
type Mishap = { readonly status: number; readonly body: object } | 'cut-after';

export interface FakeOpenstack {
  /** Of Keystone. */
  readonly authUrl: string;
  readonly machines: Map<string, FakeMachine>;
  /** `METHOD path` of each request to Nova. */
  readonly asked: string[];
  /** Bodies of log-ins. */
  readonly logIns: unknown[];
  /** Asked for each request to Nova; undefined = served well. */
  mishap: (method: string, path: string) => Mishap | undefined;
  /** Machines boot only while this is so. */
  boots: boolean;
  quota: number;
  pageSize: number;
  /** Tokens given so far are not taken any more. */
  endTokens(): void;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly body?: object;
  readonly headers?: Record<string, string>;
}

export async function startFakeOpenstack(folder: string): Promise<FakeOpenstack> {
  const tokens = new Set<string>();
  const server = createServer((incoming, outgoing) => {
    serve(incoming, outgoing).catch(() => incoming.socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const fake: FakeOpenstack = {
    authUrl: `${base}/v3`,
    machines: new Map(),
    asked: [],
    logIns: [],
    mishap: () => undefined,
    boots: true,
    quota: 20,
    pageSize: 1000,
    endTokens: () => tokens.clear(),
    close: async () => {
      for (const machine of fake.machines.values()) stop(machine);
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  const place = (id: string, name = ''): string => join(folder, id, name);

  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part as Buffer);
    const text = Buffer.concat(parts).toString('utf8');
    const body: unknown = text === '' ? undefined : JSON.parse(text);
    const { method = '', url = '' } = incoming;
    const mishap = url.startsWith('/compute') ? fake.mishap(method, url) : undefined;
    const answer =
      mishap === undefined || mishap === 'cut-after' ? route(method, url, body, incoming.headers) : mishap;
    if (mishap === 'cut-after') {
      incoming.socket.destroy();
      return;
    }
    outgoing.writeHead(answer.status, {
      'content-type': 'application/json',
      ...('headers' in answer ? answer.headers : {}),
    });
    outgoing.end(answer.body === undefined ? undefined : JSON.stringify(answer.body));
  };

  const route = (method: string, url: string, body: unknown, headers: IncomingMessage['headers']): Answer => {
    if (url === '/v3/OS-FEDERATION/identity_providers/egi.eu/protocols/openid/auth' && method === 'POST')
      return headers.authorization === 'Bearer good'
        ? { status: 201, body: { token: {} }, headers: { 'x-subject-token': 'unscoped' } }
        : {
            status: 401,
            body: { error: { code: 401, message: 'The request you have made requires authentication.' } },
          };
    if (url === '/v3/auth/tokens' && method === 'POST') return logIn(body);
    if (!url.startsWith('/compute/v2.1/')) return { status: 404, body: {} };
    if (!tokens.has(String(headers['x-auth-token'])))
      return {
        status: 401,
        body: { error: { code: 401, message: 'The request you have made requires authentication.' } },
      };
    fake.asked.push(`${method} ${url.slice('/compute/v2.1'.length)}`);
    return nova(method, new URL(url, base), body);
  };

  const logIn = (body: unknown): Answer => {
    fake.logIns.push(body);
    if (JSON.stringify(body).includes('wrong'))
      return {
        status: 401,
        body: { error: { code: 401, message: 'The application credential is not valid.' } },
      };
    const token = randomUUID();
    tokens.add(token);
    const endpoints = ['internal', 'public'].map((name) => ({
      interface: name,
      region_id: 'RegionOne',
      url: `${base}/${name === 'public' ? 'compute' : 'hidden'}/v2.1`,
    }));
    const expires = new Date(Date.now() + 3_600_000).toISOString().replace('Z', '000Z');
    return {
      status: 201,
      headers: { 'x-subject-token': token },
      body: { token: { expires_at: expires, catalog: [{ type: 'compute', name: 'nova', endpoints }] } },
    };
  };

  const nova = (method: string, url: URL, body: unknown): Answer => {
    const [, , , , id = '', action] = url.pathname.split('/');
    const path = url.pathname.slice('/compute/v2.1'.length);
    if (method === 'GET' && path === '/limits')
      return {
        status: 200,
        body: {
          limits: { absolute: { maxTotalInstances: fake.quota, totalInstancesUsed: fake.machines.size } },
        },
      };
    if (method === 'GET' && path === '/servers/detail') return list(url.searchParams);
    if (method === 'POST' && path === '/servers') return create((body as { server: Order }).server);
    const machine = fake.machines.get(id);
    if (machine === undefined)
      return {
        status: 404,
        body: { itemNotFound: { code: 404, message: `Instance ${id} could not be found.` } },
      };
    if (method === 'DELETE') {
      stop(machine);
      fake.machines.delete(id);
      return { status: 204 };
    }
    if (method === 'POST' && action === 'action')
      return {
        status: 200,
        body: { output: existsSync(place(id, 'console')) ? readFileSync(place(id, 'console'), 'utf8') : '' },
      };
    return { status: 404, body: {} };
  };

  const statusOf = (machine: FakeMachine): string =>
    machine.status ??
    (machine.pid === undefined ? 'BUILD' : existsSync(place(machine.id, 'off')) ? 'SHUTOFF' : 'ACTIVE');

  const list = (query: URLSearchParams): Answer => {
    const name = new RegExp(query.get('name') ?? '');
    const all = [...fake.machines.values()].filter(({ order }) => name.test(order.name));
    const from = all.findIndex(({ id }) => id === query.get('marker')) + 1;
    const page = all.slice(from, from + fake.pageSize);
    const hasMore = from + page.length < all.length;
    return {
      status: 200,
      body: {
        servers: page.map((machine) => ({
          id: machine.id,
          name: machine.order.name,
          status: statusOf(machine),
          'OS-EXT-STS:task_state': null,
          metadata: machine.order.metadata,
          ...(machine.fault === undefined ? {} : { fault: machine.fault }),
        })),
        ...(hasMore ? { servers_links: [{ rel: 'next', href: 'http://elsewhere.invalid/' }] } : {}),
      },
    };
  };

  const create = (order: Order): Answer => {
    if (order.imageRef !== 'image')
      return {
        status: 400,
        body: { badRequest: { code: 400, message: `Image ${order.imageRef} could not be found.` } },
      };
    if (fake.machines.size >= fake.quota) {
      const message = `Quota exceeded for instances: Requested 1, but already used ${fake.machines.size} of ${fake.quota} instances`;
      return { status: 403, body: { forbidden: { code: 403, message } } };
    }
    const machine: FakeMachine = { id: randomUUID(), order };
    fake.machines.set(machine.id, machine);
    mkdirSync(place(machine.id, 'bin'), { recursive: true });
    if (fake.boots) boot(machine);
    return { status: 202, body: { server: { id: machine.id, links: [] } } };
  };

  const boot = (machine: FakeMachine): void => {
    const at = (name: string): string => place(machine.id, name);
    const programs = {
      ip: 'exit 0',
      useradd: 'exit 0',
      chown: 'exit 0',
      shutdown: 'exit 0',
      runuser: 'shift 3; exec "$@"',
      poweroff: `: > '${at('off')}'`,
    };
    for (const [name, text] of Object.entries(programs))
      writeFileSync(at(`bin/${name}`), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    const script = gunzipSync(Buffer.from(machine.order.user_data, 'base64')).toString('utf8');
    writeFileSync(
      at('user-data'),
      script.replaceAll('/dev/console', at('console')).replaceAll('/var/lib/wm-pilot', at('home')),
    );
    writeFileSync(at('console'), '[    0.000000] Linux version 6.1.0 (fake)\n');
    const child = spawn('/bin/sh', [at('user-data')], {
      cwd: at(''),
      env: { PATH: `${at('bin')}:${process.env['PATH'] ?? ''}` },
      stdio: 'ignore',
      detached: true,
    });
    child.unref();
    machine.pid = child.pid ?? 0;
  };

  const stop = ({ id, pid }: FakeMachine): void => {
    try {
      if (pid !== undefined && !existsSync(place(id, 'off'))) process.kill(-pid, 'SIGKILL');
    } catch {
      // It ended meanwhile.
    }
  };

  return fake;
}
