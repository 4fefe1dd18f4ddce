/**
 * The ciphers, key derivations and MACs of PKCS#12 (RFC 7292, RFC 8018): PBES2 with AES by WebCrypto, the old
 * RC2 and 3DES schemes by node-forge's ciphers. Algorithms are decided by their OIDs before anything is
 * derived; a cost a file asks for is known first, so that a hostile one costs nothing.
 */
import { sha1 } from '@noble/hashes/legacy.js';
import { sha256, sha384, sha512 } from '@noble/hashes/sha2.js';
import des from 'node-forge/lib/des.js';
import rc2 from 'node-forge/lib/rc2.js';
import forgeUtil from 'node-forge/lib/util.js';
import { CredentialError } from './credential-error.ts';
import { childrenOf, concat, expectTag, readOid, readSmallInteger, tags, type DerValue } from './der.ts';

export const pkcs12Oids = {
  data: '1.2.840.113549.1.7.1',
  encryptedData: '1.2.840.113549.1.7.6',
  keyBag: '1.2.840.113549.1.12.10.1.1',
  shroudedKeyBag: '1.2.840.113549.1.12.10.1.2',
  certBag: '1.2.840.113549.1.12.10.1.3',
  safeContentsBag: '1.2.840.113549.1.12.10.1.6',
  x509Certificate: '1.2.840.113549.1.9.22.1',
  localKeyId: '1.2.840.113549.1.9.21',
  pbes2: '1.2.840.113549.1.5.13',
  pbkdf2: '1.2.840.113549.1.5.12',
  pbe3Des: '1.2.840.113549.1.12.1.3',
  pbeRc2With40Bits: '1.2.840.113549.1.12.1.6',
  hmacSha256: '1.2.840.113549.2.9',
  aes256: '2.16.840.1.101.3.4.1.42',
  sha1: '1.3.14.3.2.26',
  sha256: '2.16.840.1.101.3.4.2.1',
} as const;

/** More rounds in one place are refused: a file may ask for as many as it likes of somebody else's machine. */
export const maxIterations = 2_000_000;

export type Derive = 'key' | 'iv' | 'mac';

export interface LegacyScheme {
  readonly cipher: 'RC2' | '3DES';
  readonly keyBytes: number;
}

export type Encryption =
  | {
      readonly kind: 'legacy';
      readonly scheme: LegacyScheme;
      readonly salt: Uint8Array;
      readonly iterations: number;
    }
  | {
      readonly kind: 'pbes2';
      readonly prf: 'SHA-1' | 'SHA-256' | 'SHA-384' | 'SHA-512';
      readonly cipher: 'AES-CBC' | '3DES';
      readonly keyBytes: number;
      readonly iv: Uint8Array;
      readonly salt: Uint8Array;
      readonly iterations: number;
    };

const legacySchemes: Readonly<Record<string, LegacyScheme>> = {
  [pkcs12Oids.pbe3Des]: { cipher: '3DES', keyBytes: 24 },
  '1.2.840.113549.1.12.1.4': { cipher: '3DES', keyBytes: 16 },
  '1.2.840.113549.1.12.1.5': { cipher: 'RC2', keyBytes: 16 },
  [pkcs12Oids.pbeRc2With40Bits]: { cipher: 'RC2', keyBytes: 5 },
};

const prfs = {
  '1.2.840.113549.2.7': 'SHA-1',
  [pkcs12Oids.hmacSha256]: 'SHA-256',
  '1.2.840.113549.2.10': 'SHA-384',
  '1.2.840.113549.2.11': 'SHA-512',
} as const;

const pbes2Ciphers: Readonly<
  Record<string, { readonly cipher: 'AES-CBC' | '3DES'; readonly keyBytes: number }>
> = {
  '2.16.840.1.101.3.4.1.2': { cipher: 'AES-CBC', keyBytes: 16 },
  '2.16.840.1.101.3.4.1.22': { cipher: 'AES-CBC', keyBytes: 24 },
  [pkcs12Oids.aes256]: { cipher: 'AES-CBC', keyBytes: 32 },
  '1.2.840.113549.3.7': { cipher: '3DES', keyBytes: 24 },
};

const macHashes = {
  [pkcs12Oids.sha1]: { hash: sha1, name: 'SHA-1', blockBytes: 64 },
  [pkcs12Oids.sha256]: { hash: sha256, name: 'SHA-256', blockBytes: 64 },
  '2.16.840.1.101.3.4.2.2': { hash: sha384, name: 'SHA-384', blockBytes: 128 },
  '2.16.840.1.101.3.4.2.3': { hash: sha512, name: 'SHA-512', blockBytes: 128 },
} as const;

export type MacHash = (typeof macHashes)[keyof typeof macHashes];

