/**
 * Public keys and signatures of certificates, CRLs and requests, by WebCrypto. RSA and ECDSA on P-256 and
 * P-384, SHA-2 only: nothing else is accepted from an accredited authority today.
 */
import {
  bitString,
  childrenOf,
  concat,
  der,
  expectTag,
  hexOf,
  oid,
  readBits,
  readDer,
  readInteger,
  readOid,
  sequence,
  tags,
  unsignedInteger,
  DerError,
} from './der.ts';
import { oids } from './oids.ts';

export interface PublicKeyInfo {
  /** SubjectPublicKeyInfo as it stands in the certificate. */
  readonly der: Uint8Array;
  readonly algorithm: 'RSA' | 'P-256' | 'P-384' | 'other';
  /** Modulus length of RSA, field size of EC keys; 0 for others. */
  readonly bits: number;
}

const hashesByOid: Readonly<Record<string, { readonly family: 'RSA' | 'EC'; readonly hash: string }>> = {
  [oids.sha256WithRsa]: { family: 'RSA', hash: 'SHA-256' },
  [oids.sha384WithRsa]: { family: 'RSA', hash: 'SHA-384' },
  [oids.sha512WithRsa]: { family: 'RSA', hash: 'SHA-512' },
  [oids.ecdsaWithSha256]: { family: 'EC', hash: 'SHA-256' },
  [oids.ecdsaWithSha384]: { family: 'EC', hash: 'SHA-384' },
  [oids.ecdsaWithSha512]: { family: 'EC', hash: 'SHA-512' },
};

function bitLengthOf(number: bigint): number {
  const digits = number.toString(16);
  return (digits.length - 1) * 4 + Number.parseInt(digits[0] ?? '0', 16).toString(2).length;
}

export function parsePublicKey(bytes: Uint8Array): PublicKeyInfo {
  const [algorithm, key] = childrenOf(readDer(bytes, tags.sequence));
  const [type, parameters] = childrenOf(expectTag(algorithm, tags.sequence));
  const name = readOid(expectTag(type, tags.oid));
  if (name === oids.rsaEncryption) {
    const [modulus] = childrenOf(readDer(readBits(expectTag(key, tags.bitString)), tags.sequence));
    return { der: bytes, algorithm: 'RSA', bits: bitLengthOf(readInteger(expectTag(modulus, tags.integer))) };
  }
  if (name === oids.ecPublicKey && parameters?.tag === tags.oid) {
    const curve = readOid(parameters);
    if (curve === oids.p256) return { der: bytes, algorithm: 'P-256', bits: 256 };
    if (curve === oids.p384) return { der: bytes, algorithm: 'P-384', bits: 384 };
  }
  return { der: bytes, algorithm: 'other', bits: 0 };
}

/**
 * An RSA key of 2048 to 4096 bits with the exponent 65537, written anew from its numbers alone, so that nothing else of
 * what was sent gets into a certificate; undefined for anything else.
 */
export function rewrittenRsaKey(spki: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  try {
    const [algorithm, key, ...more] = childrenOf(readDer(spki, tags.sequence));
    const [type] = childrenOf(expectTag(algorithm, tags.sequence));
    const numbers = childrenOf(readDer(readBits(expectTag(key, tags.bitString)), tags.sequence));
    const [modulus, exponent] = numbers.map(readInteger);
    if (more.length > 0 || numbers.length !== 2 || readOid(expectTag(type, tags.oid)) !== oids.rsaEncryption)
      return undefined;
    if (modulus === undefined || modulus < 1n << 2047n || modulus >= 1n << 4096n || modulus % 2n === 0n)
      return undefined;
    if (exponent !== 65_537n) return undefined;
    return sequence(
      sequence(oid(oids.rsaEncryption), der(tags.null)),
      bitString(sequence(...numbers.map(({ raw }) => raw))),
    );
  } catch (error) {
    if (error instanceof DerError) return undefined;
    throw error;
  }
}

const fieldBytes = (key: PublicKeyInfo): number => key.bits / 8;

function toFixed(value: bigint, length: number): Uint8Array | undefined {
  const digits = value.toString(16);
  if (value < 0n || digits.length > length * 2) return undefined;
  const padded = digits.padStart(length * 2, '0');
  return Uint8Array.from({ length }, (_, i) => Number.parseInt(padded.slice(2 * i, 2 * i + 2), 16));
}

// X.509 wants SEQUENCE { r, s }, WebCrypto speaks r‖s.
function ecdsaToWebCrypto(signature: Uint8Array, length: number): Uint8Array<ArrayBuffer> | undefined {
  const [r, s, ...more] = childrenOf(readDer(signature, tags.sequence));
  if (!r || !s || more.length > 0) return undefined;
  const halves = [toFixed(readInteger(r), length), toFixed(readInteger(s), length)];
  return halves[0] && halves[1] ? concat(halves[0], halves[1]) : undefined;
}

const ecdsaToX509 = (signature: Uint8Array): Uint8Array => {
  const half = signature.length / 2;
  return sequence(unsignedInteger(signature.subarray(0, half)), unsignedInteger(signature.subarray(half)));
};

/** Throws for kinds that are not accepted. `hash` matters for RSA only. */
export function importVerifyingKey(key: PublicKeyInfo, hash = 'SHA-256'): Promise<CryptoKey> {
  const algorithm =
    key.algorithm === 'RSA'
      ? { name: 'RSASSA-PKCS1-v1_5', hash }
      : { name: 'ECDSA', namedCurve: key.algorithm };
  return crypto.subtle.importKey('spki', concat(key.der), algorithm, true, ['verify']);
}

