/** Signs proxies with the person's key on this computer: for a new pair, or for the key of a server's request. */
import {
  buildProxy,
  exportPrivateKey,
  exportPublicKey,
  generateRsaKeyPair,
  publicKeyOfRequest,
  slashForm,
  writeCertificates,
  writePem,
} from '@wm/credentials';
import type { UserCertificate } from './user-certificate.ts';

export interface LocalProxy {
  /** DER, leaf first. */
  readonly chain: readonly Uint8Array[];
  readonly key: Parameters<typeof exportPrivateKey>[0];
}

export interface LocalProxyOrder {
  readonly nowMs: number;
  readonly lifetimeS: number;
  readonly group?: string | undefined;
  readonly isLimited?: boolean;
  /** Of the new key; 2048 when left out. */
  readonly bits?: number | undefined;
  readonly attributeCertificate?: Uint8Array | undefined;
}

const chainBelow = ({ certificate, intermediates }: UserCertificate): readonly Uint8Array[] => [
  certificate.der,
  // Whoever checks has the root, and some refuse one that is sent along.
  ...intermediates
    .filter(({ subject, issuer }) => slashForm(subject) !== slashForm(issuer))
    .map(({ der }) => der),
];

export async function makeProxy(user: UserCertificate, order: LocalProxyOrder): Promise<LocalProxy> {
  const keys = await generateRsaKeyPair(order.bits);
  const { nowMs, lifetimeS, group, isLimited = false, attributeCertificate } = order;
  const proxy = await buildProxy({
    issuer: user.certificate,
    issuerKey: user.key,
    publicKey: await exportPublicKey(keys.publicKey),
    nowMs,
    notAfterMs: nowMs + lifetimeS * 1000,
    policy: isLimited ? 'limited' : 'inheritAll',
    diracGroup: group,
    attributeCertificates: attributeCertificate && [attributeCertificate],
  });
  return { chain: [proxy, ...chainBelow(user)], key: keys.privateKey };
}

/** What a connection shows. */
export const identityOf = async ({ chain, key }: LocalProxy) => ({
  chainPem: writeCertificates(chain),
  keyPem: writePem('PRIVATE KEY', await exportPrivateKey(key)),
});

/** Off the end of the certificate, as in DIRAC. */
const uploadMarginMs = 300_000;

/** A clean proxy for the key of the server, as long as the certificate lasts. Nothing of ours but certificates goes out. */
export async function signRequest(user: UserCertificate, csrPem: string, nowMs: number): Promise<string> {
  const proxy = await buildProxy({
    issuer: user.certificate,
    issuerKey: user.key,
    publicKey: await publicKeyOfRequest(csrPem),
    nowMs,
    notAfterMs: user.certificate.notAfterMs - uploadMarginMs,
    policy: 'inheritAll',
  });
  return writeCertificates([proxy, ...chainBelow(user)]);
}
