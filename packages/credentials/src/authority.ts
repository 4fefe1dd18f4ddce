/**
 * A small certification authority: certificates and revocation lists. Asked by demo installations, tests, and
 * installations that issue short-lived certificates themselves (ADR 0020); elsewhere people get theirs from
 * accredited authorities.
 */
import { parseCertificate, type Certificate } from './certificate.ts';
import { der, oid, sequence, tags, time, unsignedInteger } from './der.ts';
import { CredentialError } from './credential-error.ts';
import { commonNameOid, type DistinguishedName } from './names.ts';
import { oids } from './oids.ts';
import { readPem, writePem } from './pem.ts';
import {
  exportPrivateKey,
  exportPublicKey,
  generateRsaKeyPair,
  importSigningKey,
  importVerifyingKey,
  isSignedBy,
  signerElsewhere,
  signerOfKey,
  type PublicKeyInfo,
  type Signer,
} from './public-key.ts';

const nameOids = {
  DC: '0.9.2342.19200300.100.1.25',
  C: '2.5.4.6',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  CN: commonNameOid,
} as const;

export type NamePart = readonly [type: keyof typeof nameOids, value: string];

export interface CertificateOrder {
  readonly subject: readonly NamePart[];
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  readonly isCa?: boolean;
  readonly caPathLength?: number;
  /** Default: a new RSA-2048 pair. */
  readonly keys?: CryptoKeyPair;
  /** Further extensions as DER. */
  readonly extensions?: readonly Uint8Array[];
  /** keyUsage BIT STRING; default digitalSignature + keyEncipherment, or keyCertSign + cRLSign. */
  readonly keyUsage?: Uint8Array;
}

/** A certificate with its keys. */
export interface Credential {
  readonly certificate: Certificate;
  readonly keys: CryptoKeyPair;
}

/** An authority whose key is somewhere else, on a token for example. */
export interface HeldAuthority {
  readonly certificate: Certificate;
  readonly signer: Signer;
}

type Issuer = Credential | HeldAuthority;

const signerOf = (issuer: Issuer): Signer =>
  'signer' in issuer ? issuer.signer : signerOfKey(issuer.keys.privateKey);

/**
 * A signer of what somebody else signs: PKCS#1 v1.5 for RSA, a SEQUENCE of two INTEGERs for EC keys, SHA-256 both. No
 * signature leaves it that the public key does not verify.
 */
export function heldSigner(publicKey: PublicKeyInfo, sign: (tbs: Uint8Array) => Promise<Uint8Array>): Signer {
  const type = publicKey.algorithm === 'RSA' ? oids.sha256WithRsa : oids.ecdsaWithSha256;
  return signerElsewhere(publicKey, async (tbs) => {
    const signature = await sign(tbs);
    if (!(await isSignedBy(tbs, type, signature, publicKey)))
      throw new CredentialError(
        'BAD_SIGNATURE',
        'What came back is no signature of the key of the authority.',
      );
    return signature;
  });
}

export interface RevocationOrder {
  readonly thisUpdateMs: number;
  readonly nextUpdateMs: number;
  readonly revoked?: readonly { readonly serialHex: string; readonly atMs: number }[];
  /** CRL number; default 1. */
  readonly number?: number;
}

const userUsage = der(tags.bitString, Uint8Array.of(5, 0xa0));
const caUsage = der(tags.bitString, Uint8Array.of(1, 0x06));

const stringTags: Partial<Record<NamePart[0], number>> = { DC: tags.ia5String, C: tags.printableString };

/** A Name as DER; text in UTF-8 except where the profile wants ASCII. */
export const encodeName = (parts: readonly NamePart[]): Uint8Array<ArrayBuffer> =>
  sequence(
    ...parts.map(([type, value]) =>
      der(
        tags.set,
        sequence(
          oid(nameOids[type]),
          der(stringTags[type] ?? tags.utf8String, new TextEncoder().encode(value)),
        ),
      ),
    ),
  );

/**
 * The name of an authority without its last CN, as the beginning of the names it gives. Throws MALFORMED for
 * attributes that this file cannot write.
 */
export function nameSpaceOf(authority: DistinguishedName): readonly NamePart[] {
  const parts = authority.rdns.flat();
  const own = parts.at(-1)?.type === commonNameOid ? parts.slice(0, -1) : parts;
  return own.map(({ type, value }): NamePart => {
    const known = (Object.keys(nameOids) as NamePart[0][]).find((short) => nameOids[short] === type);
    if (known === undefined)
      throw new CredentialError(
        'MALFORMED',
        `The authority's name has the attribute ${type}, which is not written here.`,
      );
    return [known, value];
  });
}

/** A name written by hand, such as `/DC=org/DC=example/CN=Example CA`. Throws MALFORMED; values hold no `/` here. */
export function namePartsOf(slashName: string): readonly NamePart[] {
  return slashName
    .split('/')
    .slice(1)
    .map((part): NamePart => {
      const [, type = '', value = ''] = /^([A-Z]+)=(.+)$/.exec(part) ?? [];
      if (!Object.hasOwn(nameOids, type))
        throw new CredentialError(
          'MALFORMED',
          `"/${part}" is no part of a name; write ${Object.keys(nameOids).join(', ')} with a value, such as /DC=org.`,
        );
      return [type as NamePart[0], value];
    });
}

/** What a certificate of a person says beside its name: for TLS clients, and where its revocation list is. */
export const personExtensions = (listUrl: string): readonly Uint8Array[] => [
  encodeExtension(oids.extendedKeyUsage, false, sequence(oid(oids.clientAuthentication))),
  encodeExtension(
    oids.listDistributionPoints,
    false,
    sequence(sequence(der(0xa0, der(0xa0, der(0x86, new TextEncoder().encode(listUrl)))))),
  ),
];

