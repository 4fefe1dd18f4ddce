/**
 * Builds what tests of chains, uploads and the wizard need: a root, an issuing authority, people whose
 * certificates are good or broken in one way, and their .p12 files. Keys are shared where the test does not
 * care, because making RSA keys is the slow part.
 */
import {
  issueCertificate,
  issueRevocationList,
  privateKeyOf,
  type CertificateOrder,
  type Credential,
  type NamePart,
} from '../authority.ts';
import type { Certificate } from '../certificate.ts';
import type { TrustStore } from '../chain.ts';
import { parseRevocationList } from '../crl.ts';
import { writePem } from '../pem.ts';
import { writePkcs12, type Pkcs12Style } from '../pkcs12-writer.ts';
import { buildProxy, type ProxyOrder } from '../proxy-certificate.ts';
import { exportPublicKey, generateRsaKeyPair } from '../public-key.ts';
import { parseCertificate } from '../certificate.ts';
import { parseSigningPolicy } from '../signing-policy.ts';

const dayMs = 86_400_000;
const nameSpace: readonly NamePart[] = [
  ['DC', 'org'],
  ['DC', 'example-grid'],
];

export interface TestPki {
  readonly nowMs: number;
  readonly root: Credential;
  readonly issuer: Credential;
  readonly trust: TrustStore;
  /** A person below the issuing authority; valid for a year around now unless the order says otherwise. */
  person(commonName: string, order?: Partial<CertificateOrder>): Promise<Credential>;
  /** The trust store with one more revoked certificate. */
  revoke(...certificates: readonly Certificate[]): Promise<TrustStore>;
}

/** Name in the PKI's own name space. */
export const personName = (commonName: string): readonly NamePart[] => [
  ...nameSpace,
  ['C', 'NL'],
  ['O', 'Example University'],
  ['CN', commonName],
];

export const makeEcKeys = (namedCurve: 'P-256' | 'P-384' = 'P-256'): Promise<CryptoKeyPair> =>
  crypto.subtle.generateKey({ name: 'ECDSA', namedCurve }, true, ['sign', 'verify']);

const policyText = `
# name space of the test authorities
 access_id_CA  X509  '/DC=org/DC=example-grid/CN=Test Root CA'
 pos_rights    globus  CA:sign
 cond_subjects globus  '"/DC=org/DC=example-grid/*"'
 access_id_CA  X509  '/DC=org/DC=example-grid/CN=Test Issuing CA'
 pos_rights    globus  CA:sign
 cond_subjects globus  '"/DC=org/DC=example-grid/*"'
`;

export async function createTestPki(nowMs: number = Date.now()): Promise<TestPki> {
  const life = { notBeforeMs: nowMs - dayMs, notAfterMs: nowMs + 365 * dayMs };
  const root = await issueCertificate({
    subject: [...nameSpace, ['CN', 'Test Root CA']],
    isCa: true,
    ...life,
  });
  const issuer = await issueCertificate(
    { subject: [...nameSpace, ['CN', 'Test Issuing CA']], isCa: true, caPathLength: 0, ...life },
    root,
  );
  const sharedKeys = await generateRsaKeyPair();
  const update = { thisUpdateMs: nowMs - dayMs, nextUpdateMs: nowMs + 30 * dayMs };
  const trustWith = async (revoked: readonly Certificate[]): Promise<TrustStore> => ({
    authorities: [root.certificate, issuer.certificate],
    policies: parseSigningPolicy(policyText),
    revocationLists: await Promise.all([
      issueRevocationList(root, update).then(parseRevocationList),
      issueRevocationList(issuer, {
        ...update,
        revoked: revoked.map(({ serialHex }) => ({ serialHex, atMs: nowMs - 3_600_000 })),
      }).then(parseRevocationList),
    ]),
    isListRequired: true,
  });
  return {
    nowMs,
    root,
    issuer,
    trust: await trustWith([]),
    person: (commonName, order = {}) =>
      issueCertificate({ subject: personName(commonName), keys: sharedKeys, ...life, ...order }, issuer),
    revoke: (...certificates) => trustWith(certificates),
  };
}

/** A proxy of `issuer` as a credential; new keys unless given. */
export async function issueProxy(
  issuer: Credential,
  nowMs: number,
  order: Partial<ProxyOrder> & { readonly keys?: CryptoKeyPair } = {},
): Promise<Credential> {
  const keys = order.keys ?? (await generateRsaKeyPair());
  const der = await buildProxy({
    issuer: issuer.certificate,
    issuerKey: issuer.keys.privateKey,
    publicKey: await exportPublicKey(keys.publicKey),
    nowMs,
    notAfterMs: nowMs + 30 * dayMs,
    policy: 'inheritAll',
    ...order,
  });
  return { certificate: parseCertificate(der), keys };
}

/** A .p12 of one person with the authorities above. */
export async function pkcs12Of(
  person: Credential,
  style: Pkcs12Style,
  authorities: readonly Certificate[] = [],
): Promise<Uint8Array<ArrayBuffer>> {
  return writePkcs12(
    {
      certificates: [person.certificate, ...authorities].map(({ der }) => der),
      keys: [await privateKeyOf(person)],
    },
    style,
  );
}

/** What a trust folder holds: file name → text. */
export async function trustFolderFiles(
  pki: TestPki,
  revoked: readonly Certificate[] = [],
): Promise<Readonly<Record<string, string>>> {
  const update = { thisUpdateMs: pki.nowMs - dayMs, nextUpdateMs: pki.nowMs + 30 * dayMs };
  const list = async (authority: Credential, certificates: readonly Certificate[]): Promise<string> =>
    writePem(
      'X509 CRL',
      await issueRevocationList(authority, {
        ...update,
        revoked: certificates.map(({ serialHex }) => ({ serialHex, atMs: pki.nowMs - 3_600_000 })),
      }),
    );
  return {
    'test-root.pem': writePem('CERTIFICATE', pki.root.certificate.der),
    'test-issuing.pem': writePem('CERTIFICATE', pki.issuer.certificate.der),
    'test.signing_policy': policyText,
    'test-root.r0': await list(pki.root, []),
    'test-issuing.r0': await list(pki.issuer, revoked),
  };
}
