/**
 * What opens an ARC CE: an X.509 proxy (a file, or one of the store) or a bearer token (a file, or of an OAuth client),
 * and the authorities that are trusted. Read at each call (authorities once a minute), so that whoever renews them need
 * not restart anything. Throws `service.unavailable` that names the file or parameter.
 */
import { createPrivateKey, createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  importSigningKey,
  parseChain,
  readPem,
  slashForm,
  writePem,
  type Certificate,
  type PemBlock,
} from '@wm/credentials';
import type { Clock } from '../../../kernel/clock.ts';
import { WmsError } from '../../../kernel/wms-error.ts';
import type { ClientTokens } from '../../tokens/client-token.adapter.ts';
import type { ComputingElementContext, StoredProxyName } from '../../computing-element.ts';
import type { ArcParameters } from './arc-parameters.ts';

export interface ArcCredential {
  /** Distinguished name, or issuer and subject of a token: who owns the jobs. */
  readonly identity: string;
  /** Changes with every change of a file. */
  readonly digest: string;
  readonly authorities: string;
  /** Certificate, key and chain as they stand in the file. */
  readonly proxy?: ArcProxy;
  readonly token?: string;
}

export interface ArcProxy {
  readonly pem: string;
  /** Leaf first. */
  readonly chain: readonly Certificate[];
  readonly isLimited: boolean;
  readonly endsAtMs: number;
}

type Files = Pick<ArcParameters, 'proxyFile' | 'tokenFile' | 'storedProxy' | 'caFolder' | 'caFile'>;
type TakeStored = ComputingElementContext['storedProxy'];

/** Where a credential comes from that lies in no file. */
interface Sources {
  readonly takeStored?: TakeStored;
  readonly clientToken?: ClientTokens | undefined;
}

export interface ArcCredentials {
  read(): Promise<ArcCredential>;
}

/** Trust folders hold hundreds of files and change with the day. */
const keepAuthoritiesMs = 60_000;

export const createArcCredentials = (files: Files, clock: Clock, sources: Sources): ArcCredentials => {
  let kept: { readonly text: string; readonly atMs: number } | undefined;

  const authoritiesNow = async (nowMs: number): Promise<string> => {
    if (kept === undefined || nowMs - kept.atMs > keepAuthoritiesMs)
      kept = { text: await readAuthorities(files), atMs: nowMs };
    return kept.text;
  };

  return {
    read: async () => {
      const nowMs = clock.nowMs();
      const authorities = await authoritiesNow(nowMs);
      const own = await readOwn(files, nowMs, sources);
      const secret = 'token' in own ? own.token : own.proxy.pem;
      const digest = createHash('sha256').update(authorities).update('\0').update(secret).digest('hex');
      return { ...own, authorities, digest };
    },
  };
};

async function readOwn(files: Files, nowMs: number, { takeStored, clientToken }: Sources) {
  const { proxyFile, tokenFile, storedProxy } = files;
  if (storedProxy !== undefined)
    return readProxy(storedName(storedProxy), await fromStore(storedProxy, takeStored), nowMs);
  if (clientToken !== undefined) return ownOfToken(await clientToken());
  if (proxyFile === undefined) return readToken(tokenFile ?? '');
  return readProxy(proxyFile, await read(proxyFile, 'an X.509 proxy: certificate, key and chain'), nowMs);
}

const storedName = ({ user, group }: StoredProxyName): string => `storedProxy ${user}@${group}`;

async function fromStore(whose: StoredProxyName, takeStored: TakeStored): Promise<string> {
  try {
    if (takeStored === undefined) throw new Error('there is no store of proxies here');
    return await takeStored(whose);
  } catch (cause) {
    const said = cause instanceof Error ? cause.message.replace(/\.$/, '') : '';
    throw unusable(
      storedName(whose),
      `gives no proxy: ${said}. Let ${whose.user} store one that serves the group: dirac-proxy-init -g ${whose.group} -U, or Proxy Upload.`,
      cause,
    );
  }
}

