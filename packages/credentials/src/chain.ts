/**
 * Validation of proxy chains (RFC 3820, RFC 5280 and the rules of credentials.md §4.3, in its order; the
 * first failure wins). Asked when a proxy is handed in and when one comes in over TLS. The path from the
 * end-entity certificate upwards is made from the trust store only; authorities sent along are ignored.
 */
import { parseCertificate, type Certificate } from './certificate.ts';
import { CredentialError, type CredentialReason } from './credential-error.ts';
import { isListOf, type RevocationList } from './crl.ts';
import { isProxyNameOf, lastCommonName, nameKey, slashForm } from './names.ts';
import { isSignedBy } from './public-key.ts';
import { isInNameSpace, type SigningPolicy } from './signing-policy.ts';

export interface TrustStore {
  /** Roots (self-signed) and authorities below them. */
  readonly authorities: readonly Certificate[];
  readonly policies: readonly SigningPolicy[];
  readonly revocationLists: readonly RevocationList[];
  /** false = an authority without any list is taken; a list that is there counts in any case. */
  readonly isListRequired: boolean;
}

export interface ValidatedChain {
  /** Leaf first; empty when the leaf is the end-entity certificate itself. */
  readonly proxies: readonly Certificate[];
  readonly endEntity: Certificate;
  /** Issuing authority first, root last; from the trust store. */
  readonly authorities: readonly Certificate[];
  readonly isLimited: boolean;
  readonly diracGroup: string | undefined;
  /** The earliest end of all. */
  readonly notAfterMs: number;
}

const maxCertificates = 20;
const maxProxies = 10;
const maxAuthorities = 6;

