/** Attribute certificates as a VOMS server signs them, and with every fault one may want to see refused. */
import { encodeExtension, type Credential } from '../authority.ts';
import type { Certificate } from '../certificate.ts';
import {
  ascii,
  childrenOf,
  concat,
  der,
  expectTag,
  oid,
  readBits,
  readDer,
  sequence,
  tags,
  unsignedInteger,
} from '../der.ts';
import type { DistinguishedName } from '../names.ts';
import { oids } from '../oids.ts';
import { exportPublicKey, signatureAlgorithmOf, signStructure } from '../public-key.ts';

export interface AttributeOrder {
  readonly holder: Certificate;
  readonly vo: string;
  /** As they are written, such as `/vo/Role=pilot/Capability=NULL`. */
  readonly fqans: readonly string[];
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** Default `voms.example.org`. */
  readonly host?: string;
  /** Who holds it, when it is not the issuer of the holder's certificate: `voms-proxy-fake` writes the holder's own name. */
  readonly holderName?: DistinguishedName;
  /** Whose key signs, when it is not the server's own. */
  readonly signer?: CryptoKey;
  /** Default: the server's own. */
  readonly certificates?: readonly Certificate[];
  /** More extensions as DER. */
  readonly extensions?: readonly Uint8Array[];
}

const generalizedTime = (atMs: number): Uint8Array =>
  der(tags.generalizedTime, ascii(`${new Date(atMs).toISOString().slice(0, 19).replaceAll(/\D/g, '')}Z`));

const generalName = (name: DistinguishedName): Uint8Array => sequence(der(0xa4, name.der));

const bytesOf = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));

/** SHA-1 of the public key, by which VOMS servers and those who read them find the certificate. */
async function keyIdentifier({ keys }: Credential): Promise<Uint8Array> {
  const [, key] = childrenOf(readDer(await exportPublicKey(keys.publicKey), tags.sequence));
  const digest = await crypto.subtle.digest('SHA-1', concat(readBits(expectTag(key, tags.bitString))));
  return new Uint8Array(digest);
}

/** As DER. */
export async function issueAttributes(
  server: Credential,
  order: AttributeOrder,
): Promise<Uint8Array<ArrayBuffer>> {
  const key = order.signer ?? server.keys.privateKey;
  const certificates = order.certificates ?? [server.certificate];
  const authority = `${order.vo}://${order.host ?? 'voms.example.org'}:15000`;
  const fqans = order.fqans.map((fqan) => der(tags.octetString, ascii(fqan)));
  const syntax = sequence(der(0xa0, der(0x86, ascii(authority))), sequence(...fqans));
  const info = sequence(
    unsignedInteger(Uint8Array.of(1)),
    sequence(
      der(
        0xa0,
        generalName(order.holderName ?? order.holder.issuer),
        der(tags.integer, bytesOf(order.holder.serialHex)),
      ),
    ),
    der(0xa0, generalName(server.certificate.subject)),
    signatureAlgorithmOf(key),
    unsignedInteger(crypto.getRandomValues(new Uint8Array(16))),
    sequence(generalizedTime(order.notBeforeMs), generalizedTime(order.notAfterMs)),
    sequence(sequence(oid(oids.vomsFqans), der(tags.set, syntax))),
    sequence(
      ...(certificates.length > 0
        ? [
            encodeExtension(
              oids.vomsIssuerCertificates,
              false,
              sequence(sequence(...certificates.map((certificate) => certificate.der))),
            ),
          ]
        : []),
      encodeExtension(oids.noRevocationAvailable, false, der(tags.null)),
      encodeExtension(oids.authorityKeyIdentifier, false, sequence(der(0x80, await keyIdentifier(server)))),
      ...(order.extensions ?? []),
    ),
  );
  return signStructure(info, key);
}
