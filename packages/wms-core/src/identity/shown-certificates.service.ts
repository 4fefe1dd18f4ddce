/**
 * What a chain that came in over TLS says: judged by all rules of credentials.md §4.3 against the trust folder.
 * Asked by the certificate port at every request; a chain is judged anew only when the trust folder was read anew.
 */
import {
  isRevoked,
  nameKey,
  parseChain,
  slashForm,
  validateChain,
  writePem,
  type TrustStore,
} from '@wm/credentials';
import type { Clock } from '../kernel/clock.ts';
import type { CertificateUseCases, ShownCertificate } from '../use-cases.ts';
import { toWmsError } from './credential-codes.ts';

export interface ShownCertificatesDeps {
  readonly clock: Clock;
  readonly trust: { current(): Promise<TrustStore> };
}

async function judge(
  chain: readonly Uint8Array[],
  trust: TrustStore,
  nowMs: number,
): Promise<ShownCertificate> {
  try {
    const { endEntity, proxies, ...rest } = await validateChain(parseChain(chain), trust, nowMs);
    return {
      subjectKey: nameKey(endEntity.subject),
      issuerKey: nameKey(endEntity.issuer),
      subjectDn: slashForm(endEntity.subject),
      issuerDn: slashForm(endEntity.issuer),
      serialHex: endEntity.serialHex,
      isProxy: proxies.length > 0,
      isLimited: rest.isLimited,
      group: rest.diracGroup,
      validUntilMs: rest.notAfterMs,
    };
  } catch (error) {
    throw toWmsError(error);
  }
}

export function createShownCertificates(
  deps: ShownCertificatesDeps,
): Pick<CertificateUseCases, 'authorities' | 'judge' | 'isRevoked'> {
  const judged = new WeakMap<
    readonly Uint8Array[],
    { readonly trust: TrustStore; readonly shown: ShownCertificate }
  >();
  const revoked = new WeakMap<TrustStore, Map<string, Promise<boolean>>>();
  const written = new WeakMap<TrustStore, readonly string[]>();
  return {
    async authorities() {
      const trust = await deps.trust.current();
      const known = written.get(trust);
      if (known) return known;
      const pems = trust.authorities.map(({ der }) => writePem('CERTIFICATE', der));
      written.set(trust, pems);
      return pems;
    },
    async isRevoked({ issuerKey, serialHex }) {
      const trust = await deps.trust.current();
      const known = revoked.get(trust) ?? new Map<string, Promise<boolean>>();
      revoked.set(trust, known);
      const key = `${serialHex} ${issuerKey}`;
      const answer = known.get(key) ?? isRevoked(issuerKey, serialHex, trust);
      known.set(key, answer);
      return answer;
    },
    async judge(chain) {
      const trust = await deps.trust.current();
      const nowMs = deps.clock.nowMs();
      const known = judged.get(chain);
      if (known?.trust === trust && nowMs <= known.shown.validUntilMs) return known.shown;
      const shown = await judge(chain, trust, nowMs);
      judged.set(chain, { trust, shown });
      return shown;
    },
  };
}
