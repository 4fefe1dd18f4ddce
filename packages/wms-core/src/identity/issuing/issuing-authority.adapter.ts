/**
 * The installation's own authority for short-lived certificates (ADR 0020): its key from a file of mode 0600, and
 * a folder with what others need to trust it: certificate, revocation list, name space. The key never leaves this
 * file; whoever has it is everybody, so nothing else may read it. Or it is on a token, and a program signs with it.
 */
import type { webcrypto } from 'node:crypto';
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  nameKey,
  parseCertificate,
  parsePublicKey,
  readPem,
  slashForm,
  writePem,
  type Certificate,
} from '@wm/credentials';
import {
  heldSigner,
  issueCertificate,
  issueHeldAuthority,
  issueRevocationList,
  nameSpaceOf,
  personExtensions,
  readCredential,
  writeCredential,
  type Credential,
  type HeldAuthority,
  type NamePart,
} from '@wm/credentials/authority';
import { signingCommand } from './signing-command.adapter.ts';

/** Names of the files in the folder, as they are served too. */
export const authorityFiles = {
  certificate: 'issuing-authority.pem',
  revocationList: 'issuing-authority.r0',
  signingPolicy: 'issuing-authority.signing_policy',
} as const;

export interface CertificateWish {
  readonly commonName: string;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  readonly keys: webcrypto.CryptoKeyPair;
}

export interface RevokedCertificate {
  readonly serialHex: string;
  readonly atMs: number;
}

export interface IssuingAuthority {
  readonly subjectDn: string;
  readonly subjectKey: string;
  readonly notAfterMs: number;
  /** A certificate of a person; its end is cut to that of the authority. */
  issue(wish: CertificateWish): Promise<Certificate>;
  /** Writes the revocation list anew; it is good for a month. */
  publish(revoked: readonly RevokedCertificate[], nowMs: number): Promise<void>;
}

const dayMs = 86_400_000;
/** An empty SEQUENCE: no certificate or list is made of its signature. */
const probe = Uint8Array.of(0x30, 0);
const listLifetimeMs = 30 * dayMs;

async function writeWhole(path: string, content: string, mode: number): Promise<void> {
  const draft = `${path}.${process.pid}.new`;
  await writeFile(draft, content, { mode });
  await rename(draft, path);
}

async function readKeyFile(path: string): Promise<Credential> {
  const { mode } = await stat(path);
  if ((mode & 0o077) !== 0)
    throw new Error(
      `The key of the issuing authority in ${path} can be read by others (mode ${(mode & 0o777).toString(8)}); ` +
        'make it readable for its owner only: chmod 600.',
    );
  const credential = await readCredential(await readFile(path, 'utf8'));
  if (!credential.certificate.isCa)
    throw new Error(`The certificate in ${path} is not that of an authority.`);
  return credential;
}

/** The certificate of an authority whose key a program signs with; asks for one signature, so that faults show at once. */
async function readHeld(path: string, command: string): Promise<HeldAuthority> {
  const [block] = readPem(await readFile(path, 'utf8')).filter(({ label }) => label === 'CERTIFICATE');
  const certificate = parseCertificate(block?.der ?? new Uint8Array());
  if (!certificate.isCa) throw new Error(`The certificate in ${path} is not that of an authority.`);
  const signer = heldSigner(certificate.publicKey, signingCommand(command));
  await signer.seal(probe);
  return { certificate, signer };
}

/** As the IGTF writes it: the authority may sign below its own name only. */
function signingPolicyOf(certificate: Certificate): string {
  const authority = slashForm(certificate.subject);
  const space = authority.replace(/\/CN=[^/]*$/, '');
  return [
    `access_id_CA X509 '${authority}'`,
    'pos_rights globus CA:sign',
    `cond_subjects globus '"${space}/*"'`,
    '',
  ].join('\n');
}

/** Throws an Error for operators when the file is missing, open to others, or not that of an authority. */
export async function openIssuingAuthority(options: {
  readonly keyFile: string;
  /** Signs in place of a key in the file, which then holds the certificate alone. */
  readonly signCommand?: string | undefined;
  /** Made when missing; trust it, and give it to the sites. */
  readonly folder: string;
  /** Where the revocation list can be fetched. */
  readonly listUrl: string;
}): Promise<IssuingAuthority> {
  const { folder, listUrl, keyFile, signCommand } = options;
  const authority =
    signCommand === undefined ? await readKeyFile(keyFile) : await readHeld(keyFile, signCommand);
  const { certificate } = authority;
  await mkdir(folder, { recursive: true, mode: 0o755 });
  const place = (name: keyof typeof authorityFiles): string => join(folder, authorityFiles[name]);
  await writeWhole(place('certificate'), writePem('CERTIFICATE', certificate.der), 0o644);
  await writeWhole(place('signingPolicy'), signingPolicyOf(certificate), 0o644);
  return {
    subjectDn: slashForm(certificate.subject),
    subjectKey: nameKey(certificate.subject),
    notAfterMs: certificate.notAfterMs,
    async issue({ commonName, notBeforeMs, notAfterMs, keys }) {
      const issued = await issueCertificate(
        {
          subject: [...nameSpaceOf(certificate.subject), ['CN', commonName]],
          notBeforeMs: Math.max(notBeforeMs, certificate.notBeforeMs),
          notAfterMs: Math.min(notAfterMs, certificate.notAfterMs),
          keys,
          extensions: personExtensions(listUrl),
        },
        authority,
      );
      return issued.certificate;
    },
    async publish(revoked, nowMs) {
      const list = await issueRevocationList(authority, {
        thisUpdateMs: nowMs - 60_000,
        nextUpdateMs: Math.min(nowMs + listLifetimeMs, certificate.notAfterMs),
        number: Math.floor(nowMs / 1000),
        revoked,
      });
      await writeWhole(place('revocationList'), writePem('X509 CRL', list), 0o644);
    },
  };
}

/** Makes a new authority; never overwrites one. The name needs a part before its CN: the name space. */
export async function makeIssuingAuthority(options: {
  readonly keyFile: string;
  readonly subject: readonly NamePart[];
  readonly nowMs: number;
  readonly years?: number;
  /** For a key on a token: the file will hold the certificate alone. */
  readonly held?: { readonly publicKeyPem: string; readonly signCommand: string };
}): Promise<Certificate> {
  if (options.subject.length < 2 || options.subject.at(-1)?.[0] !== 'CN')
    throw new Error(
      'The name of an authority is a name space and a CN, such as /DC=org/DC=example/CN=Example Issuing CA.',
    );
  const order = {
    subject: options.subject,
    notBeforeMs: options.nowMs - dayMs,
    notAfterMs: options.nowMs + (options.years ?? 10) * 365 * dayMs,
    isCa: true,
    caPathLength: 0,
  };
  if (options.held) {
    const [block] = readPem(options.held.publicKeyPem).filter(({ label }) => label === 'PUBLIC KEY');
    if (!block) throw new Error('The file with the public key holds no PUBLIC KEY in PEM.');
    const publicKey = parsePublicKey(block.der);
    const signer = heldSigner(publicKey, signingCommand(options.held.signCommand));
    const certificate = await issueHeldAuthority(order, publicKey, signer);
    await writeFile(options.keyFile, writePem('CERTIFICATE', certificate.der), { flag: 'wx', mode: 0o644 });
    return certificate;
  }
  const credential = await issueCertificate(order);
  await writeFile(options.keyFile, await writeCredential(credential), { flag: 'wx', mode: 0o600 });
  return credential.certificate;
}