/** One X.509 extension. */
export const encodeExtension = (
  type: string,
  isCritical: boolean,
  value: Uint8Array,
): Uint8Array<ArrayBuffer> =>
  sequence(
    oid(type),
    ...(isCritical ? [der(tags.boolean, Uint8Array.of(0xff))] : []),
    der(tags.octetString, value),
  );

/** subjectAltName of a host; addresses as their 4 or 16 bytes. */
export const encodeHostNames = (
  names: readonly string[],
  addresses: readonly Uint8Array[],
): Uint8Array<ArrayBuffer> =>
  encodeExtension(
    '2.5.29.17',
    false,
    sequence(
      ...names.map((name) => der(0x82, new TextEncoder().encode(name))),
      ...addresses.map((address) => der(0x87, address)),
    ),
  );

function basicConstraints({ isCa, caPathLength }: CertificateOrder): Uint8Array {
  const parts = isCa ? [der(tags.boolean, Uint8Array.of(0xff))] : [];
  if (caPathLength !== undefined) parts.push(unsignedInteger(Uint8Array.of(caPathLength)));
  return encodeExtension(oids.basicConstraints, true, sequence(...parts));
}

function randomSerial(): Uint8Array {
  const serial = crypto.getRandomValues(new Uint8Array(16));
  serial[0] = (serial[0]! & 0x7f) | 0x40;
  return serial;
}

/** Signs a certificate; `issuer` undefined = self-signed. */
export async function issueCertificate(order: CertificateOrder, issuer?: Issuer): Promise<Credential> {
  const keys = order.keys ?? (await generateRsaKeyPair());
  const signer = issuer ? signerOf(issuer) : signerOfKey(keys.privateKey);
  const publicKey = await exportPublicKey(keys.publicKey);
  return { certificate: await certify(order, publicKey, signer, issuer?.certificate), keys };
}

/** The certificate of an authority whose key is somewhere else, signed by itself. */
export const issueHeldAuthority = (
  order: Omit<CertificateOrder, 'keys'>,
  publicKey: PublicKeyInfo,
  signer: Signer,
): Promise<Certificate> => certify(order, publicKey.der, signer, undefined);

async function certify(
  order: CertificateOrder,
  publicKey: Uint8Array,
  signer: Signer,
  issuer: Certificate | undefined,
): Promise<Certificate> {
  const subject = encodeName(order.subject);
  const tbs = sequence(
    der(0xa0, unsignedInteger(Uint8Array.of(2))),
    unsignedInteger(randomSerial()),
    signer.algorithm,
    issuer?.subject.der ?? subject,
    sequence(time(order.notBeforeMs), time(order.notAfterMs)),
    subject,
    publicKey,
    der(
      0xa3,
      sequence(
        basicConstraints(order),
        encodeExtension(oids.keyUsage, true, order.keyUsage ?? (order.isCa ? caUsage : userUsage)),
        ...(order.extensions ?? []),
      ),
    ),
  );
  return parseCertificate(await signer.seal(tbs));
}

/** A revocation list as DER. */
export async function issueRevocationList(
  issuer: Issuer,
  order: RevocationOrder,
): Promise<Uint8Array<ArrayBuffer>> {
  const signer = signerOf(issuer);
  const entries = (order.revoked ?? []).map(({ serialHex, atMs }) =>
    sequence(der(tags.integer, bytesOfHex(serialHex)), time(atMs)),
  );
  const tbs = sequence(
    unsignedInteger(Uint8Array.of(1)),
    signer.algorithm,
    issuer.certificate.subject.der,
    time(order.thisUpdateMs),
    time(order.nextUpdateMs),
    ...(entries.length > 0 ? [sequence(...entries)] : []),
    der(
      0xa0,
      sequence(encodeExtension('2.5.29.20', false, unsignedInteger(bytesOfNumber(order.number ?? 1)))),
    ),
  );
  return signer.seal(tbs);
}

const bytesOfNumber = (number: number): Uint8Array => {
  const hex = number.toString(16);
  return bytesOfHex(hex.padStart(hex.length + (hex.length % 2), '0'));
};

const bytesOfHex = (hex: string): Uint8Array =>
  Uint8Array.from({ length: hex.length / 2 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16));

/** A credential written down before: certificate and PKCS#8 key as PEM. Throws CredentialError MALFORMED. */
export async function readCredential(pem: string): Promise<Credential> {
  const blocks = readPem(pem);
  const certificate = parseCertificate(
    blocks.find(({ label }) => label === 'CERTIFICATE')?.der ?? new Uint8Array(),
  );
  const pkcs8 = blocks.find(({ label }) => label === 'PRIVATE KEY')?.der ?? new Uint8Array();
  const privateKey = await importSigningKey(pkcs8, certificate.publicKey, true);
  return { certificate, keys: { privateKey, publicKey: await importVerifyingKey(certificate.publicKey) } };
}

/** Certificate and PKCS#8 key as PEM: a secret. */
export async function writeCredential(credential: Credential): Promise<string> {
  return (
    writePem('CERTIFICATE', credential.certificate.der) +
    writePem('PRIVATE KEY', await privateKeyOf(credential))
  );
}

/** PKCS#8 of a credential's private key; the caller overwrites it after use. */
export const privateKeyOf = (credential: Credential): Promise<Uint8Array<ArrayBuffer>> =>
  exportPrivateKey(credential.keys.privateKey);
