/**
 * Opens a .p12 / .pfx file: the person's certificate, its private key as a key that cannot be exported again,
 * and the certificates beside it. Asked by the Proxy Upload wizard inside a Web Worker; nothing leaves it.
 *
 * Works in stages (form → MAC → decryption → contents), so each failure has its own reason and no library's
 * error text is read. A wrong passphrase shows at the MAC, or at decryption in files without one.
 */
import { toDefiniteForm } from './ber.ts';
import { parseCertificate, type Certificate } from './certificate.ts';
import { CredentialError, isCredentialError } from './credential-error.ts';
import { childrenOf, expectTag, isSameBytes, readDer, readOid, tags, type DerValue } from './der.ts';
import { nameKey, slashForm } from './names.ts';
import {
  macOf,
  pkcs12Oids,
  readEncryption,
  readIterations,
  readMacHash,
  runEncryption,
  toBmp,
  type Encryption,
} from './pkcs12-encryption.ts';
import { importSigningKey, isKeyPair } from './public-key.ts';

export interface OpenedPkcs12 {
  /** The certificate the key fits. */
  readonly endEntity: Certificate;
  /** Not extractable, for signing only. */
  readonly key: CryptoKey;
  /** Authorities of the file above the certificate, issuer first. */
  readonly intermediates: readonly Certificate[];
  /** Further certificates in the file, neither chosen nor above the chosen one. */
  readonly others: readonly Certificate[];
}

/** Bytes of a file the wizard takes. */
export const maxPkcs12Bytes = 262_144;

const maxContents = 64;

const malformed = (cause?: unknown): CredentialError =>
  new CredentialError('P12_MALFORMED', 'This is not a PKCS#12 file, or it was damaged on its way.', {
    cause,
  });

const wrongPassphrase = (): CredentialError =>
  new CredentialError(
    'P12_PASSPHRASE',
    'The passphrase does not open this file. Check upper and lower case and the keyboard layout. Nothing was sent.',
  );

function checkSize(bytes: Uint8Array): void {
  if (bytes.length === 0) throw new CredentialError('P12_SIZE', 'The file is empty.');
  if (bytes.length > maxPkcs12Bytes)
    throw new CredentialError(
      'P12_SIZE',
      'The file is too large for a certificate file (more than 256 KiB).',
    );
  const head = String.fromCharCode(...bytes.subarray(0, 1024));
  if (head.includes('-----BEGIN '))
    throw new CredentialError(
      'P12_IS_PEM',
      'This is a PEM file. Convert it first: openssl pkcs12 -export -in usercert.pem -inkey userkey.pem -out usercert.p12',
    );
}

// ---------------------------------------------------------------- form

interface Content {
  readonly bytes: Uint8Array;
  /** Undefined = not encrypted. */
  readonly encryption: Encryption | undefined;
}

interface Mac {
  readonly hash: ReturnType<typeof readMacHash>;
  readonly digest: Uint8Array;
  readonly salt: Uint8Array;
  readonly iterations: number;
}

interface Form {
  readonly safe: Uint8Array;
  readonly contents: readonly Content[];
  readonly mac: Mac | undefined;
}

/** `[0] EXPLICIT` → what is inside. */
const inside = (value: DerValue | undefined): DerValue =>
  expectTag(childrenOf(expectTag(value, 0xa0))[0], undefined);

const octetsOf = (value: DerValue | undefined): Uint8Array => expectTag(value, tags.octetString).content;

// `[0] IMPLICIT OCTET STRING`, in one piece or several.
const implicitOctetsOf = (value: DerValue | undefined): Uint8Array => {
  if (value?.tag === 0x80) return value.content;
  return Uint8Array.from(childrenOf(expectTag(value, 0xa0)).flatMap((piece) => [...octetsOf(piece)]));
};

function readContent(value: DerValue): Content {
  const [type, content] = childrenOf(expectTag(value, tags.sequence));
  const name = readOid(expectTag(type, tags.oid));
  if (name === pkcs12Oids.data) return { bytes: octetsOf(inside(content)), encryption: undefined };
  if (name !== pkcs12Oids.encryptedData)
    throw new CredentialError(
      'P12_ALGORITHM',
      `The file is protected in a way that cannot be read here (${name}).`,
    );
  const [, info] = childrenOf(inside(content));
  const [, algorithm, bytes] = childrenOf(expectTag(info, tags.sequence));
  return { bytes: implicitOctetsOf(bytes), encryption: readEncryption(expectTag(algorithm, tags.sequence)) };
}

