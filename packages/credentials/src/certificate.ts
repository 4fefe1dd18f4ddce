/**
 * An X.509 certificate as data, read strictly from DER (RFC 5280, RFC 3820). Asked by chain validation, the
 * proxy builder and the .p12 reader. Judges nothing but form; `chain.ts` judges.
 */
import { CredentialError } from './credential-error.ts';
import {
  childrenOf,
  expectTag,
  hexOf,
  readBits,
  readBoolean,
  readDer,
  readInteger,
  readOid,
  readSmallInteger,
  readText,
  readTime,
  tags,
  DerError,
  type DerValue,
} from './der.ts';
import { parseName, type DistinguishedName } from './names.ts';
import { oids } from './oids.ts';
import { parsePublicKey, type PublicKeyInfo } from './public-key.ts';

export interface ProxyInfo {
  readonly isCritical: boolean;
  readonly policy: 'inheritAll' | 'limited' | 'independent' | 'unknown';
  /** Proxies that may follow below; undefined = no limit. */
  readonly pathLength: number | undefined;
}

export const keyUsages = ['digitalSignature', 'keyCertSign', 'cRLSign'] as const;
export type KeyUsage = (typeof keyUsages)[number];

export interface Certificate {
  readonly der: Uint8Array;
  /** The signed part. */
  readonly tbs: Uint8Array;
  readonly serialHex: string;
  readonly issuer: DistinguishedName;
  readonly subject: DistinguishedName;
  /** UTC epoch milliseconds, both inclusive. */
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  readonly publicKey: PublicKeyInfo;
  readonly signatureOid: string;
  readonly signature: Uint8Array;
  readonly isCa: boolean;
  /** CA certificates that may follow below; undefined = no limit. */
  readonly caPathLength: number | undefined;
  /** Undefined when the extension is absent: then every use is allowed. */
  readonly keyUsage: ReadonlySet<KeyUsage> | undefined;
  readonly proxy: ProxyInfo | undefined;
  readonly hasAlternativeNames: boolean;
  /** The DIRAC group named in the certificate. */
  readonly diracGroup: string | undefined;
  readonly hasVomsAttributes: boolean;
  /** Value of the extension with attribute certificates; `voms/` reads it. */
  readonly vomsAttributes: Uint8Array | undefined;
  /** OIDs of critical extensions this reader does not understand. */
  readonly unknownCritical: readonly string[];
}

export interface Extension {
  readonly type: string;
  readonly isCritical: boolean;
  readonly value: Uint8Array;
}

const understood: ReadonlySet<string> = new Set([
  oids.keyUsage,
  oids.subjectAltName,
  oids.issuerAltName,
  oids.basicConstraints,
  oids.certificatePolicies,
  oids.extendedKeyUsage,
  oids.proxyCertInfo,
]);

function readExtensions(value: DerValue | undefined): readonly Extension[] {
  return value ? readExtensionList(childrenOf(value)[0]) : [];
}

/** `Extensions` of RFC 5280, as certificates and attribute certificates have them. Throws DerError. */
export function readExtensionList(list: DerValue | undefined): readonly Extension[] {
  const extensions = childrenOf(expectTag(list, tags.sequence)).map((extension) => {
    const parts = childrenOf(expectTag(extension, tags.sequence));
    const isCritical = parts[1]?.tag === tags.boolean ? readBoolean(parts[1]) : false;
    const octets = expectTag(parts[parts[1]?.tag === tags.boolean ? 2 : 1], tags.octetString);
    return { type: readOid(expectTag(parts[0], tags.oid)), isCritical, value: octets.content };
  });
  if (new Set(extensions.map(({ type }) => type)).size !== extensions.length)
    throw new DerError('an extension is there twice');
  return extensions;
}

function readProxyInfo(extension: Extension): ProxyInfo {
  const parts = childrenOf(readDer(extension.value, tags.sequence));
  const first = parts[0];
  const hasPathLength = first?.tag === tags.integer;
  const [language] = childrenOf(expectTag(parts[hasPathLength ? 1 : 0], tags.sequence));
  const policyOid = readOid(expectTag(language, tags.oid));
  const policy = (['inheritAll', 'limited', 'independent'] as const).find((name) => oids[name] === policyOid);
  return {
    isCritical: extension.isCritical,
    policy: policy ?? 'unknown',
    pathLength: hasPathLength ? readSmallInteger(first) : undefined,
  };
}

