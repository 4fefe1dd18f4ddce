/** A world for commands: a folder of its own, a clock that sleeps at once, and a server that answers as told. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCli } from '../run.ts';
import type { World } from '../world.ts';

export interface SentRequest {
  readonly method: string;
  readonly url: string;
  readonly authorization: string | null;
  readonly idempotencyKey: string | null;
  /** Text of the body; empty for uploads. */
  readonly body: string;
  readonly form: FormData | undefined;
}

/** Answers by `METHOD /path`; a list is given out one after the other, its last for ever. */
export type Answers = Record<string, unknown>;

export class Refusal {
  readonly status: number;
  readonly body: unknown;

  constructor(status: number, body: unknown) {
    this.status = status;
    this.body = body;
  }
}

const startMs = Date.UTC(2026, 10, 20, 12);

/** A token that says of itself what real ones say. */
export const aToken = (name: string, lifeS = 1200): string =>
  [
    'e30',
    Buffer.from(JSON.stringify({ sub: name, iss: server, exp: startMs / 1000 + lifeS })).toString(
      'base64url',
    ),
    name,
  ].join('.');

export const server = 'https://wms.example.org';

async function bodyOf(init: RequestInit | undefined): Promise<Pick<SentRequest, 'body' | 'form'>> {
  const body = init?.body;
  if (body instanceof FormData) return { body: '', form: body };
  return {
    body: body instanceof URLSearchParams ? body.toString() : typeof body === 'string' ? body : '',
    form: undefined,
  };
}

function respond(answer: unknown): Response {
  if (answer instanceof Response) return answer.clone();
  if (answer instanceof Refusal) return Response.json(answer.body, { status: answer.status });
  return Response.json(answer);
}

export async function makeWorld(answers: Answers = {}, env: Record<string, string> = {}) {
  const cwd = await mkdtemp(join(tmpdir(), 'wm-cli-'));
  const sent: SentRequest[] = [];
  const printed: string[] = [];
  const complained: string[] = [];
  const slept: number[] = [];
  let nowMs = startMs;
  const world: World = {
    env: { XDG_RUNTIME_DIR: cwd, ...env },
    cwd,
    userId: process.getuid?.() ?? 0,
    home: cwd,
    fetchAs: () => world.fetch,
    askSecret: async () => '',
    async fetch(input, init) {
      const url = input instanceof Request ? input.url : input.toString();
      const method = init?.method ?? 'GET';
      const headers = new Headers(init?.headers);
      sent.push({
        method,
        url,
        authorization: headers.get('authorization'),
        idempotencyKey: headers.get('idempotency-key'),
        ...(await bodyOf(init)),
      });
      const known = answers[`${method} ${new URL(url).pathname}`];
      const answer: unknown =
        Array.isArray(known) && known.length > 1 ? known.shift() : Array.isArray(known) ? known[0] : known;
      if (answer === undefined) throw new TypeError('fetch failed');
      return respond(answer);
    },
    print: (line) => void printed.push(line),
    complain: (line) => void complained.push(line),
    isTerminal: false,
    nowMs: () => nowMs,
    async sleep(ms) {
      slept.push(ms);
      nowMs += ms;
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
  return {
    world,
    cwd,
    tokenFile: join(cwd, `bt_u${world.userId}`),
    sent,
    printed,
    complained,
    slept,
    answers,
    advanceS: (seconds: number) => void (nowMs += seconds * 1000),
    run: (...words: readonly string[]) => runCli('dirac', words, world),
    [Symbol.asyncDispose]: () => rm(cwd, { recursive: true, force: true }),
  };
}
