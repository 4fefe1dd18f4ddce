/**
 * What a chain must be to be stored: exactly one full, clean proxy above the person's certificate, with the
 * key we asked for and an hour left (credentials.md §5.3 step 8). No SQL here; whose it is, is checked with it.
 */
import {
  digestOfKey,
  isSameSlashForm,
  nameKey,
  parseChain,
  readPem,
  slashForm,
  validateChain,
  writeCertificates,
  type TrustStore,
  type ValidatedChain,
} from '@wm/credentials';
import type { Configuration } from '../configuration/schema.ts';
import { WmsError } from '../kernel/wms-error.ts';
import { toWmsError } from './credential-codes.ts';

export interface StorableProxy {
  readonly subjectKey: string;
  readonly issuerKey: string;
  readonly subjectDn: string;
  readonly issuerDn: string;
  /** Serial number of the person's certificate. */
  readonly serialHex: string;
  /** Proxy, certificate and the authorities below the root, rewritten without what else was in the file. */
  readonly chainPem: string;
  readonly validUntilMs: number;
}

/** Least storable rest of a life, as in DIRAC. */
const minLeftS = 3600;

function demand(holds: boolean, reason: string, message: string): void {
  if (!holds) throw new WmsError('proxy.invalid', message, { reason });
}

function checkKind({ proxies, isLimited, diracGroup }: ValidatedChain, maxProxies: number): void {
  demand(
    proxies.length >= 1 && proxies.length <= maxProxies,
    'PROXY_LEVEL',
    maxProxies === 1
      ? 'Exactly one proxy above your certificate can be stored.'
      : `One to ${maxProxies} proxies above the certificate can be stored.`,
  );
  demand(!isLimited, 'PROXY_LIMITED', 'Limited proxies are not allowed to be stored.');
  demand(
    diracGroup === undefined,
    'PROXY_HAS_GROUP',
    'Proxies with DIRAC group extensions are not allowed to be uploaded.',
  );
  demand(
    !proxies.some(({ hasVomsAttributes }) => hasVomsAttributes),
    'PROXY_HAS_VOMS',
    'Proxies with VOMS extensions are not allowed to be uploaded.',
  );
}

/**
 * `maxProxies`: an uploader signs one proxy; a provider may hand out one of a proxy that it keeps. Throws
 * `certificate.*`, `proxy.invalid`, `proxy.short`; `details.reason` says which rule.
 */
export async function checkStorable(
  chainPem: string,
  publicKeyDigest: string,
  trust: TrustStore,
  nowMs: number,
  maxProxies = 1,
): Promise<StorableProxy> {
  let chain: ValidatedChain;
  try {
    const blocks = readPem(chainPem);
    demand(
      blocks.every(({ label }) => label === 'CERTIFICATE'),
      'NOT_CERTIFICATES',
      'Only certificates may be sent; never send a private key.',
    );
    const certificates = parseChain(blocks.map(({ der }) => der));
    const leafKey = certificates[0]?.publicKey.der ?? new Uint8Array();
    demand(
      (await digestOfKey(leafKey)) === publicKeyDigest,
      'KEY_MISMATCH',
      'The proxy is not for the key that was asked for; start again.',
    );
    chain = await validateChain(certificates, trust, nowMs);
  } catch (error) {
    throw toWmsError(error);
  }
  checkKind(chain, maxProxies);
  const { endEntity, proxies, authorities, notAfterMs } = chain;
  const leftS = Math.floor((notAfterMs - nowMs) / 1000);
  if (leftS < minLeftS)
    throw new WmsError(
      'proxy.short',
      `Cannot store proxy, remaining secs ${leftS} is less than ${minLeftS}.`,
      {
        leftS,
        minLeftS,
      },
    );
  return {
    subjectKey: nameKey(endEntity.subject),
    issuerKey: nameKey(endEntity.issuer),
    subjectDn: slashForm(endEntity.subject),
    issuerDn: slashForm(endEntity.issuer),
    serialHex: endEntity.serialHex,
    chainPem: writeCertificates([...proxies, endEntity, ...authorities.slice(0, -1)].map(({ der }) => der)),
    validUntilMs: notAfterMs,
  };
}

/** Certificates of machines and services name them so: `CN=host/ce.example.org` (credentials.md §1.2). */
const machineName = /\/CN=[a-z][\w-]*\/(?:[a-z\d-]+\.)+[a-z\d-]+$/i;

export const isMachineName = (subjectDn: string): boolean => machineName.test(subjectDn);

/** Configured users a certificate is reserved for; empty = nobody's yet. */
export function reservedFor(
  proxy: Pick<StorableProxy, 'subjectKey' | 'issuerKey' | 'subjectDn'>,
  users: Configuration['users'],
  certificates: readonly {
    readonly userName: string;
    readonly subjectKey: string;
    readonly issuerKey: string;
  }[],
): readonly string[] {
  return [
    ...Object.entries(users)
      .filter(([, user]) => user.distinguishedNames.some((dn) => isSameSlashForm(dn, proxy.subjectDn)))
      .map(([name]) => name),
    ...certificates
      .filter(({ subjectKey, issuerKey }) => subjectKey === proxy.subjectKey && issuerKey === proxy.issuerKey)
      .map(({ userName }) => userName),
  ];
}
