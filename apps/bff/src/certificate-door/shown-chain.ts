/**
 * The chain a client showed when its connection was made, kept with the connection. A request whose connection is
 * known here came by the certificate port; nothing a client can send makes it so.
 */
import type { Request } from 'express';
import type { Socket } from 'node:net';
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls';

/** Longer chains are refused anyway. */
const maxCertificates = 21;

const chains = new WeakMap<Socket, readonly Uint8Array[]>();

/** Leaf first; empty when no certificate was shown. Authorities of the trust folder may follow at the end. */
function chainOf(socket: TLSSocket): readonly Uint8Array[] {
  const chain: Uint8Array[] = [];
  const seen = new Set<string>();
  let certificate: DetailedPeerCertificate | undefined = socket.getPeerCertificate(true);
  // Without a certificate the object is empty; a root is its own issuer.
  while (certificate?.raw !== undefined && !seen.has(certificate.fingerprint256)) {
    if (chain.length === maxCertificates) break;
    seen.add(certificate.fingerprint256);
    chain.push(certificate.raw);
    certificate = certificate.issuerCertificate;
  }
  return chain;
}

export const rememberChain = (socket: TLSSocket): void => void chains.set(socket, chainOf(socket));

export const cameByCertificateDoor = ({ socket }: Pick<Request, 'socket'>): boolean => chains.has(socket);

/** Always the same list for a connection. */
export const chainShownBy = ({ socket }: Pick<Request, 'socket'>): readonly Uint8Array[] =>
  chains.get(socket) ?? [];
