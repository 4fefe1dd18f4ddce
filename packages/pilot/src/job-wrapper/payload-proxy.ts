/**
 * The payload's own credential: a limited proxy of the job's owner (DESIGN D12). The key is made here, ahead of
 * time because that takes longer than to start a payload, and never leaves the node; the server signs its
 * public half. A job without proxy runs nevertheless: not every payload needs one.
 */
import { generateKeyPair } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { isWmsError } from '@wm/wms-core/vocabulary';
import type { Attempt } from './attempt.ts';
import { JobStop, sentenceOf } from './job-stop.ts';
import type { OutputFile } from './output-files.ts';
import type { JobFolder } from './prepare.ts';

/** PEM. Each pair is for one attempt: payloads of different users must not share a key. */
export interface ProxyKeys {
  readonly publicKey: string;
  /** PKCS#1, as the tools of the grid expect it. */
  readonly privateKey: string;
}

export interface KeySupply {
  /** Begins to make the next pair unless there is one. */
  prepare(): void;
  take(): Promise<ProxyKeys>;
}

const makeKeys = (): Promise<ProxyKeys> =>
  promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });

/** Begins at once with the first pair. */
export function createKeySupply(): KeySupply {
  let next = makeKeys();
  let isTaken = false;
  const prepare = (): void => {
    if (isTaken) next = makeKeys();
    isTaken = false;
  };
  return {
    prepare,
    take: () => {
      prepare();
      isTaken = true;
      return next;
    },
  };
}

export interface PayloadProxy {
  /** What became of it, told as job parameter `PayloadProxy`. */
  readonly words: string;
  /** Undefined when there is none. */
  readonly secret?: {
    readonly pem: string;
    readonly privateKey: string;
    readonly validUntilMs: number;
  };
}

/** A server that restarts is waited for so long; then the payload starts without. */
const patienceMs = 30_000;

/** Proxy, its key, the chain below it. */
const proxyFileOf = (chainPem: string, privateKey: string): string =>
  chainPem.replace('-----END CERTIFICATE-----\n', (end) => end + privateKey);

/** Throws `JobStop` when the attempt is over for the server; every other failure is told in the words. */
export async function requestProxy({ job, pilot, ending }: Attempt): Promise<PayloadProxy> {
  try {
    const { publicKey, privateKey } = await pilot.keys.take();
    const { chainPem, validUntil } = await pilot.server.call(
      'POST /pilot/v1/jobs/:jobId/proxy',
      { params: { jobId: job.jobId }, body: { attempt: job.attempt, publicKeyPem: publicKey } },
      { signal: ending.signal, timeoutMs: patienceMs, giveUpAfterMs: patienceMs },
    );
    return {
      words: `Limited, valid until ${validUntil}`,
      secret: {
        pem: proxyFileOf(chainPem, privateKey),
        privateKey,
        validUntilMs: Date.parse(validUntil),
      },
    };
  } catch (error) {
    ending.signal.throwIfAborted();
    const code = isWmsError(error) ? error.code : undefined;
    if (code === 'job.stale-attempt' || code === 'job.not-found')
      throw new JobStop('stale', '', sentenceOf(error), { cause: error });
    pilot.log.write(`job ${job.jobId}: no proxy for the payload: ${sentenceOf(error)}`);
    return { words: `None: ${sentenceOf(error)}` };
  }
}

/**
 * Writes the proxy into the job's temporary folder, where no pattern of an output sandbox finds it, and returns
 * the name of the file.
 */
export async function storeProxy(proxy: PayloadProxy, folder: JobFolder): Promise<string | undefined> {
  if (proxy.secret === undefined) return undefined;
  const name = `x509up_u${process.getuid?.() ?? 0}`;
  await writeFile(join(folder.temporary, name), proxy.secret.pem, { mode: 0o600, flag: 'wx' });
  return name;
}

/** Copies of a proxy are small; larger files are not looked into. */
const largestCopyBytes = 1_048_576;

/** Keeps files that contain a key of the payload's proxies from being uploaded. */
export async function withholdKey(
  files: readonly OutputFile[],
  { proxy, formerKeys }: Pick<Attempt, 'proxy' | 'formerKeys'>,
): Promise<{ readonly harmless: readonly OutputFile[]; readonly withheld: readonly string[] }> {
  const own = proxy?.secret?.privateKey;
  const keys = [...(own === undefined ? [] : [own]), ...formerKeys].map((key) => key.trim());
  if (keys.length === 0) return { harmless: files, withheld: [] };
  const withheld = new Set<string>();
  for (const { name, path, sizeBytes } of files)
    if (sizeBytes <= largestCopyBytes) {
      const content = await readFile(path);
      if (keys.some((key) => content.includes(key))) withheld.add(name);
    }
  return { harmless: files.filter(({ name }) => !withheld.has(name)), withheld: [...withheld] };
}
