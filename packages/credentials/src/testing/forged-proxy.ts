/** Proxies that break the profile of RFC 3820 in one way, for tests of those who must refuse them. */
import { encodeExtension, type Credential } from '../authority.ts';
import { parseCertificate } from '../certificate.ts';
import { ascii, der, oid, sequence, tags, time, unsignedInteger } from '../der.ts';
import { oids } from '../oids.ts';
import { exportPublicKey, signatureAlgorithmOf, signStructure } from '../public-key.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export interface ForgedProxy {
  readonly subject?: Uint8Array;
  readonly issuerName?: Uint8Array;
  readonly extensions?: readonly Uint8Array[];
  readonly signer?: CryptoKeyPair;
  readonly policy?: string;
  readonly isCritical?: boolean;
  readonly pathLength?: number;
  readonly publicKey?: Uint8Array;
}

/** A proxy that breaks the profile where asked; signed all the same. */
export async function forgeProxy(
  issuer: Credential,
  order: ForgedProxy & { readonly nowMs: number; readonly keys: CryptoKeyPair },
): Promise<Credential> {
  const { nowMs, keys } = order;
  const commonName = der(tags.set, sequence(oid('2.5.4.3'), der(tags.printableString, ascii('4711'))));
  const path = order.pathLength === undefined ? [] : [unsignedInteger(Uint8Array.of(order.pathLength))];
  const info = sequence(...path, sequence(oid(order.policy ?? oids.inheritAll)));
  const signer = (order.signer ?? issuer.keys).privateKey;
  const { der: issuerName } = issuer.certificate.subject;
  const rdns = issuerName.subarray(issuerName[1] === 0x81 ? 3 : 2);
  const tbs = sequence(
    der(0xa0, unsignedInteger(Uint8Array.of(2))),
    unsignedInteger(Uint8Array.of(47, 11)),
    signatureAlgorithmOf(signer),
    order.issuerName ?? issuerName,
    sequence(time(nowMs - hourMs), time(nowMs + dayMs)),
    order.subject ?? sequence(rdns, commonName),
    order.publicKey ?? (await exportPublicKey(keys.publicKey)),
    der(
      0xa3,
      sequence(
        encodeExtension(oids.proxyCertInfo, order.isCritical ?? true, info),
        ...(order.extensions ?? []),
      ),
    ),
  );
  return { certificate: parseCertificate(await signStructure(tbs, signer)), keys };
}
