import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, test } from 'node:test';
import forge from 'node-forge';
import * as pkijs from 'pkijs';
import { privateKeyOf, type Credential } from './authority.ts';
import { CredentialError, type CredentialReason } from './credential-error.ts';
import { concat, der, sequence, tags } from './der.ts';
import { slashForm } from './names.ts';
import { writePem } from './pem.ts';
import { openPkcs12 } from './pkcs12.ts';
import { maxIterations } from './pkcs12-encryption.ts';
import { writePkcs12, type Pkcs12Style } from './pkcs12-writer.ts';
import { generateRsaKeyPair, isKeyPair } from './public-key.ts';
import {
  createTestPki,
  makeEcKeys,
  pkcs12Of,
  runOpenssl,
  skipWithoutOpenssl,
  type TestPki,
} from './testing/index.ts';

const passphrase = 'correct horse';
const modern: Pkcs12Style = { encoding: 'modern', passphrase, iterations: 100 };
const legacy: Pkcs12Style = { encoding: 'legacy', passphrase, iterations: 100 };

let pki: TestPki;
let jane: Credential;

before(async () => {
  pki = await createTestPki();
  jane = await pki.person('Jane Doe');
});

const reasonOf = async (file: Uint8Array, given = passphrase): Promise<CredentialReason | 'good'> => {
  try {
    await openPkcs12(file, given);
    return 'good';
  } catch (error) {
    assert.ok(error instanceof CredentialError, String(error));
    assert.match(error.message, /^[A-Z].*\S$/s);
    assert.equal(error.message.includes(passphrase), false);
    return error.reason;
  }
};

const authorities = () => [pki.issuer.certificate, pki.root.certificate];

for (const style of [modern, legacy])
  test(`a ${style.encoding} file gives certificate, authorities and a key that cannot be taken out`, async () => {
    const opened = await openPkcs12(await pkcs12Of(jane, style, authorities()), passphrase);
    assert.equal(slashForm(opened.endEntity.subject), slashForm(jane.certificate.subject));
    assert.deepEqual(
      opened.intermediates.map(({ serialHex }) => serialHex),
      authorities().map(({ serialHex }) => serialHex),
    );
    assert.equal(opened.key.extractable, false);
    assert.deepEqual(opened.key.usages, ['sign']);
    assert.equal(await isKeyPair(opened.key, jane.certificate.publicKey), true);
    await assert.rejects(crypto.subtle.exportKey('pkcs8', opened.key));
  });

test('EC keys and passphrases beyond ASCII work in both encodings', async () => {
  const curve = await pki.person('Elena Curve', { keys: await makeEcKeys() });
  for (const encoding of ['modern', 'legacy'] as const) {
    const file = await pkcs12Of(curve, { encoding, passphrase: 'pässwörd €', iterations: 100 });
    assert.equal(await reasonOf(file, 'pässwörd €'), 'good');
    assert.equal(await reasonOf(file, 'passwort'), 'P12_PASSPHRASE');
  }
});

test('an empty passphrase is one', async () => {
  const file = await pkcs12Of(jane, { ...modern, passphrase: '' });
  assert.equal(await reasonOf(file, ''), 'good');
  assert.equal(await reasonOf(file, 'x'), 'P12_PASSPHRASE');
});

const contentsOf = async (...people: readonly Credential[]) => ({
  certificates: people.map(({ certificate }) => certificate.der),
  keys: await Promise.all(people.map(privateKeyOf)),
});

const other = async () => pki.person('Somebody Else', { keys: await makeEcKeys() });

