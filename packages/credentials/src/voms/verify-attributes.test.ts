import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import * as fc from 'fast-check';
import { encodeExtension, type Credential } from '../authority.ts';
import { validateChain } from '../chain.ts';
import { CredentialError } from '../credential-error.ts';
import { concat, der, sequence, tags } from '../der.ts';
import { slashForm } from '../names.ts';
import {
  createTestPki,
  issueAttributes,
  issueProxy,
  type AttributeOrder,
  type TestPki,
} from '../testing/index.ts';
import { attributeCertificatesIn, parseAttributeCertificate } from './attribute-certificate.ts';
import { attributesOfChain } from './attributes-of-chain.ts';
import type { LscLookup } from './lsc.ts';
import { verifyAttributes } from './verify-attributes.ts';

const hourMs = 3_600_000;
const nowMs = Date.UTC(2026, 10, 20, 12);
const vo = 'vo.example.org';
const fqans = [`/${vo}/Role=pilot/Capability=NULL`, `/${vo}/Role=NULL/Capability=NULL`];

let pki: TestPki;
let jane: Credential;
let mario: Credential;
let server: Credential;
let other: Credential;

before(async () => {
  pki = await createTestPki(nowMs);
  jane = await pki.person('Jane Doe');
  mario = await pki.person('Mario Rossi');
  server = await pki.person('voms.example.org');
  other = await pki.person('other.example.org', { keys: (await issueProxy(jane, nowMs)).keys });
});

const lscOf =
  (trusted: Credential): LscLookup =>
  (asked, host) =>
    asked === vo && host === 'voms.example.org'
      ? [
          {
            subject: slashForm(trusted.certificate.subject),
            issuer: slashForm(trusted.certificate.issuer),
          },
        ]
      : undefined;

const issue = (changes: Partial<AttributeOrder> = {}, by = server): Promise<Uint8Array<ArrayBuffer>> =>
  issueAttributes(by, {
    holder: jane.certificate,
    vo,
    fqans,
    notBeforeMs: nowMs - 1000,
    notAfterMs: nowMs + hourMs,
    ...changes,
  });

const verify = (bytes: Uint8Array, { lsc = lscOf(server), atMs = nowMs, holder = jane } = {}) =>
  verifyAttributes(parseAttributeCertificate(bytes), holder.certificate, { trust: pki.trust, lsc }, atMs);

test('the attributes of a trusted server are told in their order, without what is empty', async () => {
  const attributes = await verify(await issue());
  assert.deepEqual(attributes.fqans, [`/${vo}/Role=pilot`, `/${vo}`]);
  assert.equal(attributes.vo, vo);
  assert.equal(attributes.notAfterMs, nowMs + hourMs);
  assert.equal(attributes.issuerDn, slashForm(server.certificate.subject));
});

test('older servers name the holder himself; that counts with his serial number', async () => {
  await verify(await issue({ holderName: jane.certificate.subject }));
  await assert.rejects(verify(await issue({ holderName: mario.certificate.subject })), {
    reason: 'AC_HOLDER',
  });
});

