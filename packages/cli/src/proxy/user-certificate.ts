/**
 * The person's certificate and key on disk, as PEM pair or .p12, opened with a passphrase that is asked for when one is
 * needed. The key is used to sign and leaves this process in no form.
 */
import { createPrivateKey } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import {
  checkPerson,
  importSigningKey,
  isCredentialError,
  isKeyPair,
  parseCertificate,
  readPem,
  type Certificate,
} from '@wm/credentials';
import { openPkcs12 } from '@wm/credentials/pkcs12';
import { CliError } from '../cli-error.ts';
import { readPrivateFile } from '../private-file.ts';
import type { World } from '../world.ts';
import type { CertificatePlaces } from './grid-places.ts';

export interface UserCertificate {
  readonly certificate: Certificate;
  readonly intermediates: readonly Certificate[];
  readonly key: Awaited<ReturnType<typeof importSigningKey>>;
}

const question = 'Enter Certificate password:';

const wrongPassphrase = (path: string): CliError =>
  new CliError(`Bad passphrase: it does not open ${path}. Nothing was sent.`);

const refusal = (path: string) => (why: string) => new CliError(`The key in ${path} is not used: ${why}.`);

const notFound = ({ certificate, key, pkcs12 }: CertificatePlaces): CliError =>
  new CliError(
    `Can't find user certificate and key: looked for ${certificate} with ${key}, and for ${pkcs12}. Name them with -C and -K.`,
  );

const readIfThere = (path: string): Promise<Buffer | undefined> =>
  readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw new CliError(`${path} cannot be read (${error.code}).`);
  });

async function openPem(
  world: World,
  certificates: string,
  keyFile: string,
): Promise<UserCertificate | undefined> {
  const keyPem = (await readPrivateFile(keyFile, world.userId, refusal(keyFile)))?.toString('utf8');
  if (keyPem === undefined) return undefined;
  const isLocked = /ENCRYPTED/.test(keyPem);
  const passphrase = isLocked ? await world.askSecret(question) : undefined;
  let pkcs8: Buffer;
  try {
    pkcs8 = createPrivateKey({ key: keyPem, passphrase }).export({ format: 'der', type: 'pkcs8' });
  } catch {
    if (isLocked) throw wrongPassphrase(keyFile);
    throw new CliError(`${keyFile} holds no private key.`);
  }
  const [certificate, ...intermediates] = readPem(certificates)
    .filter(({ label }) => label === 'CERTIFICATE')
    .map(({ der }) => parseCertificate(der));
  if (certificate === undefined) throw new CliError('The certificate file holds no certificate.');
  const key = await importSigningKey(pkcs8, certificate.publicKey).finally(() => pkcs8.fill(0));
  if (!(await isKeyPair(key, certificate.publicKey)))
    throw new CliError(`The key in ${keyFile} does not belong to the certificate.`);
  return { certificate, intermediates, key };
}

async function openP12(world: World, path: string): Promise<UserCertificate | undefined> {
  const bytes = await readPrivateFile(path, world.userId, refusal(path));
  if (bytes === undefined) return undefined;
  const opened = await openPkcs12(new Uint8Array(bytes), await world.askSecret(question));
  return { certificate: opened.endEntity, intermediates: opened.intermediates, key: opened.key };
}

async function open(world: World, places: CertificatePlaces): Promise<UserCertificate | undefined> {
  const { certificate, key, pkcs12 } = places;
  if (/\.(p12|pfx)$/.test(certificate)) return openP12(world, certificate);
  const pem = await readIfThere(certificate);
  return pem === undefined ? openP12(world, pkcs12) : openPem(world, pem.toString('utf8'), key);
}

/** Throws in DIRAC's words. */
export async function userCertificate(world: World, places: CertificatePlaces): Promise<UserCertificate> {
  try {
    const found = await open(world, places);
    if (found === undefined) throw notFound(places);
    checkPerson(found.certificate, world.nowMs());
    return found;
  } catch (error) {
    if (!isCredentialError(error)) throw error;
    throw error.reason === 'P12_PASSPHRASE'
      ? wrongPassphrase(places.certificate)
      : new CliError(error.message);
  }
}