const badFiles: Record<string, [CredentialReason, () => Promise<Uint8Array>]> = {
  'an empty file': ['P12_SIZE', async () => new Uint8Array()],
  'a file of 300 KiB': ['P12_SIZE', async () => new Uint8Array(300 * 1024)],
  'a PEM file': [
    'P12_IS_PEM',
    async () => new TextEncoder().encode(writePem('CERTIFICATE', jane.certificate.der)),
  ],
  'random bytes': ['P12_MALFORMED', async () => crypto.getRandomValues(new Uint8Array(2000))],
  'a certificate': ['P12_MALFORMED', async () => jane.certificate.der],
  'a file that is cut off': ['P12_MALFORMED', async () => (await pkcs12Of(jane, modern)).slice(0, 900)],
  'a file nested too deep': [
    'P12_MALFORMED',
    async () => Array.from({ length: 200 }).reduce<Uint8Array>((inner) => sequence(inner), der(tags.null)),
  ],
  'a file without key': [
    'P12_NO_KEY',
    async () => writePkcs12({ certificates: [jane.certificate.der], keys: [] }, modern),
  ],
  'a file without certificate': [
    'P12_NO_CERT',
    async () => writePkcs12({ certificates: [], keys: [await privateKeyOf(jane)] }, modern),
  ],
  'a file with the keys of two people': [
    'P12_MANY_KEYS',
    async () => writePkcs12(await contentsOf(jane, await other()), modern),
  ],
  'a key that fits no certificate': [
    'P12_MISMATCH',
    async () =>
      writePkcs12(
        { certificates: [jane.certificate.der], keys: [await privateKeyOf(await other())] },
        modern,
      ),
  ],
  'a file that asks for too many rounds': ['P12_ITERATIONS', async () => fileOfRounds(maxIterations + 1)],
  'a file for which no method is known': [
    'P12_ALGORITHM',
    // the last arc of AES-256-CBC becomes that of AES-256-OFB
    async () => replaceBytes(await pkcs12Of(jane, modern), '60864801650304012a', '60864801650304012b'),
  ],
  'a file whose MAC is PBMAC1': ['P12_ALGORITHM', async () => fileOfRounds(2048, pbmac1)],
  'a file signed instead of given a MAC': [
    'P12_ALGORITHM',
    // the content type of the whole becomes signedData
    async () => replaceBytes(fileOfRounds(2048), '06092a864886f70d010701', '06092a864886f70d010702'),
  ],
};

function replaceBytes(bytes: Uint8Array, from: string, to: string): Uint8Array {
  return new Uint8Array(Buffer.from(Buffer.from(bytes).toString('hex').replaceAll(from, to), 'hex'));
}

const sha1 = Uint8Array.of(0x06, 5, 0x2b, 0x0e, 3, 2, 0x1a);
const pbmac1 = Uint8Array.of(0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 5, 14);

/** A file that asks, in its MAC, for so many rounds; the rest of it is never looked at. */
function fileOfRounds(rounds: number, method = sha1): Uint8Array {
  const count = der(tags.integer, Uint8Array.of((rounds >> 16) & 0xff, (rounds >> 8) & 0xff, rounds & 0xff));
  const octets = der(tags.octetString, new Uint8Array(8));
  const data = Uint8Array.of(0x06, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 1);
  return sequence(
    der(tags.integer, Uint8Array.of(3)),
    sequence(data, der(0xa0, der(tags.octetString, sequence()))),
    sequence(sequence(sequence(method), octets), octets, count),
  );
}

for (const [what, [reason, make]] of Object.entries(badFiles))
  test(`${what} is refused with ${reason}`, async () => {
    const startedAtMs = performance.now();
    assert.equal(await reasonOf(await make()), reason);
    assert.ok(performance.now() - startedAtMs < 5000, 'at once');
  });

test('a wrong passphrase is told apart from damage, with and without a MAC', async () => {
  for (const style of [modern, legacy]) {
    const file = await pkcs12Of(jane, style);
    assert.equal(await reasonOf(file, 'Correct horse'), 'P12_PASSPHRASE');
    const bare = await pkcs12Of(jane, { ...style, hasMac: false });
    assert.equal(await reasonOf(bare), 'good');
    assert.equal(await reasonOf(bare, 'wrong'), 'P12_PASSPHRASE');
  }
});

test('a file that is not encrypted opens', async () => {
  assert.equal(
    await reasonOf(await pkcs12Of(jane, { ...modern, isEncrypted: false, hasMac: false }), ''),
    'good',
  );
});

test('of several certificates the one that fits the key is taken, the others are listed', async () => {
  const stranger = await other();
  const file = await writePkcs12(
    {
      certificates: [pki.root, stranger, pki.issuer, jane].map(({ certificate }) => certificate.der),
      keys: [await privateKeyOf(jane)],
    },
    modern,
  );
  const opened = await openPkcs12(file, passphrase);
  assert.equal(slashForm(opened.endEntity.subject), slashForm(jane.certificate.subject));
  assert.deepEqual(
    opened.intermediates.map(({ serialHex }) => serialHex),
    authorities().map(({ serialHex }) => serialHex),
  );
  assert.deepEqual(
    opened.others.map(({ serialHex }) => serialHex),
    [stranger.certificate.serialHex],
  );
});