function readMac(value: DerValue | undefined): Mac | undefined {
  if (!value) return undefined;
  const [info, salt, iterations] = childrenOf(expectTag(value, tags.sequence));
  const [algorithm, digest] = childrenOf(expectTag(info, tags.sequence));
  return {
    hash: readMacHash(expectTag(algorithm, tags.sequence)),
    digest: octetsOf(digest),
    salt: octetsOf(salt),
    iterations: readIterations(iterations),
  };
}

function readForm(file: Uint8Array): Form {
  const [version, safeInfo, mac] = childrenOf(readDer(toDefiniteForm(file), tags.sequence));
  expectTag(version, tags.integer);
  const [type, content] = childrenOf(expectTag(safeInfo, tags.sequence));
  const name = readOid(expectTag(type, tags.oid));
  if (name !== pkcs12Oids.data)
    throw new CredentialError(
      'P12_ALGORITHM',
      `The file is protected with a public key (${name}), not a passphrase.`,
    );
  const safe = octetsOf(inside(content));
  const contents = childrenOf(readDer(toDefiniteForm(safe), tags.sequence));
  if (contents.length > maxContents) throw malformed();
  return { safe, contents: contents.map(readContent), mac: readMac(mac) };
}

// ---------------------------------------------------------------- MAC, decryption

async function isMacGood(form: Form, bmp: Uint8Array): Promise<boolean> {
  if (!form.mac) return true;
  const { hash, salt, iterations, digest } = form.mac;
  return isSameBytes(await macOf(hash, bmp, salt, iterations, form.safe), digest);
}

/** The BMP form that fits; an empty passphrase has two in the wild. */
async function findBmp(form: Form, passphrase: string): Promise<Uint8Array> {
  for (const bmp of passphrase === '' ? [toBmp(''), new Uint8Array()] : [toBmp(passphrase)])
    if (await isMacGood(form, bmp)) return bmp;
  throw wrongPassphrase();
}

interface Unlock {
  readonly passphrase: string;
  readonly bmp: Uint8Array;
  /** After a good MAC a failing decryption is damage, before it a wrong passphrase. */
  readonly hasMac: boolean;
}

async function decrypt(encryption: Encryption, bytes: Uint8Array, unlock: Unlock): Promise<Uint8Array> {
  const plain = await runEncryption('decrypt', encryption, unlock.passphrase, unlock.bmp, bytes);
  if (plain) return plain;
  throw unlock.hasMac ? malformed() : wrongPassphrase();
}

// ---------------------------------------------------------------- contents

interface Bags {
  readonly certificates: Uint8Array[];
  /** PKCS#8, in clear: overwritten before the file is done with. */
  readonly keys: Uint8Array[];
}

async function readBag(bag: DerValue, unlock: Unlock, bags: Bags): Promise<void> {
  const [type, content] = childrenOf(expectTag(bag, tags.sequence));
  const value = inside(content);
  switch (readOid(expectTag(type, tags.oid))) {
    case pkcs12Oids.certBag: {
      const [kind, certificate] = childrenOf(value);
      if (readOid(expectTag(kind, tags.oid)) === pkcs12Oids.x509Certificate)
        bags.certificates.push(octetsOf(inside(certificate)));
      break;
    }
    case pkcs12Oids.keyBag:
      bags.keys.push(value.raw.slice());
      break;
    case pkcs12Oids.shroudedKeyBag: {
      const [algorithm, bytes] = childrenOf(value);
      bags.keys.push(
        await decrypt(readEncryption(expectTag(algorithm, tags.sequence)), octetsOf(bytes), unlock),
      );
      break;
    }
    case pkcs12Oids.safeContentsBag:
      for (const nested of childrenOf(value)) await readBag(nested, unlock, bags);
      break;
    default: // revocation lists and secrets are of no use here
  }
}

async function readBags(form: Form, unlock: Unlock): Promise<Bags> {
  const bags: Bags = { certificates: [], keys: [] };
  for (const { bytes, encryption } of form.contents) {
    const plain = encryption ? await decrypt(encryption, bytes, unlock) : bytes;
    for (const bag of childrenOf(readDer(toDefiniteForm(plain), tags.sequence)))
      await readBag(bag, unlock, bags);
  }
  return bags;
}