const isoDay = (atMs: number): string => `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
const named = (certificate: Certificate): string => `"${slashForm(certificate.subject)}"`;

function demand(holds: boolean, reason: CredentialReason, message: () => string): asserts holds {
  if (!holds) throw new CredentialError(reason, message());
}

/** Parses a chain, leaf first. Throws NO_CERT, CHAIN_TOO_LONG, MALFORMED. */
export function parseChain(ders: readonly Uint8Array[]): readonly Certificate[] {
  demand(ders.length > 0, 'NO_CERT', () => 'There is no certificate.');
  demand(
    ders.length <= maxCertificates,
    'CHAIN_TOO_LONG',
    () => `More than ${maxCertificates} certificates.`,
  );
  return ders.map(parseCertificate);
}

function isStrongKey({ publicKey, proxy }: Certificate): boolean {
  return publicKey.algorithm === 'RSA'
    ? publicKey.bits >= (proxy ? 1024 : 2048)
    : publicKey.algorithm !== 'other';
}

function checkForm(certificates: readonly Certificate[]): void {
  for (const certificate of certificates) {
    demand(
      certificate.unknownCritical.length === 0,
      'UNKNOWN_CRITICAL',
      () =>
        `${named(certificate)} has a critical extension unknown here: ${certificate.unknownCritical.join(', ')}.`,
    );
    demand(
      isStrongKey(certificate),
      'WEAK_KEY',
      () => `The key of ${named(certificate)} is too weak: RSA needs 2048 bits, EC needs P-256 or P-384.`,
    );
  }
}

/** Splits at the first certificate that is not a proxy. */
function splitChain(chain: readonly Certificate[]): {
  proxies: readonly Certificate[];
  endEntity: Certificate;
} {
  const end = chain.findIndex(({ proxy }) => !proxy);
  const proxies = end < 0 ? chain : chain.slice(0, end);
  for (const { proxy } of proxies)
    demand(proxy?.isCritical === true, 'PCI_NOT_CRITICAL', () => 'The proxy information must be critical.');
  const endEntity = chain[end];
  demand(
    proxies.length <= maxProxies,
    'CHAIN_TOO_LONG',
    () => `More than ${maxProxies} proxies above each other.`,
  );
  demand(
    endEntity !== undefined,
    'NO_EEC',
    () => 'The certificate of the person below the proxies is missing.',
  );
  return { proxies, endEntity };
}

const isDirectlySignedBy = (child: Certificate, parent: Certificate): Promise<boolean> =>
  isSignedBy(child.tbs, child.signatureOid, child.signature, parent.publicKey);

function checkProxyNames(child: Certificate, parent: Certificate): void {
  demand(
    nameKey(child.issuer) === nameKey(parent.subject),
    'BROKEN_CHAIN',
    () => `The proxy was not issued by ${named(parent)}, which follows it.`,
  );
  demand(
    isProxyNameOf(child.subject, parent.subject),
    'PROXY_NAME',
    () => 'The name of the proxy must be that of its issuer and one CN more.',
  );
}

function checkSigningUse(signer: Certificate): void {
  demand(
    signer.keyUsage === undefined || signer.keyUsage.has('digitalSignature'),
    'KEY_USAGE',
    () => `The key of ${named(signer)} may not be used to sign.`,
  );
}

async function checkProxySignature(child: Certificate, parent: Certificate): Promise<void> {
  demand(
    await isDirectlySignedBy(child, parent),
    'BAD_SIGNATURE',
    () => 'The signature of the proxy is wrong.',
  );
  checkSigningUse(parent);
}

/** Policies along the chain, from the person's certificate up to the leaf. */
function checkPolicies(proxies: readonly Certificate[]): boolean {
  let isLimited = false;
  for (const [below, certificate] of [...proxies.entries()].toReversed()) {
    const { pathLength } = certificate.proxy ?? {};
    demand(
      pathLength === undefined || below <= pathLength,
      'PATHLEN',
      () => `A proxy allows ${pathLength} proxies below it, there are ${below}.`,
    );
  }
  for (const certificate of proxies.toReversed()) {
    const policy = certificate.proxy?.policy;
    demand(policy !== 'independent', 'INDEPENDENT', () => 'Independent proxies carry no identity.');
    demand(policy !== 'unknown', 'UNKNOWN_POLICY', () => 'The policy of the proxy is not known here.');
    demand(
      !isLimited || policy === 'limited',
      'LIMITED_ESCALATION',
      () => 'A full proxy below a limited one.',
    );
    isLimited = policy === 'limited';
  }
  return isLimited;
}

function checkTimes(certificates: readonly Certificate[], nowMs: number): void {
  for (const certificate of certificates) {
    demand(
      nowMs >= certificate.notBeforeMs,
      'NOT_YET_VALID',
      () => `${named(certificate)} is valid from ${isoDay(certificate.notBeforeMs)} only; check the clock.`,
    );
    demand(
      nowMs <= certificate.notAfterMs,
      'EXPIRED',
      () => `${named(certificate)} ended on ${isoDay(certificate.notAfterMs)}.`,
    );
  }
}

function checkEndEntity(endEntity: Certificate): void {
  demand(
    !endEntity.isCa,
    'EEC_IS_CA',
    () => `${named(endEntity)} is the certificate of an authority, not of a person.`,
  );
  demand(
    !['proxy', 'limited proxy'].includes(lastCommonName(endEntity.subject) ?? ''),
    'LEGACY_PROXY',
    () => 'Proxies of the form before RFC 3820 are not accepted.',
  );
}

async function findIssuer(certificate: Certificate, trust: TrustStore): Promise<Certificate> {
  const wanted = nameKey(certificate.issuer);
  for (const authority of trust.authorities)
    if (nameKey(authority.subject) === wanted && (await isDirectlySignedBy(certificate, authority)))
      return authority;
  throw new CredentialError(
    'UNTRUSTED_CA',
    `"${slashForm(certificate.issuer)}", which signed ${named(certificate)}, is not an authority trusted here.`,
  );
}

function checkAuthority(
  authority: Certificate,
  child: Certificate,
  authoritiesBelow: number,
  trust: TrustStore,
): void {
  demand(
    authority.isCa && (authority.keyUsage === undefined || authority.keyUsage.has('keyCertSign')),
    'NOT_A_CA',
    () => `${named(authority)} may not sign certificates.`,
  );
  demand(
    authority.caPathLength === undefined || authoritiesBelow <= authority.caPathLength,
    'NOT_A_CA',
    () => `${named(authority)} may not have ${authoritiesBelow} authorities below it.`,
  );
  demand(
    isInNameSpace(trust.policies, slashForm(authority.subject), slashForm(child.subject)),
    'SIGNING_POLICY',
    () => `${named(child)} is outside the names that ${named(authority)} may sign.`,
  );
}

async function buildPath(endEntity: Certificate, trust: TrustStore): Promise<readonly Certificate[]> {
  const path: Certificate[] = [];
  let child = endEntity;
  while (path.length < maxAuthorities) {
    const authority = await findIssuer(child, trust);
    checkAuthority(authority, child, path.length, trust);
    path.push(authority);
    if (nameKey(authority.subject) === nameKey(authority.issuer)) return path;
    child = authority;
  }
  throw new CredentialError('UNTRUSTED_CA', `No trusted root within ${maxAuthorities} authorities.`);
}

// A list may hold 100,000 entries; its signature is checked once, not once a chain.
const verdicts = new WeakMap<RevocationList, WeakMap<Certificate, Promise<boolean>>>();

function isVerifiedListOf(list: RevocationList, authority: Certificate): Promise<boolean> {
  const known = verdicts.get(list) ?? new WeakMap<Certificate, Promise<boolean>>();
  verdicts.set(list, known);
  const verdict = known.get(authority) ?? isListOf(list, authority);
  known.set(authority, verdict);
  return verdict;
}

async function newestListOf(authority: Certificate, trust: TrustStore): Promise<RevocationList | undefined> {
  const wanted = nameKey(authority.subject);
  const lists = trust.revocationLists.filter((list) => nameKey(list.issuer) === wanted);
  const verdict = await Promise.all(lists.map((list) => isVerifiedListOf(list, authority)));
  const good = lists.filter((_, index) => verdict[index]).toSorted((a, b) => b.thisUpdateMs - a.thisUpdateMs);
  demand(
    lists.length === 0 || good.length > 0,
    'BAD_CRL',
    () => `The revocation list of "${slashForm(authority.subject)}" is not signed by it.`,
  );
  return good[0];
}

async function checkRevocation(
  child: Certificate,
  authority: Certificate,
  trust: TrustStore,
  nowMs: number,
): Promise<void> {
  const list = await newestListOf(authority, trust);
  if (!list) {
    demand(!trust.isListRequired, 'NO_CRL', () => `There is no revocation list of ${named(authority)} here.`);
    return;
  }
  const revokedAtMs = list.revoked.get(child.serialHex);
  demand(
    revokedAtMs === undefined,
    'REVOKED',
    () => `${named(child)} was revoked by its authority on ${isoDay(revokedAtMs ?? 0)}.`,
  );
  demand(
    (list.nextUpdateMs ?? 0) >= nowMs,
    'STALE_CRL',
    () => `The revocation list of ${named(authority)} is out of date; the operators must renew it.`,
  );
}

function groupOf(proxies: readonly Certificate[]): string | undefined {
  const groups = [...new Set(proxies.flatMap(({ diracGroup }) => diracGroup ?? []))];
  demand(groups.length <= 1, 'GROUP_CONFLICT', () => `The chain names two groups: ${groups.join(', ')}.`);
  return groups[0];
}

/** `chain` leaf first. Throws CredentialError with the reason of the first rule that is broken. */
export async function validateChain(
  chain: readonly Certificate[],
  trust: TrustStore,
  nowMs: number,
): Promise<ValidatedChain> {
  demand(chain.length > 0, 'NO_CERT', () => 'There is no certificate.');
  const { proxies, endEntity } = splitChain(chain);
  const people = [...proxies, endEntity];
  checkForm(people);
  for (const [index, proxy] of proxies.entries()) checkProxyNames(proxy, people[index + 1] ?? endEntity);
  for (const [index, proxy] of proxies.entries())
    await checkProxySignature(proxy, people[index + 1] ?? endEntity);
  for (const proxy of proxies) {
    demand(!proxy.hasAlternativeNames, 'PROXY_ALTNAME', () => 'A proxy must have no alternative names.');
    demand(!proxy.isCa, 'PROXY_CA', () => 'A proxy must not be an authority.');
  }
  const isLimited = checkPolicies(proxies);
  checkTimes(people, nowMs);
  checkEndEntity(endEntity);
  const authorities = await buildPath(endEntity, trust);
  checkForm(authorities);
  checkTimes(authorities, nowMs);
  const path = [endEntity, ...authorities];
  for (const [index, authority] of authorities.entries())
    if (path[index] !== authority && nameKey(path[index]!.subject) !== nameKey(authority.subject))
      await checkRevocation(path[index]!, authority, trust, nowMs);
  return {
    proxies,
    endEntity,
    authorities,
    isLimited,
    diracGroup: groupOf(proxies),
    notAfterMs: Math.min(...[...people, ...authorities].map(({ notAfterMs }) => notAfterMs)),
  };
}

/**
 * Is this the certificate of a person that may sign proxies now? What can be known without trust store, for
 * telling early. Throws UNKNOWN_CRITICAL, WEAK_KEY, NOT_YET_VALID, EXPIRED, EEC_IS_CA, LEGACY_PROXY, KEY_USAGE.
 */
export function checkPerson(certificate: Certificate, nowMs: number): void {
  checkForm([certificate]);
  checkTimes([certificate], nowMs);
  checkEndEntity(certificate);
  demand(
    certificate.proxy === undefined,
    'LEGACY_PROXY',
    () => 'The file holds a proxy, not the certificate of a person.',
  );
  checkSigningUse(certificate);
}

/**
 * Was the certificate with this serial number revoked since it was looked at? Only good lists count; a
 * missing or stale one does not turn a stored credential into a revoked one.
 */
export async function isRevoked(issuerKey: string, serialHex: string, trust: TrustStore): Promise<boolean> {
  for (const list of trust.revocationLists) {
    if (nameKey(list.issuer) !== issuerKey || !list.revoked.has(serialHex)) continue;
    for (const authority of trust.authorities)
      if (nameKey(authority.subject) === issuerKey && (await isVerifiedListOf(list, authority))) return true;
  }
  return false;
}