/** False also for algorithms that are not accepted; never throws for bad input. */
export async function isSignedBy(
  signed: Uint8Array,
  algorithmOid: string,
  signature: Uint8Array,
  key: PublicKeyInfo,
): Promise<boolean> {
  const algorithm = hashesByOid[algorithmOid];
  const family = key.algorithm === 'RSA' ? 'RSA' : 'EC';
  if (!algorithm || key.algorithm === 'other' || family !== algorithm.family) return false;
  try {
    const raw = family === 'RSA' ? concat(signature) : ecdsaToWebCrypto(signature, fieldBytes(key));
    if (!raw) return false;
    const imported = await importVerifyingKey(key, algorithm.hash);
    const verification = { name: imported.algorithm.name, hash: algorithm.hash };
    return await crypto.subtle.verify(verification, imported, raw, concat(signed));
  } catch {
    return false;
  }
}

const rsaWithSha256 = sequence(oid(oids.sha256WithRsa), der(tags.null));
const ecdsaWithSha256 = sequence(oid(oids.ecdsaWithSha256));

/** How a key signs, so that the signer's algorithm can be written into what is signed. */
export function signatureAlgorithmOf(key: CryptoKey): Uint8Array<ArrayBuffer> {
  return key.algorithm.name === 'ECDSA' ? ecdsaWithSha256 : rsaWithSha256;
}

/** `tbs` + algorithm + signature: a whole Certificate, CertificationRequest or CertificateList. SHA-256. */
export async function signStructure(tbs: Uint8Array, key: CryptoKey): Promise<Uint8Array<ArrayBuffer>> {
  const isEc = key.algorithm.name === 'ECDSA';
  const raw = new Uint8Array(
    await crypto.subtle.sign(
      isEc ? { name: 'ECDSA', hash: 'SHA-256' } : key.algorithm.name,
      key,
      concat(tbs),
    ),
  );
  return sequence(tbs, signatureAlgorithmOf(key), bitString(isEc ? ecdsaToX509(raw) : raw));
}

/** Makes signed structures of what is to be signed, wherever the key is. */
export interface Signer {
  /** AlgorithmIdentifier, for what is signed. */
  readonly algorithm: Uint8Array;
  seal(tbs: Uint8Array): Promise<Uint8Array<ArrayBuffer>>;
}

export const signerOfKey = (key: CryptoKey): Signer => ({
  algorithm: signatureAlgorithmOf(key),
  seal: (tbs) => signStructure(tbs, key),
});

/** A signer for a key that is kept elsewhere; `sign` answers as X.509 writes signatures, with SHA-256. */
export function signerElsewhere(
  { algorithm: kind }: PublicKeyInfo,
  sign: (tbs: Uint8Array) => Promise<Uint8Array>,
): Signer {
  if (kind === 'other') throw new DerError('key algorithm is not supported');
  const algorithm = kind === 'RSA' ? rsaWithSha256 : ecdsaWithSha256;
  return { algorithm, seal: async (tbs) => sequence(tbs, algorithm, bitString(await sign(tbs))) };
}

/**
 * Imports a PKCS#8 private key for signing; the copy that is made for it is overwritten. `extractable` only where the
 * key must be written down again.
 */
export async function importSigningKey(
  pkcs8: Uint8Array,
  publicKey: PublicKeyInfo,
  extractable = false,
): Promise<CryptoKey> {
  if (publicKey.algorithm === 'other') throw new DerError('key algorithm is not supported');
  const algorithm =
    publicKey.algorithm === 'RSA'
      ? { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' }
      : { name: 'ECDSA', namedCurve: publicKey.algorithm };
  const copy = concat(pkcs8);
  return crypto.subtle.importKey('pkcs8', copy, algorithm, extractable, ['sign']).finally(() => copy.fill(0));
}

/** A new RSA pair, of 2048 bits when nothing else is said; the private key can be exported once, to be stored sealed. */
export const generateRsaKeyPair = (bits = 2048): Promise<CryptoKeyPair> =>
  crypto.subtle.generateKey(
    {
      name: 'RSASSA-PKCS1-v1_5',
      modulusLength: bits,
      publicExponent: Uint8Array.of(1, 0, 1),
      hash: 'SHA-256',
    },
    true,
    ['sign', 'verify'],
  );

export const exportPublicKey = async (key: CryptoKey): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await crypto.subtle.exportKey('spki', key));

export const exportPrivateKey = async (key: CryptoKey): Promise<Uint8Array<ArrayBuffer>> =>
  new Uint8Array(await crypto.subtle.exportKey('pkcs8', key));

/** Does the private key belong to the public key? Decided by a signature, which works for every kind. */
export async function isKeyPair(privateKey: CryptoKey, publicKey: PublicKeyInfo): Promise<boolean> {
  const probe = crypto.getRandomValues(new Uint8Array(32));
  const [, algorithm, signature] = childrenOf(
    readDer(await signStructure(der(tags.octetString, probe), privateKey)),
  );
  const [type] = childrenOf(expectTag(algorithm, tags.sequence));
  return isSignedBy(
    der(tags.octetString, probe),
    readOid(expectTag(type, tags.oid)),
    readBits(expectTag(signature, tags.bitString)),
    publicKey,
  );
}

/** SHA-256 in hex, to recognise a key again. */
export async function digestOfKey(spki: Uint8Array): Promise<string> {
  return hexOf(new Uint8Array(await crypto.subtle.digest('SHA-256', concat(spki))));
}
