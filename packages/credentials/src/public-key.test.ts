/** Keys that are asked for are written anew; keys that sign elsewhere sign as those at hand do. */
import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { test } from 'node:test';
import * as fc from 'fast-check';
import {
  bitString,
  childrenOf,
  concat,
  der,
  isSameBytes,
  oid,
  readBits,
  readDer,
  readOid,
  sequence,
  tags,
  unsignedInteger,
} from './der.ts';
import { oids } from './oids.ts';
import { isSignedBy, parsePublicKey, rewrittenRsaKey, signerElsewhere } from './public-key.ts';

const spkiOf = (key: KeyObject): Uint8Array =>
  new Uint8Array(createPublicKey(key).export({ format: 'der', type: 'spki' }));

const modulusOf = (bits: number): Uint8Array => {
  const bytes = new Uint8Array(Math.ceil(bits / 8)).fill(0xa5);
  bytes[0] = 1 << ((bits - 1) % 8);
  return bytes;
};

interface Oddities {
  readonly exponent?: Uint8Array;
  readonly type?: string;
  readonly more?: readonly Uint8Array[];
}

const rsaKey = (
  modulus: Uint8Array,
  { exponent = Uint8Array.of(1, 0, 1), type = oids.rsaEncryption, more = [] }: Oddities = {},
): Uint8Array =>
  sequence(
    sequence(oid(type), der(tags.null)),
    bitString(sequence(unsignedInteger(modulus), unsignedInteger(exponent), ...more)),
  );

test('the length of an RSA key is that of its modulus, whatever its first octet', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5000 }), (bits) => {
      assert.equal(parsePublicKey(rsaKey(modulusOf(bits))).bits, bits);
    }),
    { numRuns: 200 },
  );
});

test('an RSA key is written anew as OpenSSL writes it', () => {
  for (const modulusLength of [2048, 3072, 4096]) {
    const spki = spkiOf(generateKeyPairSync('rsa', { modulusLength }).privateKey);
    assert.deepEqual(rewrittenRsaKey(spki), spki);
  }
});

test('keys that are weak, huge, of another kind or with something beside them are not written anew', () => {
  const even = modulusOf(2048);
  even[255] = 0xa4;
  const cases: Readonly<Record<string, Uint8Array>> = {
    'one bit too short': rsaKey(modulusOf(2047)),
    'one bit too long': rsaKey(modulusOf(4097)),
    'an even modulus': rsaKey(even),
    'the exponent 3': rsaKey(modulusOf(2048), { exponent: Uint8Array.of(3) }),
    'the type of RSA-PSS': rsaKey(modulusOf(2048), { type: '1.2.840.113549.1.1.10' }),
    'a third number': rsaKey(modulusOf(2048), { more: [unsignedInteger(Uint8Array.of(1))] }),
    'bytes behind it': concat(rsaKey(modulusOf(2048)), Uint8Array.of(0)),
    'a negative modulus': sequence(
      sequence(oid(oids.rsaEncryption), der(tags.null)),
      bitString(
        sequence(
          der(tags.integer, concat(Uint8Array.of(0x81), modulusOf(2040))),
          unsignedInteger(Uint8Array.of(1, 0, 1)),
        ),
      ),
    ),
    'an elliptic curve': spkiOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey),
  };
  for (const [what, spki] of Object.entries(cases)) assert.equal(rewrittenRsaKey(spki), undefined, what);
  assert.ok(rewrittenRsaKey(rsaKey(modulusOf(2048))), 'what the cases differ from is good');
});

test('a key elsewhere signs what its public key verifies, and names its algorithm', async () => {
  const kinds = [
    generateKeyPairSync('rsa', { modulusLength: 2048 }),
    generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  ];
  for (const { privateKey } of kinds) {
    const publicKey = parsePublicKey(spkiOf(privateKey));
    const signer = signerElsewhere(publicKey, async (tbs) => sign('sha256', tbs, privateKey));
    const tbs = sequence(unsignedInteger(Uint8Array.of(7)));
    const [signed, algorithm, signature] = childrenOf(readDer(await signer.seal(tbs)));
    assert.ok(isSameBytes(algorithm!.raw, signer.algorithm));
    const type = readOid(childrenOf(algorithm!)[0]!);
    assert.ok(await isSignedBy(signed!.raw, type, readBits(signature!), publicKey), publicKey.algorithm);
  }
});