const usageBits: Readonly<Record<KeyUsage, readonly [octet: number, mask: number]>> = {
  digitalSignature: [0, 0x80],
  keyCertSign: [0, 0x04],
  cRLSign: [0, 0x02],
};

function readKeyUsage(value: Uint8Array): ReadonlySet<KeyUsage> {
  const bits = readBits(readDer(value, tags.bitString));
  return new Set(keyUsages.filter((usage) => ((bits[usageBits[usage][0]] ?? 0) & usageBits[usage][1]) !== 0));
}

function readBasicConstraints(value: Uint8Array): Pick<Certificate, 'isCa' | 'caPathLength'> {
  const parts = childrenOf(readDer(value, tags.sequence));
  const isCa = parts[0]?.tag === tags.boolean && readBoolean(parts[0]);
  const last = parts.at(-1);
  return { isCa, caPathLength: last?.tag === tags.integer ? readSmallInteger(last) : undefined };
}

// DIRAC writes an IA5String; the value is a group name and goes into sentences.
function readGroup(value: Uint8Array): string {
  const group = readText(readDer(value));
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(group)) throw new DerError('group name is malformed');
  return group;
}

function read(bytes: Uint8Array): Certificate {
  const [tbs, outerAlgorithm, signature, ...more] = childrenOf(readDer(bytes, tags.sequence));
  if (!tbs || more.length > 0) throw new DerError('certificate is malformed');
  const fields = childrenOf(expectTag(tbs, tags.sequence));
  // old self-made certificates are version 1, without extensions
  const [serial, innerAlgorithm, issuer, validity, subject, key, ...optional] =
    fields[0]?.tag === 0xa0 ? fields.slice(1) : fields;
  const algorithm = expectTag(innerAlgorithm, tags.sequence);
  if (hexOf(algorithm.raw) !== hexOf(expectTag(outerAlgorithm, tags.sequence).raw))
    throw new DerError('signature algorithms differ');
  const [notBefore, notAfter] = childrenOf(expectTag(validity, tags.sequence));
  const extensions = readExtensions(optional.find(({ tag }) => tag === 0xa3));
  const find = (type: string): Extension | undefined =>
    extensions.find((extension) => extension.type === type);
  const [proxy, usage, constraints, group] = [
    find(oids.proxyCertInfo),
    find(oids.keyUsage),
    find(oids.basicConstraints),
    find(oids.diracGroup),
  ];
  readInteger(expectTag(serial, tags.integer));
  return {
    der: bytes,
    tbs: tbs.raw,
    serialHex: hexOf(expectTag(serial, tags.integer).content),
    issuer: parseName(expectTag(issuer, tags.sequence)),
    subject: parseName(expectTag(subject, tags.sequence)),
    notBeforeMs: readTime(expectTag(notBefore, undefined)),
    notAfterMs: readTime(expectTag(notAfter, undefined)),
    publicKey: parsePublicKey(expectTag(key, tags.sequence).raw),
    signatureOid: readOid(expectTag(childrenOf(algorithm)[0], tags.oid)),
    signature: readBits(expectTag(signature, tags.bitString)),
    ...(constraints ? readBasicConstraints(constraints.value) : { isCa: false, caPathLength: undefined }),
    keyUsage: usage ? readKeyUsage(usage.value) : undefined,
    proxy: proxy ? readProxyInfo(proxy) : undefined,
    hasAlternativeNames: find(oids.subjectAltName) !== undefined || find(oids.issuerAltName) !== undefined,
    diracGroup: group ? readGroup(group.value) : undefined,
    hasVomsAttributes: find(oids.vomsAttributes) !== undefined,
    vomsAttributes: find(oids.vomsAttributes)?.value,
    unknownCritical: extensions
      .filter(({ type, isCritical }) => isCritical && !understood.has(type))
      .map(({ type }) => type),
  };
}

/** Throws CredentialError MALFORMED. */
export function parseCertificate(der: Uint8Array): Certificate {
  try {
    return read(der);
  } catch (cause) {
    throw new CredentialError('MALFORMED', 'The certificate is damaged or not in X.509 form.', { cause });
  }
}
