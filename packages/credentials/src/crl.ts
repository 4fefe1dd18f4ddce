/** Certificate revocation lists (RFC 5280 §5): read, check the signature, look up a serial number. */
import type { Certificate } from './certificate.ts';
import { CredentialError } from './credential-error.ts';
import { childrenOf, expectTag, hexOf, readBits, readDer, readOid, readTime, tags } from './der.ts';
import { nameKey, parseName, type DistinguishedName } from './names.ts';
import { isSignedBy } from './public-key.ts';

export interface RevocationList {
  readonly issuer: DistinguishedName;
  readonly thisUpdateMs: number;
  /** Undefined when the list names no end; such a list counts as stale at once. */
  readonly nextUpdateMs: number | undefined;
  /** Serial number in hex → instant of revocation. */
  readonly revoked: ReadonlyMap<string, number>;
  readonly tbs: Uint8Array;
  readonly signatureOid: string;
  readonly signature: Uint8Array;
}

const isTime = (tag: number | undefined): boolean => tag === tags.utcTime || tag === tags.generalizedTime;

function read(bytes: Uint8Array): RevocationList {
  const [tbs, algorithm, signature] = childrenOf(readDer(bytes, tags.sequence));
  const fields = [...childrenOf(expectTag(tbs, tags.sequence))];
  if (fields[0]?.tag === tags.integer) fields.shift();
  const [, issuer, thisUpdate, ...rest] = fields;
  const nextUpdate = isTime(rest[0]?.tag) ? rest.shift() : undefined;
  const entries = rest[0]?.tag === tags.sequence ? childrenOf(rest[0]) : [];
  const revoked = entries.map((entry): readonly [string, number] => {
    const [serial, at] = childrenOf(expectTag(entry, tags.sequence));
    return [hexOf(expectTag(serial, tags.integer).content), readTime(expectTag(at, undefined))];
  });
  return {
    issuer: parseName(expectTag(issuer, tags.sequence)),
    thisUpdateMs: readTime(expectTag(thisUpdate, undefined)),
    nextUpdateMs: nextUpdate ? readTime(nextUpdate) : undefined,
    revoked: new Map(revoked),
    tbs: expectTag(tbs, tags.sequence).raw,
    signatureOid: readOid(expectTag(childrenOf(expectTag(algorithm, tags.sequence))[0], tags.oid)),
    signature: readBits(expectTag(signature, tags.bitString)),
  };
}

/** Throws CredentialError BAD_CRL. */
export function parseRevocationList(der: Uint8Array): RevocationList {
  try {
    return read(der);
  } catch (cause) {
    throw new CredentialError('BAD_CRL', 'The revocation list is damaged.', { cause });
  }
}

/** Is the list issued and signed by this authority? */
export const isListOf = async (list: RevocationList, authority: Certificate): Promise<boolean> =>
  nameKey(list.issuer) === nameKey(authority.subject) &&
  (authority.keyUsage === undefined || authority.keyUsage.has('cRLSign')) &&
  (await isSignedBy(list.tbs, list.signatureOid, list.signature, authority.publicKey));
