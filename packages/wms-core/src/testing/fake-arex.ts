/**
 * A fake of A-REX's REST interface for tests of what goes wrong on the wire: it answers as recorded from the real
 * service (computing-elements.md §7), keeps jobs in memory and runs nothing. The real one is in `e2e/testbed`.
 */
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { makeProxyRequest, generateRsaKeyPair } from '@wm/credentials';

export interface FakeJob {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly files: Map<string, string>;
  state: string;
}

export interface FakeQuestion {
  readonly method: string;
  /** Below `/rest/1.0`, with the query. */
  readonly path: string;
  readonly body: string;
  readonly contentType: string | undefined;
  readonly authorization: string | undefined;
  /** Last common name of the client's certificate, in a proxy its number; empty without one. */
  readonly client: string;
  readonly connection: number;
}

/** What befalls a request: an answer of this kind, the wire cut before or after it was served, or silence. */
export type Mishap = { readonly status: number; readonly words: string } | 'cut' | 'cut-after' | 'silence';

export interface FakeArex {
  readonly endpoint: string;
  readonly jobs: Map<string, FakeJob>;
  readonly delegations: Map<string, string>;
  readonly questions: FakeQuestion[];
  /** Asked for each request; undefined = served well. */
  mishap: (question: FakeQuestion) => Mishap | undefined;
  /** Queues that exist. */
  queues: readonly string[];
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly body?: string;
  readonly headers?: Record<string, string>;
}

