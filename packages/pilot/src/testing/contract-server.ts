/**
 * A small server that speaks `/pilot/v1` and the presigned doors, for the pilot's tests. Every body in both
 * directions is checked by the schemas of the contract; a fault ends the test through `faults`.
 */
import { createHash } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { routes, type Route } from '@wm/api-contract';
import type { JobCommand, JobHeartbeat, JobReport, MatchedJob } from '@wm/wms-core/vocabulary';

export const testToken = `${'ab'.repeat(16)}.test-secret-of-the-pilot`;

export interface ContractServer {
  readonly url: string;
  readonly reports: JobReport[];
  readonly heartbeats: JobHeartbeat[];
  readonly outputs: Map<string, Buffer>;
  readonly calls: string[];
  /** Ids of the questions for a job, repeated ones too. */
  readonly questions: string[];
  /** Cut the connection instead of handing a job out, so many times. */
  lostMatches: number;
  readonly faults: string[];
  readonly commands: JobCommand[];
  /** `jobId/attempt` of attempts the server has given up. */
  readonly staleAttempts: Set<string>;
  heartbeatS: number;
  checks: { readonly name: string; readonly command: string; readonly timeoutS: number }[];
  idleStopS: number;
  maxOutputSandboxBytes: number;
  /** Tell pilots to stop as soon as no job waits. */
  stopWhenEmpty: boolean;
  /** While set, every connection is cut without an answer. */
  away: boolean;
  /** Cut the connection after the call was carried out, so many times. */
  lostAnswers: number;
  /** Signs proxies of payloads; nobody has one without it. */
  signProxy: ((publicKeyPem: string) => Promise<string>) | undefined;
  log: string;
  finished: { status: string; reason: string } | undefined;
  addJob(job: Partial<MatchedJob> & { readonly jdl: string }): MatchedJob;
  addInput(archive: Buffer, format?: string): MatchedJob['inputSandboxes'][number];
  /** Resolves as soon as `condition` holds, looked at after each call. */
  until(condition: () => boolean): Promise<void>;
  /** Last status told of a job. */
  statusOf(jobId: number): string | undefined;
  parametersOf(jobId: number): Readonly<Record<string, string>>;
  close(): Promise<void>;
}

interface State extends Omit<ContractServer, 'url' | 'close'> {
  readonly waiting: MatchedJob[];
  /** Jobs by the id of the question they answered. */
  readonly answered: Map<string, MatchedJob>;
  readonly inputs: Map<string, Buffer>;
  readonly events: EventEmitter;
}

type Answer = readonly [status: number, body?: unknown] | 'cut';
type Handler = (state: State, body: never, path: string) => Answer | Promise<Answer>;

const isStale = (state: State, jobId: number, attempt: number): boolean =>
  state.staleAttempts.has(`${jobId}/${attempt}`);

async function match(state: State, body: { waitS: number; requestId?: string }): Promise<Answer> {
  const { requestId = '' } = body;
  state.questions.push(requestId);
  const known = state.answered.get(requestId);
  if (known) return [200, { kind: 'match', job: known }];
  const endMs = Date.now() + body.waitS * 1000;
  while (state.waiting.length === 0 && !state.stopWhenEmpty && Date.now() < endMs) {
    const timeout = AbortSignal.timeout(Math.max(1, endMs - Date.now()));
    await once(state.events, 'change', { signal: timeout }).catch(() => {});
  }
  const job = state.waiting.shift();
  if (job) {
    state.answered.set(requestId, job);
    if (state.lostMatches > 0) {
      state.lostMatches -= 1;
      return 'cut';
    }
    return [200, { kind: 'match', job }];
  }
  if (state.stopWhenEmpty) return [200, { kind: 'stop', reason: 'No job waits.' }];
  return [200, { kind: 'noMatch', reason: 'No job waits.' }];
}

function report(state: State, body: { reports: JobReport[] }): Answer {
  const verdicts = body.reports.map((one) => {
    const stale = isStale(state, one.jobId, one.attempt);
    if (!stale) state.reports.push(one);
    const { jobId, attempt } = one;
    return stale ? { jobId, attempt, ok: false, code: 'job.stale-attempt' } : { jobId, attempt, ok: true };
  });
  return [200, { verdicts }];
}

function beat(state: State, body: { jobs: JobHeartbeat[]; acknowledged: number[] }): Answer {
  for (const commandId of body.acknowledged) {
    const at = state.commands.findIndex((command) => command.commandId === commandId);
    if (at >= 0) state.commands.splice(at, 1);
  }
  const held = body.jobs.filter((job) => !isStale(state, job.jobId, job.attempt));
  state.heartbeats.push(...held);
  const refused = body.jobs
    .filter((job) => isStale(state, job.jobId, job.attempt))
    .map(({ jobId, attempt }) => ({ jobId, attempt, ok: false, code: 'job.stale-attempt' }));
  const commands = state.commands.filter((command) => held.some((job) => job.jobId === command.jobId));
  return [200, { commands, refused, drain: false }];
}

function announce(
  state: State,
  body: { checksum: string; size: number; attempt: number },
  path: string,
): Answer {
  if (body.size > state.maxOutputSandboxBytes)
    return [413, { code: 'sandbox.too-large', detail: 'Too large.' }];
  if (isStale(state, Number(path.split('/')[4]), body.attempt))
    return [409, { code: 'job.stale-attempt', detail: 'Stale.' }];
  const pfn = `/S3/test/vo/group/user/sha256:${body.checksum}.tar.gz`;
  return [200, { pfn, url: '/files/sandboxes', fields: { token: `door:${pfn}` } }];
}

