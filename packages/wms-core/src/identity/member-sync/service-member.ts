/** A member of a VO as its membership service knows him; what the adapters answer with. Pure. */
import { normaliseFqan } from '@wm/credentials';

export interface ServiceMember {
  /** Issuer and subject of certificates and log-ins; see `identityOf`. */
  readonly identities: readonly string[];
  /** Normalised. */
  readonly fqans: readonly string[];
}

export interface MemberService {
  /** In words: `VOMS-Admin`, `IAM`. */
  readonly source: string;
  /** All of them, or it throws: half a list would put the other half out. */
  members(): Promise<readonly ServiceMember[]>;
}

/** Compared as text with the certificates and log-ins of accounts. */
export const identityOf = (issuer: string, subject: string): string => `${issuer}\n${subject}`;

/** What the service may say of the VO: attributes of its own name space, `/<vo>` and below. */
export function fqansOfVo(written: readonly string[], vo: string): readonly string[] {
  const own = written
    .map(normaliseFqan)
    .filter((fqan): fqan is string => fqan === `/${vo}` || (fqan?.startsWith(`/${vo}/`) ?? false));
  return [...new Set(own)];
}
