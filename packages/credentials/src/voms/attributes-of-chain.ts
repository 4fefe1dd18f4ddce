/**
 * The VOMS attributes of a validated chain: all attribute certificates of all its proxies, each verified. Asked
 * beside `validateChain`, because a proxy is good whether or not what it carries counts.
 */
import { isCredentialError, type CredentialError } from '../credential-error.ts';
import type { ValidatedChain } from '../chain.ts';
import { attributeCertificatesIn, parseAttributeCertificate } from './attribute-certificate.ts';
import { verifyAttributes, type VomsAttributes, type VomsTrust } from './verify-attributes.ts';

export interface ChainAttributes {
  /** Those of the proxy nearest to the leaf first. */
  readonly verified: readonly VomsAttributes[];
  /** Of all that is verified, each once. */
  readonly fqans: readonly string[];
  /** Why others do not count. */
  readonly refused: readonly CredentialError[];
}

/** Never throws for bad input. */
export async function attributesOfChain(
  { proxies, endEntity }: Pick<ValidatedChain, 'proxies' | 'endEntity'>,
  trust: VomsTrust,
  nowMs: number,
): Promise<ChainAttributes> {
  const verified: VomsAttributes[] = [];
  const refused: CredentialError[] = [];
  const orRefused = async (attempt: () => Promise<void>): Promise<void> => {
    try {
      await attempt();
    } catch (error) {
      if (!isCredentialError(error)) throw error;
      refused.push(error);
    }
  };
  for (const proxy of proxies)
    await orRefused(async () => {
      for (const der of attributeCertificatesIn(proxy))
        await orRefused(async () => {
          verified.push(await verifyAttributes(parseAttributeCertificate(der), endEntity, trust, nowMs));
        });
    });
  return { verified, refused, fqans: [...new Set(verified.flatMap(({ fqans }) => fqans))] };
}