const unusable = (path: string, words: string, cause?: unknown): WmsError =>
  new WmsError('service.unavailable', `${path} ${words}`, { file: path, wasSent: false }, { cause });

const read = (path: string, what: string): Promise<string> =>
  readFile(path, 'utf8').catch((cause: unknown) => {
    throw unusable(path, `cannot be read; it should hold ${what}.`, cause);
  });

async function readProxy(
  path: string,
  pem: string,
  nowMs: number,
): Promise<{ identity: string; proxy: ArcProxy }> {
  const chain = chainOf(path, pem);
  const endsAtMs = Math.min(...chain.map(({ notAfterMs }) => notAfterMs));
  if (endsAtMs <= nowMs)
    throw unusable(path, `holds a proxy that ended on ${new Date(endsAtMs).toISOString()}; renew it.`);
  const endEntity = chain.find(({ proxy }) => proxy === undefined);
  if (endEntity === undefined)
    throw unusable(path, 'holds no certificate of a person or robot below its proxies.');
  const isLimited = chain.some(({ proxy }) => proxy?.policy === 'limited');
  return { identity: slashForm(endEntity.subject), proxy: { pem, chain, isLimited, endsAtMs } };
}

function chainOf(path: string, pem: string): readonly Certificate[] {
  try {
    keyBlock(pem);
    return parseChain(
      readPem(pem)
        .filter(({ label }) => label === 'CERTIFICATE')
        .map(({ der }) => der),
    );
  } catch (cause) {
    throw unusable(path, 'holds no X.509 proxy: certificate, key and chain are needed, in PEM.', cause);
  }
}

const keyBlock = (pem: string): PemBlock => {
  const block = readPem(pem).find(({ label }) => label.endsWith('PRIVATE KEY'));
  if (block === undefined) throw new Error('there is no private key');
  return block;
};

/** To sign with; grid tools write keys in several forms. */
export function signingKeyOf({ pem, chain }: ArcProxy): ReturnType<typeof importSigningKey> {
  const { label, der } = keyBlock(pem);
  const pkcs8 = createPrivateKey(writePem(label, der)).export({ type: 'pkcs8', format: 'der' });
  const [leaf] = chain;
  if (leaf === undefined) throw new Error('there is no certificate');
  return importSigningKey(pkcs8, leaf.publicKey).finally(() => pkcs8.fill(0));
}

async function readToken(path: string): Promise<{ identity: string; token: string }> {
  const token = (await read(path, 'a bearer token')).trim();
  if (!/^[\w.~+/=-]+$/.test(token)) throw unusable(path, 'holds no bearer token on one line.');
  return ownOfToken(token);
}

const ownOfToken = (token: string) => ({ identity: identityOfToken(token), token });

/** Not verified: only to notice that it is somebody else's. */
function identityOfToken(token: string): string {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    const { iss, sub } = claims as { iss?: unknown; sub?: unknown };
    return typeof iss === 'string' && typeof sub === 'string' ? `${iss}/${sub}` : '';
  } catch {
    return '';
  }
}

async function readAuthorities({ caFile, caFolder }: Files): Promise<string> {
  if (caFile !== undefined) return read(caFile, 'the certificates of trusted authorities');
  const names = await readdir(caFolder).catch((cause: unknown) => {
    throw unusable(caFolder, 'cannot be read; it should be the folder of trusted authorities.', cause);
  });
  // Hash links say the same once more.
  const texts = await Promise.all(
    names
      .filter((name) => /\.(pem|crt|0)$/.test(name))
      .toSorted()
      .map((name) => readFile(join(caFolder, name), 'utf8').catch(() => '')),
  );
  const authorities = [...new Set(texts)].filter((text) => text.includes('BEGIN CERTIFICATE')).join('\n');
  if (authorities === '') throw unusable(caFolder, 'holds no certificate of an authority (*.pem or *.0).');
  return authorities;
}
