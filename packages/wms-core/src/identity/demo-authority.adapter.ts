/**
 * A throw-away certification authority for demo installations: made at first start in the data folder (keys
 * of mode 0600), with two .p12 files for each demo user, one in the encoding of today and one in that of old
 * exporters, and a certificate of the server itself. Its folder `trust` is the trust anchor of the demo. Never part of a real installation.
 */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { nameKey, slashForm, writePem } from '@wm/credentials';
import {
  encodeHostNames,
  issueCertificate,
  issueRevocationList,
  privateKeyOf,
  readCredential,
  writeCredential,
  type CertificateOrder,
  type Credential,
  type NamePart,
} from '@wm/credentials/authority';
import { writePkcs12 } from '@wm/credentials/pkcs12-writer';
import type { Clock } from '../kernel/clock.ts';
import type { ConfiguredCertificate } from './account.service.ts';

export interface DemoUser {
  readonly userName: string;
  readonly displayName: string;
}

export interface DemoCertificate {
  /** Lower case, such as `mkolar-modern.p12`. */
  readonly fileName: string;
  readonly path: string;
  readonly userName: string;
  readonly encoding: 'legacy' | 'modern';
  readonly passphrase: string;
}

export interface DemoAuthority {
  readonly trustFolder: string;
  /** Key of a second authority, which issues proxies without a certificate. */
  readonly issuingKeyFile: string;
  readonly certificates: readonly DemoCertificate[];
  /** Certificate and key, in one PEM, of a server that is reached over loopback. */
  readonly hostFile: string;
  /** For the account service: each demo user owns his certificate from the start. */
  readonly configuredCertificates: readonly ConfiguredCertificate[];
}

const passphrase = 'demo';
const dayMs = 86_400_000;
const encodings = ['modern', 'legacy'] as const;
const nameSpace: readonly NamePart[] = [
  ['DC', 'org'],
  ['DC', 'workload-manager-demo'],
];

async function writeSecretly(path: string, content: string | Uint8Array): Promise<void> {
  const temporary = `${path}.${process.pid}.new`;
  await writeFile(temporary, content, { mode: 0o600 });
  await rename(temporary, path);
}

/** The credential in the file while it lasts `minDays` more, else a new one. */
async function reuseOrIssue(
  path: string,
  minDays: number,
  nowMs: number,
  order: CertificateOrder,
  issuer?: Credential,
): Promise<{ readonly credential: Credential; readonly isNew: boolean }> {
  try {
    const credential = await readCredential(await readFile(path, 'utf8'));
    const { certificate } = credential;
    const isOfIssuer = !issuer || nameKey(certificate.issuer) === nameKey(issuer.certificate.subject);
    if (isOfIssuer && certificate.notAfterMs > nowMs + minDays * dayMs) return { credential, isNew: false };
  } catch {
    // not there yet, or cut off by a crash: made anew
  }
  const credential = await issueCertificate(order, issuer);
  await writeSecretly(path, await writeCredential(credential));
  return { credential, isNew: true };
}

async function prepareAuthority(folder: string, trustFolder: string, nowMs: number) {
  const authority = await reuseOrIssue(join(folder, 'authority.pem'), 400, nowMs, {
    subject: [...nameSpace, ['CN', `Demo CA ${crypto.randomUUID().slice(0, 8)}`]],
    notBeforeMs: nowMs - dayMs,
    notAfterMs: nowMs + 5 * 365 * dayMs,
    isCa: true,
    caPathLength: 0,
  });
  const { certificate } = authority.credential;
  const list = await issueRevocationList(authority.credential, {
    thisUpdateMs: nowMs - 60_000,
    nextUpdateMs: certificate.notAfterMs,
  });
  await writeSecretly(join(trustFolder, 'demo-ca.pem'), writePem('CERTIFICATE', certificate.der));
  await writeSecretly(join(trustFolder, 'demo-ca.r0'), writePem('X509 CRL', list));
  return authority;
}

/** For the names and addresses of loopback. */
async function prepareHost(file: string, authority: Credential, nowMs: number): Promise<void> {
  const loopback = [Uint8Array.of(127, 0, 0, 1), Uint8Array.of(...Array.from({ length: 15 }, () => 0), 1)];
  const order: CertificateOrder = {
    subject: [...nameSpace, ['CN', 'localhost']],
    notBeforeMs: nowMs - dayMs,
    notAfterMs: nowMs + 395 * dayMs,
    extensions: [encodeHostNames(['localhost'], loopback)],
  };
  await reuseOrIssue(file, 60, nowMs, order, authority);
}

async function writeFiles(
  person: Credential,
  authority: Credential,
  certificates: readonly DemoCertificate[],
): Promise<void> {
  const contents = {
    certificates: [person.certificate.der, authority.certificate.der],
    keys: [await privateKeyOf(person)],
  };
  for (const { path, encoding } of certificates)
    await writeSecretly(path, await writePkcs12(contents, { encoding, passphrase }));
}

const hasFiles = async (certificates: readonly DemoCertificate[]): Promise<boolean> =>
  Promise.all(certificates.map(({ path }) => readFile(path))).then(
    () => true,
    () => false,
  );

/** May be called at every start; makes only what is missing or about to end. */
export async function prepareDemoAuthority(options: {
  readonly folder: string;
  readonly users: readonly DemoUser[];
  readonly clock: Clock;
}): Promise<DemoAuthority> {
  const nowMs = options.clock.nowMs();
  const trustFolder = join(options.folder, 'trust');
  await mkdir(trustFolder, { recursive: true, mode: 0o700 });
  const authority = await prepareAuthority(options.folder, trustFolder, nowMs);
  const hostFile = join(options.folder, 'host.pem');
  await prepareHost(hostFile, authority.credential, nowMs);
  const prepared = await Promise.all(
    options.users.map(async ({ userName, displayName }) => {
      const stem = userName.toLowerCase().replaceAll(/[^a-z0-9.-]/g, '-');
      const certificates = encodings.map((encoding): DemoCertificate => {
        const fileName = `${stem}-${encoding}.p12`;
        return { fileName, path: join(options.folder, fileName), userName, encoding, passphrase };
      });
      const { credential, isNew } = await reuseOrIssue(
        join(options.folder, `${stem}.pem`),
        60,
        nowMs,
        {
          subject: [...nameSpace, ['O', 'Demo'], ['CN', `${displayName || userName} ${userName}`]],
          notBeforeMs: nowMs - dayMs,
          notAfterMs: nowMs + 395 * dayMs,
        },
        authority.credential,
      );
      if (isNew || !(await hasFiles(certificates)))
        await writeFiles(credential, authority.credential, certificates);
      return { userName, certificates, name: credential.certificate };
    }),
  );
  const issuingKeyFile = join(options.folder, 'issuing-authority.pem');
  await reuseOrIssue(issuingKeyFile, 100, nowMs, {
    subject: [...nameSpace, ['O', 'Issued'], ['CN', `Demo Issuing CA ${crypto.randomUUID().slice(0, 8)}`]],
    notBeforeMs: nowMs - dayMs,
    notAfterMs: nowMs + 5 * 365 * dayMs,
    isCa: true,
    caPathLength: 0,
  });
  return {
    trustFolder,
    hostFile,
    issuingKeyFile,
    certificates: prepared.flatMap(({ certificates }) => certificates),
    configuredCertificates: prepared.map(({ userName, name }) => ({
      userName,
      subjectKey: nameKey(name.subject),
      issuerKey: nameKey(name.issuer),
      subjectDn: slashForm(name.subject),
      issuerDn: slashForm(name.issuer),
    })),
  };
}
