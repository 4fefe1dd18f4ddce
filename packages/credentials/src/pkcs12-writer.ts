/**
 * Writes .p12 files: modern (AES-256, PBKDF2, SHA-256) and legacy (RC2-40 and 3DES with SHA-1, as OpenSSL 1
 * and old browsers exported). Asked by demo installations and tests; people's own files are only ever read.
 */
import { concat, der, oid, readDer, sequence, tags, unsignedInteger } from './der.ts';
import { macOf, pkcs12Oids, readEncryption, readMacHash, runEncryption, toBmp } from './pkcs12-encryption.ts';

export interface Pkcs12Contents {
  readonly certificates: readonly Uint8Array[];
  /** PKCS#8. */
  readonly keys: readonly Uint8Array[];
}

export interface Pkcs12Style {
  readonly encoding: 'legacy' | 'modern';
  readonly passphrase: string;
  /** Default 2048 (legacy) or 10,000 (modern). */
  readonly iterations?: number;
  readonly hasMac?: boolean;
  readonly isEncrypted?: boolean;
}

const octets = (bytes: Uint8Array): Uint8Array => der(tags.octetString, bytes);
const explicit = (value: Uint8Array): Uint8Array => der(0xa0, value);
const salted = (length: number): Uint8Array => crypto.getRandomValues(new Uint8Array(length));
const integer = (number: number): Uint8Array =>
  unsignedInteger(
    Uint8Array.of((number >>> 24) & 0xff, (number >>> 16) & 0xff, (number >>> 8) & 0xff, number & 0xff),
  );

interface Writer extends Pkcs12Style {
  readonly rounds: number;
}

const legacyAlgorithm = (name: string, rounds: number): Uint8Array =>
  sequence(oid(name), sequence(octets(salted(8)), integer(rounds)));

const modernAlgorithm = (rounds: number): Uint8Array =>
  sequence(
    oid(pkcs12Oids.pbes2),
    sequence(
      sequence(
        oid(pkcs12Oids.pbkdf2),
        sequence(octets(salted(16)), integer(rounds), sequence(oid(pkcs12Oids.hmacSha256), der(tags.null))),
      ),
      sequence(oid(pkcs12Oids.aes256), octets(salted(16))),
    ),
  );

async function encrypt(writer: Writer, legacyName: string, plain: Uint8Array) {
  const algorithm =
    writer.encoding === 'legacy'
      ? legacyAlgorithm(legacyName, writer.rounds)
      : modernAlgorithm(writer.rounds);
  const bytes = await runEncryption(
    'encrypt',
    readEncryption(readDer(algorithm)),
    writer.passphrase,
    toBmp(writer.passphrase),
    plain,
  );
  return { algorithm, bytes: bytes ?? new Uint8Array() };
}

const dataContent = (bytes: Uint8Array): Uint8Array =>
  sequence(oid(pkcs12Oids.data), explicit(octets(bytes)));

const localKeyId = (index: number): Uint8Array =>
  der(tags.set, sequence(oid(pkcs12Oids.localKeyId), der(tags.set, octets(Uint8Array.of(index)))));

async function certificateContent(writer: Writer, certificates: readonly Uint8Array[]): Promise<Uint8Array> {
  const bags = certificates.map((certificate, index) =>
    sequence(
      oid(pkcs12Oids.certBag),
      explicit(sequence(oid(pkcs12Oids.x509Certificate), explicit(octets(certificate)))),
      ...(index === 0 ? [localKeyId(0)] : []),
    ),
  );
  if (writer.isEncrypted === false) return dataContent(sequence(...bags));
  const { algorithm, bytes } = await encrypt(writer, pkcs12Oids.pbeRc2With40Bits, sequence(...bags));
  return sequence(
    oid(pkcs12Oids.encryptedData),
    explicit(sequence(integer(0), sequence(oid(pkcs12Oids.data), algorithm, der(0x80, bytes)))),
  );
}

async function keyContent(writer: Writer, keys: readonly Uint8Array[]): Promise<Uint8Array> {
  const bags: Uint8Array[] = [];
  for (const [index, key] of keys.entries()) {
    if (writer.isEncrypted === false) {
      bags.push(sequence(oid(pkcs12Oids.keyBag), explicit(key), localKeyId(index)));
      continue;
    }
    const { algorithm, bytes } = await encrypt(writer, pkcs12Oids.pbe3Des, key);
    bags.push(
      sequence(
        oid(pkcs12Oids.shroudedKeyBag),
        explicit(sequence(algorithm, octets(bytes))),
        localKeyId(index),
      ),
    );
  }
  return dataContent(sequence(...bags));
}

async function macData(writer: Writer, safe: Uint8Array): Promise<Uint8Array> {
  const hash = sequence(
    oid(writer.encoding === 'legacy' ? pkcs12Oids.sha1 : pkcs12Oids.sha256),
    der(tags.null),
  );
  const salt = salted(8);
  const digest = await macOf(readMacHash(readDer(hash)), toBmp(writer.passphrase), salt, writer.rounds, safe);
  return sequence(sequence(hash, octets(digest)), octets(salt), integer(writer.rounds));
}

/** The file as bytes; the first certificate is that of the first key. */
export async function writePkcs12(
  contents: Pkcs12Contents,
  style: Pkcs12Style,
): Promise<Uint8Array<ArrayBuffer>> {
  const writer: Writer = {
    ...style,
    rounds: style.iterations ?? (style.encoding === 'legacy' ? 2048 : 10_000),
  };
  const parts: Uint8Array[] = [];
  if (contents.certificates.length > 0) parts.push(await certificateContent(writer, contents.certificates));
  if (contents.keys.length > 0) parts.push(await keyContent(writer, contents.keys));
  const safe = sequence(...parts);
  const mac = style.hasMac === false ? [] : [await macData(writer, safe)];
  return concat(sequence(integer(3), dataContent(safe), ...mac));
}
