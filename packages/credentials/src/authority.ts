/**
 * A small certification authority: certificates and revocation lists. For demo installations and tests only;
 * real people get their certificates from accredited authorities.
 */
import { parseCertificate, type Certificate } from './certificate.ts';
import { der, oid, sequence, tags, time, unsignedInteger } from './der.ts';
import { commonNameOid } from './names.ts';
import { oids } from './oids.ts';
import { readPem, writePem } from './pem.ts';
import {
  exportPrivateKey,
  exportPublicKey,
  generateRsaKeyPair,
  importSigningKey,
  importVerifyingKey,
  signatureAlgorithmOf,
  signStructure,
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

export interface RevocationOrder {
  readonly thisUpdateMs: number;
  readonly nextUpdateMs: number;
  readonly revoked?: readonly { readonly certificate: Certificate; readonly atMs: number }[];
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
export async function issueCertificate(order: CertificateOrder, issuer?: Credential): Promise<Credential> {
  const keys = order.keys ?? (await generateRsaKeyPair());
  const signer = issuer?.keys.privateKey ?? keys.privateKey;
  const subject = encodeName(order.subject);
  const tbs = sequence(
    der(0xa0, unsignedInteger(Uint8Array.of(2))),
    unsignedInteger(randomSerial()),
    signatureAlgorithmOf(signer),
    issuer?.certificate.subject.der ?? subject,
    sequence(time(order.notBeforeMs), time(order.notAfterMs)),
    subject,
    await exportPublicKey(keys.publicKey),
    der(
      0xa3,
      sequence(
        basicConstraints(order),
        encodeExtension(oids.keyUsage, true, order.keyUsage ?? (order.isCa ? caUsage : userUsage)),
        ...(order.extensions ?? []),
      ),
    ),
  );
  return { certificate: parseCertificate(await signStructure(tbs, signer)), keys };
}

/** A revocation list as DER. */
export async function issueRevocationList(
  issuer: Credential,
  order: RevocationOrder,
): Promise<Uint8Array<ArrayBuffer>> {
  const entries = (order.revoked ?? []).map(({ certificate, atMs }) =>
    sequence(der(tags.integer, bytesOfHex(certificate.serialHex)), time(atMs)),
  );
  const tbs = sequence(
    unsignedInteger(Uint8Array.of(1)),
    signatureAlgorithmOf(issuer.keys.privateKey),
    issuer.certificate.subject.der,
    time(order.thisUpdateMs),
    time(order.nextUpdateMs),
    ...(entries.length > 0 ? [sequence(...entries)] : []),
    der(0xa0, sequence(encodeExtension('2.5.29.20', false, unsignedInteger(Uint8Array.of(1))))),
  );
  return signStructure(tbs, issuer.keys.privateKey);
}

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
