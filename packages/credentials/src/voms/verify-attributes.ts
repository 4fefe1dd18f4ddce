/**
 * Is an attribute certificate true? The order of credentials.md §7.1: is it for this person, is it in time, who
 * signed it, does this installation trust that server for the VO, is it signed, and does it speak of its own VO only.
 */
import { validateChain, type TrustStore } from '../chain.ts';
import type { Certificate } from '../certificate.ts';
import { CredentialError, type CredentialReason } from '../credential-error.ts';
import { normaliseFqan } from '../fqan.ts';
import { isSameSlashForm, nameKey, slashForm } from '../names.ts';
import { isSignedBy } from '../public-key.ts';
import type { AttributeCertificate } from './attribute-certificate.ts';
import type { LscLookup } from './lsc.ts';
import { isBelowVo } from './voms-request.ts';

export interface VomsTrust {
  readonly trust: TrustStore;
  readonly lsc: LscLookup;
}

/** What a VOMS server says of a person, verified. */
export interface VomsAttributes {
  readonly vo: string;
  /** Without `/Role=NULL` and `/Capability=…`, the primary one first. */
  readonly fqans: readonly string[];
  readonly notAfterMs: number;
  readonly issuerDn: string;
}

/** Clocks of VOMS servers may be ahead of ours; they begin at once. */
const skewMs = 5 * 60_000;

const isoTime = (atMs: number): string =>
  `${new Date(atMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

function demand(holds: boolean, reason: CredentialReason, message: () => string): asserts holds {
  if (!holds) throw new CredentialError(reason, message());
}

// The name is that of the issuer (RFC 5755), from some programs that of the holder. `arcproxy -I` (6.17) knows the second
// alone: of the first it says that "the holder name in AC is not related", and the fault is its own.
function checkHolder(
  { holder, vo }: AttributeCertificate,
  { issuer, subject, serialHex }: Certificate,
): void {
  const name = nameKey(holder.name);
  demand(
    holder.serialHex === serialHex && (name === nameKey(issuer) || name === nameKey(subject)),
    'AC_HOLDER',
    () => `The attributes of ${vo} were given to another certificate than "${slashForm(subject)}".`,
  );
}

function checkTime({ vo, notBeforeMs, notAfterMs }: AttributeCertificate, nowMs: number): void {
  demand(
    nowMs >= notBeforeMs - skewMs,
    'AC_NOT_YET',
    () => `The attributes of ${vo} are valid from ${isoTime(notBeforeMs)} only; check the clocks.`,
  );
  demand(nowMs <= notAfterMs, 'AC_EXPIRED', () => `The attributes of ${vo} ended on ${isoTime(notAfterMs)}.`);
}

function issuerOf({ issuer, issuerCertificates, vo }: AttributeCertificate): Certificate {
  const found = issuerCertificates.find(({ subject }) => nameKey(subject) === nameKey(issuer));
  demand(
    found !== undefined,
    'AC_NO_CERT',
    () => `The attributes of ${vo} do not bring the certificate of the server that gave them.`,
  );
  return found;
}

function checkLsc(
  { vo, host }: AttributeCertificate,
  { subject, issuer }: Certificate,
  lsc: LscLookup,
): void {
  const chains = lsc(vo, host);
  demand(
    chains !== undefined && chains.length > 0,
    'AC_NO_LSC',
    () => `No VOMS server ${host} is trusted for ${vo}: there is no ${vo}/${host}.lsc.`,
  );
  demand(
    chains.some(
      (chain) =>
        isSameSlashForm(chain.subject, slashForm(subject)) &&
        isSameSlashForm(chain.issuer, slashForm(issuer)),
    ),
    'AC_LSC',
    () => `${vo}/${host}.lsc does not name "${slashForm(subject)}" of "${slashForm(issuer)}".`,
  );
}

async function checkSignature(certificate: AttributeCertificate, signer: Certificate): Promise<void> {
  const { info, signatureOid, signature, vo } = certificate;
  demand(
    (signer.keyUsage === undefined || signer.keyUsage.has('digitalSignature')) &&
      (await isSignedBy(info, signatureOid, signature, signer.publicKey)),
    'AC_SIGNATURE',
    () => `The signature of the attributes of ${vo} is wrong.`,
  );
}

function checkFqans({ vo, fqans }: AttributeCertificate): readonly string[] {
  return fqans.map((written) => {
    const fqan = normaliseFqan(written);
    demand(
      fqan !== undefined && isBelowVo(fqan, vo),
      'AC_FQAN',
      () => `The attributes of ${vo} hold "${written}", which is none of that VO.`,
    );
    return fqan;
  });
}

/**
 * `endEntity`: the certificate of the person, below all proxies. Throws CredentialError: one of AC_…,
 * UNKNOWN_CRITICAL, or what is wrong with the certificate of the server.
 */
export async function verifyAttributes(
  certificate: AttributeCertificate,
  endEntity: Certificate,
  { trust, lsc }: VomsTrust,
  nowMs: number,
): Promise<VomsAttributes> {
  demand(
    certificate.unknownCritical.length === 0,
    'UNKNOWN_CRITICAL',
    () =>
      `The attributes of ${certificate.vo} have a critical extension unknown here: ${certificate.unknownCritical.join(', ')}.`,
  );
  checkHolder(certificate, endEntity);
  checkTime(certificate, nowMs);
  const signer = issuerOf(certificate);
  checkLsc(certificate, signer, lsc);
  await validateChain([signer], trust, nowMs);
  await checkSignature(certificate, signer);
  return {
    vo: certificate.vo,
    fqans: checkFqans(certificate),
    notAfterMs: certificate.notAfterMs,
    issuerDn: slashForm(signer.subject),
  };
}
