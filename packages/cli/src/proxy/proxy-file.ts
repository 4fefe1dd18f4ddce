/** The proxy on disk as grid tools write and read it: proxy, its key, and what is below; mode 0600. */
import { createPrivateKey } from 'node:crypto';
import {
  exportPrivateKey,
  parseCertificate,
  readPem,
  writeCertificates,
  type Certificate,
} from '@wm/credentials';
import { CliError } from '../cli-error.ts';
import { readPrivateFile, writePrivateFile } from '../private-file.ts';

export interface ProxyFile {
  readonly path: string;
  /** Leaf first. */
  readonly chain: readonly Certificate[];
  /** Of the leaf. */
  readonly keyPem: string;
}

const refusal = (path: string) => (why: string) => new CliError(`The proxy in ${path} is not used: ${why}.`);

/** Undefined when there is none. */
export async function readProxyFile(path: string, userId: number): Promise<ProxyFile | undefined> {
  const text = (await readPrivateFile(path, userId, refusal(path)))?.toString('utf8');
  if (text === undefined) return undefined;
  try {
    const chain = readPem(text)
      .filter(({ label }) => label === 'CERTIFICATE')
      .map(({ der }) => parseCertificate(der));
    if (chain.length === 0) throw new Error('no certificate');
    return {
      path,
      chain,
      keyPem: createPrivateKey(text).export({ format: 'pem', type: 'pkcs8' }).toString(),
    };
  } catch {
    throw refusal(path)('it holds no certificate with its key');
  }
}

/** The key is written as `RSA PRIVATE KEY`, which old tools read. */
export async function writeProxyFile(
  path: string,
  [leaf, ...rest]: readonly Uint8Array[],
  key: Parameters<typeof exportPrivateKey>[0],
): Promise<void> {
  if (leaf === undefined) throw new CliError('There is no proxy to save.');
  const pkcs8 = Buffer.from(await exportPrivateKey(key));
  const keyPem = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }).export({
    format: 'pem',
    type: 'pkcs1',
  });
  pkcs8.fill(0);
  try {
    await writePrivateFile(path, writeCertificates([leaf]) + keyPem.toString() + writeCertificates(rest));
  } catch (error) {
    const { code = 'error' } = error as NodeJS.ErrnoException;
    throw new CliError(`The proxy cannot be saved in ${path} (${code}). Name another file with --out.`);
  }
}