const own = <T>(record: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined;

const unknownAlgorithm = (oid: string): CredentialError =>
  new CredentialError(
    'P12_ALGORITHM',
    `The file is protected with a method that cannot be read here (${oid}). Export it again with AES-256.`,
  );

function checkIterations(iterations: number): number {
  if (iterations < 1 || iterations > maxIterations)
    throw new CredentialError(
      'P12_ITERATIONS',
      `The file asks for ${iterations.toLocaleString('en')} rounds of key derivation; more than ${maxIterations.toLocaleString('en')} are refused.`,
    );
  return iterations;
}

/** `AlgorithmIdentifier` → its parts. Throws P12_ALGORITHM, P12_ITERATIONS; DerError when damaged. */
export function readEncryption(value: DerValue): Encryption {
  const [type, parameters] = childrenOf(expectTag(value, tags.sequence));
  const name = readOid(expectTag(type, tags.oid));
  const scheme = own(legacySchemes, name);
  if (scheme) {
    const [salt, iterations] = childrenOf(expectTag(parameters, tags.sequence));
    return {
      kind: 'legacy',
      scheme,
      salt: expectTag(salt, tags.octetString).content,
      iterations: checkIterations(readSmallInteger(expectTag(iterations, tags.integer))),
    };
  }
  if (name !== pkcs12Oids.pbes2) throw unknownAlgorithm(name);
  return readPbes2(expectTag(parameters, tags.sequence));
}

function readPbes2(parameters: DerValue): Encryption {
  const [derivation, encryption] = childrenOf(parameters);
  const [derivationType, derivationParameters] = childrenOf(expectTag(derivation, tags.sequence));
  const derivationName = readOid(expectTag(derivationType, tags.oid));
  if (derivationName !== pkcs12Oids.pbkdf2) throw unknownAlgorithm(derivationName);
  const [salt, iterations, ...options] = childrenOf(expectTag(derivationParameters, tags.sequence));
  const prfValue = options.find(({ tag }) => tag === tags.sequence);
  const prfName = prfValue ? readOid(expectTag(childrenOf(prfValue)[0], tags.oid)) : '1.2.840.113549.2.7';
  const prf = own(prfs, prfName);
  const [cipherType, iv] = childrenOf(expectTag(encryption, tags.sequence));
  const cipherName = readOid(expectTag(cipherType, tags.oid));
  const cipher = own(pbes2Ciphers, cipherName);
  if (!prf || !cipher) throw unknownAlgorithm(prf ? cipherName : prfName);
  return {
    kind: 'pbes2',
    prf,
    ...cipher,
    iv: expectTag(iv, tags.octetString).content,
    salt: expectTag(salt, tags.octetString).content,
    iterations: checkIterations(readSmallInteger(expectTag(iterations, tags.integer))),
  };
}

/** Hash of a MAC's `AlgorithmIdentifier`. Throws P12_ALGORITHM. */
export function readMacHash(value: DerValue): MacHash {
  const name = readOid(expectTag(childrenOf(expectTag(value, tags.sequence))[0], tags.oid));
  const hash = own(macHashes, name);
  if (!hash) throw unknownAlgorithm(name);
  return hash;
}

export const readIterations = (value: DerValue | undefined): number =>
  checkIterations(value ? readSmallInteger(value) : 1);

/** A passphrase as the key derivation of PKCS#12 wants it: UTF-16 with a closing zero. */
export function toBmp(passphrase: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(passphrase.length * 2 + 2);
  for (let i = 0; i < passphrase.length; i += 1) {
    bytes[2 * i] = passphrase.charCodeAt(i) >> 8;
    bytes[2 * i + 1] = passphrase.charCodeAt(i) & 0xff;
  }
  return bytes;
}

const purposes: Readonly<Record<Derive, number>> = { key: 1, iv: 2, mac: 3 };

const repeated = (bytes: Uint8Array, blockBytes: number): Uint8Array =>
  bytes.length === 0
    ? bytes
    : Uint8Array.from(
        { length: blockBytes * Math.ceil(bytes.length / blockBytes) },
        (_, i) => bytes[i % bytes.length]!,
      );

// Adds B + 1 to each block, as numbers of blockBytes octets (RFC 7292 appendix B.2, step 6.C).
function addToBlocks(blocks: Uint8Array, addend: Uint8Array): void {
  for (let start = 0; start < blocks.length; start += addend.length) {
    let carry = 1;
    for (let i = addend.length - 1; i >= 0; i -= 1) {
      carry += blocks[start + i]! + addend[i]!;
      blocks[start + i] = carry & 0xff;
      carry >>= 8;
    }
  }
}

/** Key derivation of RFC 7292 appendix B; `password` already as BMP bytes. */
export function derivePkcs12(
  { hash, blockBytes }: Pick<MacHash, 'hash' | 'blockBytes'>,
  password: Uint8Array,
  salt: Uint8Array,
  iterations: number,
  purpose: Derive,
  length: number,
): Uint8Array<ArrayBuffer> {
  const diversifier = new Uint8Array(blockBytes).fill(purposes[purpose]);
  const blocks = concat(repeated(salt, blockBytes), repeated(password, blockBytes));
  const output = new Uint8Array(length);
  for (let at = 0; at < length;) {
    let digest: Uint8Array = hash(concat(diversifier, blocks));
    for (let round = 1; round < iterations; round += 1) digest = hash(digest);
    output.set(digest.subarray(0, length - at), at);
    at += digest.length;
    if (at < length) addToBlocks(blocks, repeated(digest, blockBytes).subarray(0, blockBytes));
  }
  return output;
}

const binary = (bytes: Uint8Array): string =>
  Array.from(bytes, (octet) => String.fromCharCode(octet)).join('');
const fromBinary = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(text, (character) => character.charCodeAt(0));

/** CBC by an old cipher; undefined when the padding is wrong. */
function runForge(
  cipher: LegacyScheme['cipher'],
  direction: 'encrypt' | 'decrypt',
  keyBytes: Uint8Array,
  iv: Uint8Array,
  input: Uint8Array,
): Uint8Array<ArrayBuffer> | undefined {
  const key = binary(
    keyBytes.length === 16 && cipher === '3DES' ? concat(keyBytes, keyBytes.subarray(0, 8)) : keyBytes,
  );
  const bits = keyBytes.length * 8;
  const isEncryption = direction === 'encrypt';
  const runner =
    cipher === 'RC2'
      ? isEncryption
        ? rc2.createEncryptionCipher(key, bits)
        : rc2.createDecryptionCipher(key, bits)
      : isEncryption
        ? des.createEncryptionCipher(key)
        : des.createDecryptionCipher(key);
  runner.start(binary(iv));
  runner.update(forgeUtil.createBuffer(binary(input)));
  return runner.finish() ? fromBinary(runner.output.getBytes()) : undefined;
}

/** The old schemes: SHA-1, key and IV from the passphrase. Undefined when it does not decrypt. */
export function runLegacy(
  direction: 'encrypt' | 'decrypt',
  encryption: Extract<Encryption, { kind: 'legacy' }>,
  bmp: Uint8Array,
  input: Uint8Array,
): Uint8Array<ArrayBuffer> | undefined {
  const { scheme, salt, iterations } = encryption;
  const derive = (purpose: Derive, length: number): Uint8Array =>
    derivePkcs12(macHashes[pkcs12Oids.sha1], bmp, salt, iterations, purpose, length);
  return runForge(scheme.cipher, direction, derive('key', scheme.keyBytes), derive('iv', 8), input);
}

async function derivePbkdf2(
  encryption: Extract<Encryption, { kind: 'pbes2' }>,
  passphrase: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const material = await crypto.subtle.importKey(
    'raw',
    new TextEncoder().encode(passphrase),
    'PBKDF2',
    false,
    ['deriveBits'],
  );
  const bits = await crypto.subtle.deriveBits(
    {
      name: 'PBKDF2',
      hash: encryption.prf,
      salt: concat(encryption.salt),
      iterations: encryption.iterations,
    },
    material,
    encryption.keyBytes * 8,
  );
  return new Uint8Array(bits);
}

async function runPbes2(
  direction: 'encrypt' | 'decrypt',
  encryption: Extract<Encryption, { kind: 'pbes2' }>,
  passphrase: string,
  input: Uint8Array,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  const keyBytes = await derivePbkdf2(encryption, passphrase);
  if (encryption.cipher === '3DES') return runForge('3DES', direction, keyBytes, encryption.iv, input);
  let key: CryptoKey;
  try {
    key = await crypto.subtle.importKey('raw', keyBytes, 'AES-CBC', false, [direction]);
  } catch {
    throw unknownAlgorithm(`AES-${encryption.keyBytes * 8}`); // browsers know no AES-192
  }
  try {
    const algorithm = { name: 'AES-CBC', iv: concat(encryption.iv) };
    return new Uint8Array(await crypto.subtle[direction](algorithm, key, concat(input)));
  } catch {
    return undefined;
  }
}

/** Undefined when it does not decrypt: wrong passphrase or damaged bytes. */
export async function runEncryption(
  direction: 'encrypt' | 'decrypt',
  encryption: Encryption,
  passphrase: string,
  bmp: Uint8Array,
  input: Uint8Array,
): Promise<Uint8Array<ArrayBuffer> | undefined> {
  return encryption.kind === 'legacy'
    ? runLegacy(direction, encryption, bmp, input)
    : runPbes2(direction, encryption, passphrase, input);
}

/** HMAC of the authenticated safe with a key derived from the passphrase. */
export async function macOf(
  macHash: MacHash,
  bmp: Uint8Array,
  salt: Uint8Array,
  iterations: number,
  content: Uint8Array,
): Promise<Uint8Array> {
  const raw = derivePkcs12(macHash, bmp, salt, iterations, 'mac', macHash.hash.outputLen);
  const key = await crypto.subtle.importKey('raw', raw, { name: 'HMAC', hash: macHash.name }, false, [
    'sign',
  ]);
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, concat(content)));
}
