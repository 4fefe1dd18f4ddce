/** Hands certificates to the server the way the wizard does, whatever is wrong with them. */
import {
  buildProxy,
  publicKeyOfRequest,
  writeCertificates,
  writePem,
  type Certificate,
  type ProxyOrder,
} from '@wm/credentials';
import { privateKeyOf, type Credential } from '@wm/credentials/authority';
import type { HttpUser } from '../world/http-user.ts';

export interface HandIn {
  /** Rest of the proxy's life; default: that of the certificate. */
  readonly lifetimeMs?: number;
  readonly policy?: ProxyOrder['policy'];
  readonly diracGroup?: string;
  /** Below the proxy instead of the person's certificate. */
  readonly below?: readonly Certificate[];
  /** Signed with another key than the person's. */
  readonly signer?: CryptoKey;
  /** Puts the private key into what is sent. */
  readonly withKey?: boolean;
}

/** Inside the life of the certificate, so that a proxy can be made of an expired one too. */
const momentOf = ({ notBeforeMs, notAfterMs }: Certificate): number =>
  Math.min(Math.max(Date.now(), notBeforeMs), notAfterMs - 3_600_000);

/** Proxy and certificate as PEM for the key of the request. */
export async function chainFor(csrPem: string, person: Credential, order: HandIn = {}): Promise<string> {
  const nowMs = momentOf(person.certificate);
  const proxy = await buildProxy({
    issuer: person.certificate,
    issuerKey: order.signer ?? person.keys.privateKey,
    publicKey: await publicKeyOfRequest(csrPem),
    nowMs,
    notAfterMs: order.lifetimeMs === undefined ? person.certificate.notAfterMs : nowMs + order.lifetimeMs,
    policy: order.policy ?? 'inheritAll',
    diracGroup: order.diracGroup,
  });
  const below = order.below ?? [person.certificate];
  const chain = writeCertificates([proxy, ...below.map(({ der }) => der)]);
  return order.withKey ? chain + writePem('PRIVATE KEY', await privateKeyOf(person)) : chain;
}

export async function handInPem(
  user: HttpUser,
  chainOf: (csrPem: string) => Promise<string>,
): Promise<unknown> {
  const request = await user.client.call('POST /bff/proxies/requests', {});
  return user.client.call('PUT /bff/proxies/requests/:requestId', {
    params: { requestId: request.requestId },
    body: { chainPem: await chainOf(request.csrPem) },
  });
}

export const handIn = (user: HttpUser, person: Credential, order: HandIn = {}): Promise<unknown> =>
  handInPem(user, (csrPem) => chainFor(csrPem, person, order));
