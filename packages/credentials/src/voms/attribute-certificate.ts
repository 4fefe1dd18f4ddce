/**
 * An attribute certificate of VOMS as data (RFC 5755, OGF GFD.182; credentials.md §7.1), and all those that a
 * proxy carries. Judges nothing but form; `verify-attributes.ts` judges.
 */
import { parseCertificate, readExtensionList, type Certificate, type Extension } from '../certificate.ts';
import { CredentialError } from '../credential-error.ts';
import {
  childrenOf,
  expectTag,
  hexOf,
  readBits,
  readDer,
  readInteger,
  readOid,
  readSmallInteger,
  readTime,
  tags,
  DerError,
  type DerValue,
} from '../der.ts';
import { parseName, type DistinguishedName } from '../names.ts';
import { oids } from '../oids.ts';

export interface AttributeCertificate {
  readonly der: Uint8Array;
  /** The signed part. */
  readonly info: Uint8Array;
  /** Whom it is for: the issuer of his certificate, by older servers he himself, and the serial number. */
  readonly holder: { readonly name: DistinguishedName; readonly serialHex: string };
  readonly issuer: DistinguishedName;
  /** UTC epoch milliseconds, both inclusive. */
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** From `<vo>://<host>:<port>`. */
  readonly vo: string;
  readonly host: string;
  /** As written, the primary one first. */
  readonly fqans: readonly string[];
  /** Sent along, the issuer's own among them. */
  readonly issuerCertificates: readonly Certificate[];
  readonly signatureOid: string;
  readonly signature: Uint8Array;
  /** OIDs of critical extensions this reader does not understand. */
  readonly unknownCritical: readonly string[];
}

const maxAttributeCertificates = 20;
const maxFqans = 1000;

const understood: ReadonlySet<string> = new Set([
  oids.vomsIssuerCertificates,
  oids.vomsGenericAttributes,
  oids.authorityKeyIdentifier,
  oids.noRevocationAvailable,
]);

const text = (bytes: Uint8Array): string => {
  const read = String.fromCharCode(...bytes);
  if (bytes.length > 1024 || /[^\u0020-\u007e]/.test(read)) throw new DerError('text is not printable ASCII');
  return read;
};

/** The one directory name among GeneralNames. */
function directoryName(names: DerValue | undefined): DistinguishedName {
  const [name, ...more] = childrenOf(expectTag(names, tags.sequence)).filter(({ tag }) => tag === 0xa4);
  if (!name || more.length > 0) throw new DerError('not exactly one directory name');
  return parseName(readDer(name.content, tags.sequence));
}

function readHolder(value: DerValue | undefined): AttributeCertificate['holder'] {
  const [baseCertificate] = childrenOf(expectTag(value, tags.sequence));
  const [names, serial] = childrenOf(expectTag(baseCertificate, 0xa0));
  readInteger(expectTag(serial, tags.integer));
  return { name: directoryName(names), serialHex: hexOf(expectTag(serial, tags.integer).content) };
}

function readIssuer(value: DerValue | undefined): DistinguishedName {
  const [names] = childrenOf(expectTag(value, 0xa0));
  return directoryName(names);
}

/** IetfAttrSyntax: policy authority, values. */
function readFqans(value: DerValue | undefined): Pick<AttributeCertificate, 'vo' | 'host' | 'fqans'> {
  const [authority, values, ...more] = childrenOf(expectTag(value, tags.sequence));
  const [uri] = childrenOf(expectTag(authority, 0xa0));
  const parts = /^([A-Za-z0-9._-]+):\/\/([A-Za-z0-9._-]+)(?::\d{1,5})?$/.exec(
    text(expectTag(uri, 0x86).content),
  );
  if (!parts || more.length > 0) throw new DerError('policy authority is malformed');
  const fqans = childrenOf(expectTag(values, tags.sequence)).map((fqan) =>
    text(expectTag(fqan, tags.octetString).content),
  );
  if (fqans.length === 0 || fqans.length > maxFqans) throw new DerError('no or too many FQANs');
  return { vo: parts[1]!, host: parts[2]!.toLowerCase(), fqans };
}

