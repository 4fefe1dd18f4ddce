/**
 * Builds RFC 3820 proxy certificates in the profile of credentials.md §4.1. Asked in the browser (the wizard
 * signs the server's key) and on the server (limited proxies of payloads). The signer writes every byte of
 * what it signs itself; names are copied from the issuer's DER.
 */
import type { Certificate } from './certificate.ts';
import { CredentialError } from './credential-error.ts';
import { ascii, childrenOf, der, oid, readDer, sequence, tags, time, unsignedInteger } from './der.ts';
import { commonNameOid } from './names.ts';
import { oids } from './oids.ts';
import { signerOfKey, type Signer } from './public-key.ts';

export interface ProxyOrder {
  readonly issuer: Certificate;
  readonly issuerKey: CryptoKey | Signer;
  /** SubjectPublicKeyInfo of the new proxy. */
  readonly publicKey: Uint8Array;
  readonly nowMs: number;
  /** Wanted end; cut to the end of the issuer. */
  readonly notAfterMs: number;
  readonly policy: 'inheritAll' | 'limited';
  /** Only in proxies that are handed out, never in stored ones. */
  readonly diracGroup?: string | undefined;
  /** Attribute certificates as DER, the most important first. Only in proxies that are handed out. */
  readonly attributeCertificates?: readonly Uint8Array[] | undefined;
}

/** Clocks of other machines may be late. */
const backdateMs = 5 * 60_000;
const serialBytes = 16;

const keyUsage = Uint8Array.of(0x03, 0x02, 0x04, 0xb0); // digitalSignature, keyEncipherment, dataEncipherment
const critical = Uint8Array.of(0x01, 0x01, 0xff);

const extension = (type: string, isCritical: boolean, value: Uint8Array): Uint8Array =>
  sequence(oid(type), ...(isCritical ? [critical] : []), der(tags.octetString, value));

function proxySubject(issuer: Certificate, serial: bigint): Uint8Array {
  const rdns = childrenOf(readDer(issuer.subject.der, tags.sequence)).map(({ raw }) => raw);
  const attribute = sequence(oid(commonNameOid), der(tags.printableString, ascii(serial.toString())));
  return sequence(...rdns, der(tags.set, attribute));
}

function extensionsOf(order: ProxyOrder): Uint8Array {
  const list = [
    extension(oids.keyUsage, true, keyUsage),
    extension(oids.proxyCertInfo, true, sequence(sequence(oid(oids[order.policy])))),
  ];
  if (order.diracGroup !== undefined)
    list.push(extension(oids.diracGroup, false, der(tags.ia5String, ascii(order.diracGroup))));
  if (order.attributeCertificates?.length)
    list.push(extension(oids.vomsAttributes, false, sequence(sequence(...order.attributeCertificates))));
  return der(0xa3, sequence(...list));
}

/** When the proxy of this order ends: what is wanted, within the life of its issuer; certificates know whole seconds. */
export const endOfProxy = ({ notAfterMs, issuer }: Pick<ProxyOrder, 'notAfterMs' | 'issuer'>): number =>
  Math.floor(Math.min(notAfterMs, issuer.notAfterMs) / 1000) * 1000;

/** The new certificate as DER. Throws LIFETIME when nothing of it would be left. */
export async function buildProxy(order: ProxyOrder): Promise<Uint8Array<ArrayBuffer>> {
  const notAfterMs = endOfProxy(order);
  if (notAfterMs <= order.nowMs)
    throw new CredentialError('LIFETIME', 'The proxy would end before it begins; choose a longer lifetime.');
  const signer = 'seal' in order.issuerKey ? order.issuerKey : signerOfKey(order.issuerKey);
  const serial = crypto.getRandomValues(new Uint8Array(serialBytes));
  serial[0] = (serial[0]! & 0x7f) | 0x40; // positive and of full length
  const serialNumber = serial.reduce((sum, octet) => sum * 256n + BigInt(octet), 0n);
  const tbs = sequence(
    der(0xa0, unsignedInteger(Uint8Array.of(2))),
    unsignedInteger(serial),
    signer.algorithm,
    order.issuer.subject.der,
    sequence(time(Math.max(order.nowMs - backdateMs, order.issuer.notBeforeMs)), time(notAfterMs)),
    proxySubject(order.issuer, serialNumber),
    order.publicKey,
    extensionsOf(order),
  );
  return signer.seal(tbs);
}