test('what is not true is refused, each for its own reason', async () => {
  const good = await issue();
  const [before5, after5] = [nowMs + 6 * 60_000, nowMs + 4 * 60_000];
  const rejected = (bytes: Uint8Array, reason: string, how: Parameters<typeof verify>[1] = {}) =>
    assert.rejects(verify(bytes, how), (error: unknown) => {
      assert.ok(error instanceof CredentialError, String(error));
      assert.equal(error.reason, reason);
      assert.match(error.message, /^[A-Z"v].*\.$/s, 'a sentence');
      return true;
    });
  await rejected(good, 'AC_HOLDER', { holder: mario });
  await rejected(await issue({ notBeforeMs: before5 }), 'AC_NOT_YET');
  await verify(await issue({ notBeforeMs: after5 }));
  await rejected(good, 'AC_EXPIRED', { atMs: nowMs + hourMs + 1 });
  await rejected(await issue({ certificates: [] }), 'AC_NO_CERT');
  await rejected(await issue({ certificates: [other.certificate] }), 'AC_NO_CERT');
  await rejected(good, 'AC_NO_LSC', { lsc: () => undefined });
  await rejected(await issue({ host: 'elsewhere.example.org' }), 'AC_NO_LSC');
  await rejected(await issue({ vo: 'biomed', fqans: ['/biomed'] }), 'AC_NO_LSC');
  await rejected(good, 'AC_LSC', { lsc: lscOf(other) });
  await rejected(await issue({}, other), 'AC_LSC');
  await rejected(await issue({ signer: other.keys.privateKey }), 'AC_SIGNATURE');
  await rejected(await issue({ fqans: [...fqans, '/biomed/Role=admin'] }), 'AC_FQAN');
  await rejected(await issue({ fqans: ['/vo.example.organic'] }), 'AC_FQAN');
  const targets = encodeExtension('2.5.29.55', true, sequence());
  await rejected(await issue({ extensions: [targets] }), 'UNKNOWN_CRITICAL');
});

test('a server that is named but whose authority nobody trusts is refused, and so is a revoked or expired one', async () => {
  const rogue = await createTestPki(nowMs);
  const double = await rogue.person('voms.example.org');
  await assert.rejects(verify(await issue({}, double)), { reason: 'UNTRUSTED_CA' });
  const trust = await pki.revoke(server.certificate);
  const read = parseAttributeCertificate(await issue());
  await assert.rejects(verifyAttributes(read, jane.certificate, { trust, lsc: lscOf(server) }, nowMs), {
    reason: 'REVOKED',
  });
  const old = await pki.person('voms.example.org', { notAfterMs: nowMs - 1 });
  await assert.rejects(verify(await issue({}, old)), { reason: 'EXPIRED' });
});

test('a changed FQAN does not count', async () => {
  const bytes = await issue();
  const at = Buffer.from(bytes).indexOf('Role=pilot');
  bytes.set(new TextEncoder().encode('Role=admin'), at);
  await assert.rejects(verify(bytes), { reason: 'AC_SIGNATURE' });
});

const withFlippedBit = (bytes: Uint8Array, bit: number): Uint8Array => {
  const flipped = bytes.slice();
  flipped[bit >> 3]! ^= 1 << (bit & 7);
  return flipped;
};

async function assertRefused(bytes: Uint8Array, what: string): Promise<void> {
  try {
    await verify(bytes);
  } catch (error) {
    assert.ok(error instanceof CredentialError, String(error));
    return;
  }
  assert.fail(`${what} was taken`);
}

test('no bit can be flipped, and nothing but CredentialError comes of it', async () => {
  const bytes = await issue();
  const anyBit = fc.nat({ max: bytes.length * 8 - 1 });
  const refused = (bit: number) => assertRefused(withFlippedBit(bytes, bit), `a flipped bit ${bit}`);
  await fc.assert(fc.asyncProperty(anyBit, refused), { numRuns: 400 });
  // What frames the signed part and the signature: a few bits that chance would seldom find.
  const infoEnds = 4 + parseAttributeCertificate(bytes).info.length;
  for (let bit = 0; bit < 8 * 8; bit += 1) await refused(bit);
  for (let bit = infoEnds * 8; bit < (infoEnds + 24) * 8; bit += 1) await refused(bit);
});

test('any bytes in place of attributes are refused or read, never more than that', async () => {
  const good = await issue();
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.uint8Array({ maxLength: 300 }),
        fc
          .tuple(fc.nat({ max: good.length }), fc.nat({ max: 40 }), fc.uint8Array({ maxLength: 40 }))
          .map(([at, cut, put]) => concat(good.subarray(0, at), put, good.subarray(at + cut))),
      ),
      async (bytes) => {
        const wrapped = sequence(sequence(bytes));
        for (const read of [
          () => parseAttributeCertificate(bytes),
          () => attributeCertificatesIn({ vomsAttributes: bytes }),
          () => attributeCertificatesIn({ vomsAttributes: wrapped }).map(parseAttributeCertificate),
        ])
          try {
            read();
          } catch (error) {
            assert.ok(error instanceof CredentialError, String(error));
          }
      },
    ),
    { numRuns: 500 },
  );
});

test('all attributes of all proxies count, those that are not true do not, and the proxy stays good', async () => {
  const lower = await issue({ fqans: [`/${vo}/Role=pilot`] });
  const more = await issue({ fqans: [`/${vo}/production`, `/${vo}`] });
  const foreign = await issue({ holder: mario.certificate, fqans: [`/${vo}/Role=admin`] });
  const upper = await issue({ fqans: [`/${vo}`] });
  const full = await issueProxy(jane, nowMs, { attributeCertificates: [upper] });
  const limited = await issueProxy(full, nowMs, {
    policy: 'limited',
    attributeCertificates: [lower, foreign, der(tags.null), more],
  });
  const chain = await validateChain(
    [limited.certificate, full.certificate, jane.certificate],
    pki.trust,
    nowMs,
  );
  const attributes = await attributesOfChain(chain, { trust: pki.trust, lsc: lscOf(server) }, nowMs);
  assert.deepEqual(attributes.fqans, [`/${vo}/Role=pilot`, `/${vo}/production`, `/${vo}`]);
  assert.deepEqual(
    attributes.verified.map((known) => known.fqans.length),
    [1, 2, 1],
  );
  assert.deepEqual(
    attributes.refused.map(({ reason }) => reason),
    ['AC_HOLDER', 'MALFORMED'],
  );
});

test('a proxy without attributes has none, whatever is trusted', async () => {
  const proxy = await issueProxy(jane, nowMs);
  assert.equal(proxy.certificate.hasVomsAttributes, false);
  const chain = await validateChain([proxy.certificate, jane.certificate], pki.trust, nowMs);
  const attributes = await attributesOfChain(chain, { trust: pki.trust, lsc: lscOf(server) }, nowMs);
  assert.deepEqual(attributes, { verified: [], refused: [], fqans: [] });
});