function fqansAmong(attributes: DerValue | undefined): ReturnType<typeof readFqans> {
  const found = childrenOf(expectTag(attributes, tags.sequence)).filter((attribute) => {
    const [type] = childrenOf(expectTag(attribute, tags.sequence));
    return readOid(expectTag(type, tags.oid)) === oids.vomsFqans;
  });
  if (found.length !== 1) throw new DerError('not exactly one list of FQANs');
  const [, values] = childrenOf(found[0]!);
  const [value, ...more] = childrenOf(expectTag(values, tags.set));
  if (more.length > 0) throw new DerError('several lists of FQANs');
  return readFqans(value);
}

function readIssuerCertificates(extension: Extension | undefined): readonly Certificate[] {
  if (!extension) return [];
  const [list, ...more] = childrenOf(readDer(extension.value, tags.sequence));
  const certificates = childrenOf(expectTag(list, tags.sequence));
  if (more.length > 0 || certificates.length > maxAttributeCertificates)
    throw new DerError('certificates of the issuer are malformed');
  return certificates.map(({ raw }) => parseCertificate(raw));
}

function readInfo(info: DerValue): Omit<
  AttributeCertificate,
  'der' | 'info' | 'signature' | 'signatureOid'
> & {
  readonly algorithm: Uint8Array;
} {
  const [version, holder, issuer, algorithm, serial, validity, attributes, ...optional] = childrenOf(
    expectTag(info, tags.sequence),
  );
  if (readSmallInteger(expectTag(version, tags.integer)) !== 1) throw new DerError('not version 2');
  readInteger(expectTag(serial, tags.integer));
  const [notBefore, notAfter] = childrenOf(expectTag(validity, tags.sequence));
  const list = optional.find(({ tag }) => tag === tags.sequence);
  const extensions = list ? readExtensionList(list) : [];
  return {
    holder: readHolder(holder),
    issuer: readIssuer(issuer),
    notBeforeMs: readTime(expectTag(notBefore, tags.generalizedTime)),
    notAfterMs: readTime(expectTag(notAfter, tags.generalizedTime)),
    ...fqansAmong(attributes),
    issuerCertificates: readIssuerCertificates(
      extensions.find(({ type }) => type === oids.vomsIssuerCertificates),
    ),
    unknownCritical: extensions
      .filter(({ type, isCritical }) => isCritical && !understood.has(type))
      .map(({ type }) => type),
    algorithm: expectTag(algorithm, tags.sequence).raw,
  };
}

function read(bytes: Uint8Array): AttributeCertificate {
  const [info, outerAlgorithm, signature, ...more] = childrenOf(readDer(bytes, tags.sequence));
  if (!info || more.length > 0) throw new DerError('attribute certificate is malformed');
  const { algorithm, ...facts } = readInfo(info);
  const outer = expectTag(outerAlgorithm, tags.sequence);
  if (hexOf(algorithm) !== hexOf(outer.raw)) throw new DerError('signature algorithms differ');
  return {
    der: bytes,
    info: info.raw,
    ...facts,
    signatureOid: readOid(expectTag(childrenOf(outer)[0], tags.oid)),
    signature: readSignature(signature),
  };
}

/** Whole octets: the count of unused bits is not signed and must not vary. */
function readSignature(value: DerValue | undefined): Uint8Array {
  const bits = expectTag(value, tags.bitString);
  if (bits.content[0] !== 0) throw new DerError('signature is not of whole octets');
  return readBits(bits);
}

const orMalformed = <T>(reading: () => T): T => {
  try {
    return reading();
  } catch (cause) {
    throw new CredentialError('MALFORMED', 'The VOMS attributes are damaged or not in their form.', {
      cause,
    });
  }
};

/** Throws CredentialError MALFORMED. */
export const parseAttributeCertificate = (der: Uint8Array): AttributeCertificate =>
  orMalformed(() => read(der));

/** All that a certificate carries, in its order, still to be read. Throws CredentialError MALFORMED. */
export const attributeCertificatesIn = ({
  vomsAttributes,
}: Pick<Certificate, 'vomsAttributes'>): readonly Uint8Array[] =>
  orMalformed(() => {
    if (!vomsAttributes) return [];
    const lists = childrenOf(readDer(vomsAttributes, tags.sequence));
    const found = lists.flatMap((list) => childrenOf(expectTag(list, tags.sequence)).map(({ raw }) => raw));
    if (found.length > maxAttributeCertificates) throw new DerError('too many attribute certificates');
    return found;
  });