async function issueProxy(
  state: State,
  body: { attempt: number; publicKeyPem: string },
  path: string,
): Promise<Answer> {
  if (isStale(state, Number(path.split('/')[4]), body.attempt))
    return [409, { code: 'job.stale-attempt', detail: 'Stale.' }];
  if (!state.signProxy) return [409, { code: 'proxy.missing', detail: 'mkolar has no usable proxy.' }];
  return [
    200,
    { chainPem: await state.signProxy(body.publicKeyPem), validUntil: '2026-01-02T00:00:00.000Z' },
  ];
}

const handlers: Readonly<Record<string, Handler>> = {
  'POST /pilot/v1/register': (state) => [
    200,
    {
      heartbeatS: state.heartbeatS,
      idleStopS: state.idleStopS,
      checks: state.checks,
      limits: { maxOutputSandboxBytes: state.maxOutputSandboxBytes, peekLines: 200 },
    },
  ],
  'POST /pilot/v1/match': match,
  'POST /pilot/v1/reports': report,
  'POST /pilot/v1/heartbeats': beat,
  'POST /pilot/v1/jobs/:jobId/sandbox/output': announce,
  'POST /pilot/v1/jobs/:jobId/proxy': issueProxy,
  'POST /pilot/v1/log': (state, body: { text: string }) => {
    state.log += body.text;
    return [204];
  },
  'POST /pilot/v1/finish': (state, body: { status: string; reason: string }) => {
    state.finished = body;
    return [204];
  },
};

/** Stores the archive posted through the door; the form is read by the platform's own parser. */
async function receive(state: State, request: IncomingMessage, bytes: Buffer): Promise<Answer> {
  const form = await new Response(bytes, {
    headers: { 'content-type': request.headers['content-type'] ?? '' },
  }).formData();
  const names = [...form.keys()];
  const file = form.get('file');
  const token = form.get('token');
  const pfn = typeof token === 'string' ? token.replace('door:', '') : '';
  if (names.at(-1) !== 'file' || !(file instanceof Blob))
    return [400, { detail: 'file must be the last field' }];
  const archive = Buffer.from(await file.arrayBuffer());
  if (!pfn.includes(createHash('sha256').update(archive).digest('hex')))
    return [400, { code: 'sandbox.checksum' }];
  state.outputs.set(pfn, archive);
  return [204];
}

async function answer(state: State, request: IncomingMessage, bytes: Buffer): Promise<Answer | Buffer> {
  const path = request.url ?? '/';
  state.calls.push(`${request.method} ${path}`);
  if (request.method === 'GET' && path.startsWith('/inputs/')) return state.inputs.get(path) ?? [404];
  if (path === '/files/sandboxes') return receive(state, request, bytes);
  const key = `${request.method} ${path.replace(/\/jobs\/\d+\//, '/jobs/:jobId/')}`;
  const handler = handlers[key];
  const route = (routes as Readonly<Record<string, Route>>)[key];
  if (!handler || !route) return [404];
  if (request.headers.authorization !== `Bearer ${testToken}`)
    return [401, { code: 'pilot.unknown', detail: 'Who?' }];
  const result = await handler(state, route.body?.parse(JSON.parse(bytes.toString())) as never, path);
  if (result !== 'cut' && result[0] === 200) route.success.body?.parse(result[1]);
  return result;
}

async function serve(state: State, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (state.away) return void request.socket.destroy();
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  let result: Answer | Buffer;
  try {
    result = await answer(state, request, Buffer.concat(parts));
  } catch (error) {
    state.faults.push(String(error));
    result = [422, { code: 'input.invalid', detail: String(error) }];
  }
  state.events.emit('change');
  if (result === 'cut' || state.away || (state.lostAnswers > 0 && state.lostAnswers--))
    return void request.socket.destroy();
  if (Buffer.isBuffer(result)) return void response.end(result);
  const [status, body] = result;
  if (body === undefined) return void response.writeHead(status).end();
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function newState(): State {
  let jobs = 0;
  const state: State = {
    reports: [],
    heartbeats: [],
    outputs: new Map(),
    calls: [],
    questions: [],
    lostMatches: 0,
    answered: new Map(),
    faults: [],
    commands: [],
    staleAttempts: new Set(),
    heartbeatS: 0.1,
    checks: [],
    idleStopS: 10,
    maxOutputSandboxBytes: 10_485_760,
    stopWhenEmpty: true,
    away: false,
    lostAnswers: 0,
    signProxy: undefined,
    log: '',
    finished: undefined,
    waiting: [],
    inputs: new Map(),
    events: new EventEmitter().setMaxListeners(100),
    addJob: (given) => {
      jobs += 1;
      const names = { owner: 'mkolar', ownerGroup: 'demo_user', vo: 'demo' };
      const job = { jobId: jobs, attempt: 1, processors: 1, inputSandboxes: [], ...names, ...given };
      state.waiting.push(job);
      state.events.emit('change');
      return job;
    },
    addInput: (archive, format = 'tar.gz') => {
      const checksum = createHash('sha256').update(archive).digest('hex');
      const url = `/inputs/${checksum}`;
      state.inputs.set(url, archive);
      return { pfn: `SB:SandboxSE|/S3/test/vo/group/user/sha256:${checksum}.${format}`, url };
    },
    until: async (condition) => {
      while (!condition()) await once(state.events, 'change', { signal: AbortSignal.timeout(20_000) });
    },
    statusOf: (jobId) => state.reports.findLast((one) => one.jobId === jobId && one.status)?.status,
    parametersOf: (jobId) =>
      Object.assign(
        {},
        ...state.reports.filter((one) => one.jobId === jobId).map((one) => one.parameters),
      ) as Record<string, string>,
  };
  return state;
}

export async function startContractServer(): Promise<ContractServer> {
  const state = newState();
  const server = createServer((request, response) => void serve(state, request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return Object.assign(state, {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  });
}
