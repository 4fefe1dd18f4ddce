/**
 * The proxy that an ARC CE holds for our jobs (computing-elements.md §7.2). One delegation serves all of them: its id
 * stands in the folder of the computing element, and it is renewed when under a third of its life is left. Limited
 * unless configured otherwise: a service needs no more, and what it holds may be stolen from it.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buildProxy, publicKeyOfRequest, writeCertificates } from '@wm/credentials';
import type { Clock } from '../../../kernel/clock.ts';
import { WmsError } from '../../../kernel/wms-error.ts';
import { delegationIdOf } from './arc-answers.ts';
import { signingKeyOf, type ArcCredential, type ArcProxy } from './arc-credential.adapter.ts';
import type { ArcHttp } from './arc-http.adapter.ts';
import type { ArcParameters } from './arc-parameters.ts';

export interface ArcDelegations {
  /** Id for the description of a job; undefined when none is needed. Renews it when due. */
  current(credential: ArcCredential): Promise<string | undefined>;
}

interface Delegation {
  readonly id: string;
  readonly identity: string;
  readonly kind: ArcParameters['delegation'];
  readonly madeAtMs: number;
  readonly endsAtMs: number;
}

export interface ArcDelegationParts {
  readonly http: ArcHttp;
  readonly folder: string;
  readonly kind: ArcParameters['delegation'];
  readonly clock: Clock;
}

/** A proxy that lasts hardly longer is not worth a renewal. */
const worthMs = 60_000;
const pem = 'application/x-pem-file';

export const createArcDelegations = (parts: ArcDelegationParts): ArcDelegations => {
  const path = join(parts.folder, 'delegation.json');

  const read = async (): Promise<Delegation | undefined> => {
    const text = await readFile(path, 'utf8').catch(() => '');
    return text === '' ? undefined : (JSON.parse(text) as Delegation);
  };

  const write = async (delegation: Delegation): Promise<void> => {
    await mkdir(parts.folder, { recursive: true, mode: 0o700 });
    await writeFile(`${path}.new`, JSON.stringify(delegation), { mode: 0o600 });
    await rename(`${path}.new`, path);
  };

  /** A request of the service, signed; `known` is renewed. */
  const delegate = async (
    { identity }: ArcCredential,
    proxy: ArcProxy,
    known?: string,
  ): Promise<Delegation> => {
    const action = known === undefined ? '/delegations?action=new' : `/delegations/${known}?action=renew`;
    const asked = await parts.http.ask({ method: 'POST', path: action });
    const id = known ?? delegationIdOf(asked.location);
    if (asked.status !== 201 || id === undefined) throw refused(asked.status, asked.words);
    const { kind, clock } = parts;
    const nowMs = clock.nowMs();
    const policy = kind === 'limited' || proxy.isLimited ? 'limited' : 'inheritAll';
    const body = await signed(asked.body.toString('latin1'), proxy, policy, nowMs);
    const put = await parts.http.ask({ method: 'PUT', path: `/delegations/${id}`, body, contentType: pem });
    if (put.status !== 200) throw refused(put.status, put.words);
    return { id, identity, kind, madeAtMs: nowMs, endsAtMs: proxy.endsAtMs };
  };

  const current = async (credential: ArcCredential): Promise<string | undefined> => {
    const { proxy } = credential;
    if (proxy === undefined || parts.kind === 'none') return undefined;
    const there = await read();
    const isUsable = there?.identity === credential.identity && there.kind === parts.kind;
    if (isUsable && !isDue(there, proxy, parts.clock.nowMs())) return there.id;
    const fresh = await delegate(credential, proxy, isUsable ? there.id : undefined);
    await write(fresh);
    return fresh.id;
  };

  // Submissions to several queues at once share one delegation.
  let running: Promise<unknown> = Promise.resolve();
  return {
    current: (credential) => {
      const next = running.then(() => current(credential));
      running = next.catch(() => undefined);
      return next;
    },
  };
};

const isDue = ({ madeAtMs, endsAtMs }: Delegation, proxy: ArcProxy, nowMs: number): boolean =>
  endsAtMs - nowMs < (endsAtMs - madeAtMs) / 3 && proxy.endsAtMs > endsAtMs + worthMs;

/** The proxy for the key of the service, and the chain that it continues. The request has nothing but its key. */
async function signed(
  request: string,
  proxy: ArcProxy,
  policy: 'limited' | 'inheritAll',
  nowMs: number,
): Promise<string> {
  const [issuer] = proxy.chain;
  if (issuer === undefined) throw new Error('there is no certificate');
  const leaf = await buildProxy({
    issuer,
    issuerKey: await signingKeyOf(proxy),
    publicKey: await publicKeyOfRequest(request),
    nowMs,
    notAfterMs: proxy.endsAtMs,
    policy,
  });
  return writeCertificates([leaf, ...proxy.chain.map(({ der }) => der)]);
}

const refused = (status: number, words: string): WmsError =>
  new WmsError('service.unavailable', `The service refused the delegation: ${status} ${words}`, {
    wasSent: false,
  });