export async function startFakeArex(host: {
  readonly certificate: string;
  readonly key: string;
}): Promise<FakeArex> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const numbers = new WeakMap<Socket, number>();
  const server: Server = createServer({
    cert: host.certificate,
    key: host.key,
    requestCert: true,
    rejectUnauthorized: false,
  });
  server.on('secureConnection', (socket) => {
    sockets.add(socket);
    connections += 1;
    numbers.set(socket, connections);
    socket.on('error', () => {});
  });
  server.on('request', (incoming, outgoing) => {
    serve(fake, incoming, outgoing, numbers.get(incoming.socket) ?? 0).catch(() => incoming.socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const fake: FakeArex = {
    endpoint: `https://localhost:${(server.address() as AddressInfo).port}/arex`,
    jobs: new Map(),
    delegations: new Map(),
    questions: [],
    mishap: () => undefined,
    queues: ['fork'],
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
  return fake;
}

async function serve(
  fake: FakeArex,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  connection: number,
): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
  const question: FakeQuestion = {
    method: incoming.method ?? '',
    path: (incoming.url ?? '').replace('/arex/rest/1.0', ''),
    body: Buffer.concat(chunks).toString('utf8'),
    contentType: incoming.headers['content-type'],
    authorization: incoming.headers.authorization,
    client: commonNameOf(incoming.socket as TLSSocket),
    connection,
  };
  fake.questions.push(question);
  const mishap = fake.mishap(question);
  if (mishap === 'silence') return;
  if (mishap === 'cut') return void incoming.socket.destroy();
  const answer =
    typeof mishap === 'object' ? { status: mishap.status } : await answerTo(fake, question, incoming);
  if (mishap === 'cut-after') return void incoming.socket.destroy();
  const body = answer.body ?? '';
  if (typeof mishap === 'object') outgoing.statusMessage = mishap.words;
  outgoing.writeHead(answer.status, { 'content-length': Buffer.byteLength(body), ...answer.headers });
  outgoing.end(question.method === 'HEAD' ? undefined : body);
}

const commonNameOf = (socket: TLSSocket): string => {
  const name = socket.getPeerCertificate().subject?.CN;
  return [name].flat().at(-1) ?? '';
};

type Route = (
  fake: FakeArex,
  question: FakeQuestion,
  match: RegExpExecArray,
  incoming: IncomingMessage,
) => Answer | Promise<Answer>;

const routes: readonly (readonly [method: string, path: RegExp, route: Route])[] = [
  ['POST', /^\/jobs\?action=new$/, (fake, { body }) => accept(fake, body)],
  [
    'POST',
    /^\/jobs\?action=(status|info|kill|clean)$/,
    (fake, question, [, action = '']) => act(fake, question, action),
  ],
  [
    'GET',
    /^\/jobs$/,
    (fake) => ({
      status: 200,
      body: wire(
        'job',
        [...fake.jobs.keys()].map((id) => ({ id })),
      ),
    }),
  ],
  [
    'PUT',
    /^\/jobs\/(\w+)\/session\/(.+)$/,
    (fake, { body }, [, id = '', name = '']) => put(fake, id, name, body),
  ],
  ['HEAD', /^\/jobs\/(\w+)\/session\/(.+)$/, (fake, _, [, id = '', name = '']) => file(fake, id, name)],
  [
    'GET',
    /^\/jobs\/(\w+)\/session\/(.+)$/,
    (fake, _, [, id = '', name = ''], { headers }) => file(fake, id, name, headers.range),
  ],
  [
    'GET',
    /^\/jobs\/(\w+)\/diagnose\/(\w+)$/,
    (_fake, _, [, , what]) => ({
      status: 200,
      body: what === 'failed' ? 'LRMS error: (3) wrong exit code\n' : '',
    }),
  ],
  ['POST', /^\/delegations\?action=new$/, (fake) => request(fake, `d${fake.delegations.size + 1}`)],
  ['POST', /^\/delegations\/(\w+)\?action=renew$/, (fake, _, [, id = '']) => request(fake, id)],
  [
    'PUT',
    /^\/delegations\/(\w+)$/,
    (fake, { body }, [, id = '']) => (fake.delegations.set(id, body), { status: 200 }),
  ],
];

function answerTo(
  fake: FakeArex,
  question: FakeQuestion,
  incoming: IncomingMessage,
): Answer | Promise<Answer> {
  for (const [method, path, route] of routes) {
    const match = method === question.method ? path.exec(question.path) : null;
    if (match !== null) return route(fake, question, match, incoming);
  }
  return { status: 404 };
}

/** Nothing is an empty text, one thing an object, several a list. */
const wire = (key: string, items: readonly object[]): string =>
  items.length === 0 ? '' : JSON.stringify({ [key]: items.length === 1 ? items[0] : items });

/** Ids are never used again. */
let accepted = 0;

function accept(fake: FakeArex, body: string): Answer {
  const items = body
    .split('<ActivityDescription>')
    .slice(1)
    .map((description) => {
      const queue = /<QueueName>(.*?)<\/QueueName>/.exec(description)?.[1] ?? '';
      if (!fake.queues.includes(queue))
        return { 'status-code': '500', reason: `Requested queue ${queue} is not allowed for this user` };
      accepted += 1;
      const id = `J${accepted}`;
      const name = /<Name>(.*?)<\/Name>/.exec(description)?.[1] ?? '';
      fake.jobs.set(id, { id, name, description, files: new Map(), state: 'ACCEPTED' });
      return { 'status-code': '201', reason: 'Created', id, state: 'ACCEPTING' };
    });
  return { status: 201, body: wire('job', items) };
}

/** A body of another type is ignored, as by the real one. */
function act(fake: FakeArex, { body, contentType }: FakeQuestion, action: string): Answer {
  if (contentType !== 'application/json') return { status: 201 };
  const { job } = JSON.parse(body) as { job: readonly { id: string }[] };
  const items = job.map(({ id }) => {
    const found = fake.jobs.get(id);
    if (found === undefined) return { 'status-code': '404', reason: 'Job not found', id, state: 'None' };
    if (action === 'kill' && found.state !== 'FINISHED') found.state = 'KILLED';
    if (action === 'clean') fake.jobs.delete(id);
    const code = action === 'kill' || action === 'clean' ? '202' : '200';
    const document = action === 'info' ? { info_document: { ComputingActivity: { Name: found.name } } } : {};
    return { 'status-code': code, reason: 'OK', id, state: found.state, ...document };
  });
  return { status: 201, body: wire('job', items) };
}

function put(fake: FakeArex, id: string, name: string, body: string): Answer {
  const job = fake.jobs.get(id);
  job?.files.set(name, body);
  return { status: job === undefined ? 404 : 200 };
}

function file(fake: FakeArex, id: string, name: string, range?: string): Answer {
  const content = fake.jobs.get(id)?.files.get(name);
  if (content === undefined) return { status: 404 };
  const from = Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);
  return { status: from > 0 ? 206 : 200, body: Buffer.from(content).subarray(from).toString('utf8') };
}

const request = async (fake: FakeArex, id: string): Promise<Answer> => {
  fake.delegations.set(id, fake.delegations.get(id) ?? '');
  return {
    status: 201,
    body: await makeProxyRequest(await generateRsaKeyPair()),
    headers: { location: `/arex/rest/1.0/delegations?action=new/${id}` },
  };
};