test('of two certificates of one key the later one is taken', async () => {
  const renewed = await pki.person('Jane Doe', { notAfterMs: pki.nowMs + 700 * 86_400_000, keys: jane.keys });
  const file = await writePkcs12(
    { certificates: [jane.certificate.der, renewed.certificate.der], keys: [await privateKeyOf(jane)] },
    modern,
  );
  assert.equal((await openPkcs12(file, passphrase)).endEntity.serialHex, renewed.certificate.serialHex);
});

test('a file in the indefinite form of old browsers opens', async () => {
  const file = await pkcs12Of(jane, legacy);
  const content = file.subarray(4);
  const indefinite = concat(Uint8Array.of(0x30, 0x80), content, Uint8Array.of(0, 0));
  assert.equal(await reasonOf(indefinite), 'good');
});

test('files made by node-forge open: 3DES and AES', async () => {
  const keys = forge.pki.privateKeyFromAsn1(
    forge.asn1.fromDer(forge.util.createBuffer(Buffer.from(await privateKeyOf(jane)).toString('binary'))),
  );
  const certificate = forge.pki.certificateFromPem(writePem('CERTIFICATE', jane.certificate.der));
  for (const algorithm of ['3des', 'aes256'] as const) {
    const asn1 = forge.pkcs12.toPkcs12Asn1(keys, [certificate], passphrase, { algorithm, count: 100 });
    const file = Uint8Array.from(forge.asn1.toDer(asn1).getBytes(), (character) => character.charCodeAt(0));
    assert.equal(await reasonOf(file), 'good', algorithm);
  }
});

test('node-forge and pkijs read what is written here', async () => {
  const asn1 = forge.asn1.fromDer(Buffer.from(await pkcs12Of(jane, legacy)).toString('binary'));
  const bags = forge.pkcs12.pkcs12FromAsn1(asn1, passphrase).getBags({ bagType: forge.pki.oids['certBag']! });
  assert.equal(bags[forge.pki.oids['certBag']!]?.length, 1);
  const pfx = pkijs.PFX.fromBER(await pkcs12Of(jane, modern));
  await pfx.parseInternalValues({
    checkIntegrity: true,
    password: new TextEncoder().encode(passphrase).buffer,
  });
  assert.equal(pfx.parsedValue?.authenticatedSafe?.safeContents.length, 2);
});

const opensslFlags: Record<string, readonly string[]> = {
  'AES-256 of OpenSSL 3': [],
  'RC2-40 and 3DES of OpenSSL 1': [
    '-legacy',
    '-keypbe',
    'PBE-SHA1-3DES',
    '-certpbe',
    'PBE-SHA1-RC2-40',
    '-macalg',
    'sha1',
  ],
  'AES-128 with a SHA-512 MAC': ['-keypbe', 'AES-128-CBC', '-certpbe', 'AES-128-CBC', '-macalg', 'sha512'],
  'no MAC': ['-nomac'],
  'nothing encrypted': ['-keypbe', 'NONE', '-certpbe', 'NONE'],
};

for (const [what, flags] of Object.entries(opensslFlags))
  test(`a file with ${what} opens`, { skip: skipWithoutOpenssl }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'wms-p12-'));
    try {
      const [pemFile, p12File] = [join(folder, 'in.pem'), join(folder, 'out.p12')];
      writeFileSync(
        pemFile,
        writePem('PRIVATE KEY', await privateKeyOf(jane)) + writePem('CERTIFICATE', jane.certificate.der),
      );
      const made = runOpenssl(
        'pkcs12',
        '-export',
        '-in',
        pemFile,
        '-out',
        p12File,
        '-passout',
        `pass:${passphrase}`,
        ...flags,
      );
      assert.ok(made.isGood, made.errors);
      assert.equal(await reasonOf(readFileSync(p12File)), 'good');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

test('a key pair is told from two halves of different pairs', async () => {
  const [one, two] = await Promise.all([generateRsaKeyPair(), makeEcKeys('P-384')]);
  assert.equal(await isKeyPair(one.privateKey, jane.certificate.publicKey), false);
  assert.equal(await isKeyPair(two.privateKey, jane.certificate.publicKey), false);
  assert.equal(await isKeyPair(jane.keys.privateKey, jane.certificate.publicKey), true);
});