// ---------------------------------------------------------------- choice

interface Pair {
  readonly endEntity: Certificate;
  readonly key: CryptoKey;
}

async function pairUp(pkcs8: Uint8Array, certificates: readonly Certificate[]): Promise<readonly Pair[]> {
  const pairs: Pair[] = [];
  for (const endEntity of certificates)
    try {
      const key = await importSigningKey(pkcs8, endEntity.publicKey);
      if (await isKeyPair(key, endEntity.publicKey)) pairs.push({ endEntity, key });
    } catch {
      // a key of another kind than the certificate's: not this one
    }
  return pairs;
}

function parseAll(ders: readonly Uint8Array[]): readonly Certificate[] {
  const parsed: Certificate[] = [];
  let firstFault: unknown;
  for (const der of ders)
    try {
      parsed.push(parseCertificate(der));
    } catch (error) {
      firstFault ??= error;
    }
  if (parsed.length > 0) return parsed;
  throw (
    firstFault ??
    new CredentialError('P12_NO_CERT', 'The file holds no certificate. Export certificate and key together.')
  );
}

// A renewed certificate may keep its key: take the one that lasts longest.
function chooseLongest(pairs: readonly Pair[]): Pair | undefined {
  return pairs.toSorted((a, b) => b.endEntity.notAfterMs - a.endEntity.notAfterMs)[0];
}

async function choosePair(bags: Bags, certificates: readonly Certificate[]): Promise<Pair> {
  if (bags.keys.length === 0)
    throw new CredentialError(
      'P12_NO_KEY',
      'The file holds no private key. Export it again with "include private key".',
    );
  const pairsByKey = await Promise.all(bags.keys.map((pkcs8) => pairUp(pkcs8, certificates)));
  const fitting = pairsByKey.filter((pairs) => pairs.length > 0);
  if (fitting.length > 1)
    throw new CredentialError(
      'P12_MANY_KEYS',
      `The file holds ${fitting.length} keys with certificates: ${fitting
        .flat()
        .map(({ endEntity }) => slashForm(endEntity.subject))
        .join('; ')}. Export the one you need alone.`,
    );
  const chosen = chooseLongest(fitting[0] ?? []);
  if (chosen) return chosen;
  throw new CredentialError(
    'P12_MISMATCH',
    'The private key in the file fits none of its certificates. Export both together again.',
  );
}

function splitOthers(
  endEntity: Certificate,
  certificates: readonly Certificate[],
): Omit<OpenedPkcs12, 'key' | 'endEntity'> {
  const intermediates: Certificate[] = [];
  for (let child = endEntity; intermediates.length < certificates.length;) {
    const wanted = nameKey(child.issuer);
    const issuer = certificates.find(
      (other) =>
        nameKey(other.subject) === wanted && other !== child && !intermediates.includes(other) && other.isCa,
    );
    if (!issuer) break;
    intermediates.push(issuer);
    child = issuer;
  }
  return {
    intermediates,
    others: certificates.filter((other) => other !== endEntity && !intermediates.includes(other)),
  };
}

async function openForm(form: Form, passphrase: string): Promise<OpenedPkcs12> {
  const unlock = { passphrase, bmp: await findBmp(form, passphrase), hasMac: form.mac !== undefined };
  // without a MAC, a wrong passphrase may decrypt into rubbish that only looks like damage
  const bags = await readBags(form, unlock).catch((error: unknown) => {
    throw isCredentialError(error) || form.mac ? error : wrongPassphrase();
  });
  try {
    const certificates = parseAll(bags.certificates);
    const { endEntity, key } = await choosePair(bags, certificates);
    return { endEntity, key, ...splitOthers(endEntity, certificates) };
  } finally {
    for (const key of bags.keys) key.fill(0);
  }
}

/** Throws CredentialError with a `P12_…` reason; says nothing of dates and trust. */
export async function openPkcs12(file: Uint8Array, passphrase: string): Promise<OpenedPkcs12> {
  checkSize(file);
  try {
    return await openForm(readForm(file), passphrase);
  } catch (error) {
    throw isCredentialError(error) ? error : malformed(error);
  }
}
