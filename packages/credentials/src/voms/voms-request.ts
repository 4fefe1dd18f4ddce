/**
 * What is said to a VOMS server over TLS (its protocol of old, which all servers speak; credentials.md §7.2):
 * one byte `0`, as a message of its own, then one of these.
 */
import { CredentialError } from '../credential-error.ts';
import { normaliseFqan } from '../fqan.ts';

export interface VomsRequest {
  readonly vo: string;
  /** Wanted first; the VO itself when left out. */
  readonly fqan?: string | undefined;
  readonly lifetimeS: number;
}

/** The first message of all. */
export const vomsGreeting = '0';

/** The FQAN that an answer to the request should begin with. */
export const primaryFqanOf = ({ vo, fqan }: Pick<VomsRequest, 'vo' | 'fqan'>): string | undefined => {
  const wanted = normaliseFqan(fqan ?? `/${vo}`);
  return wanted !== undefined && isBelowVo(wanted, vo) ? wanted : undefined;
};

/** Is it the VO's own group, one below it, or a role there? */
export const isBelowVo = (fqan: string, vo: string): boolean =>
  fqan === `/${vo}` || fqan.startsWith(`/${vo}/`);

/** Throws CredentialError VOMS_REQUEST, LIFETIME. */
export function vomsRequest(request: VomsRequest): string {
  const wanted = primaryFqanOf(request);
  if (wanted === undefined)
    throw new CredentialError(
      'VOMS_REQUEST',
      `"${request.fqan ?? request.vo}" cannot be asked for: it should be /${request.vo}, a group below it or a role there.`,
    );
  if (!Number.isSafeInteger(request.lifetimeS) || request.lifetimeS <= 0)
    throw new CredentialError('LIFETIME', 'VOMS attributes must be asked for at least one second.');
  const [group = '', role] = wanted.split('/Role=');
  const command = role === undefined ? `G${group}` : `B${group}:${role}`;
  // Names are letters, digits and . _ - by now: nothing to escape.
  return (
    '<?xml version="1.0" encoding="US-ASCII"?>' +
    `<voms><command>${command}</command><base64>1</base64><version>4</version>` +
    `<lifetime>${request.lifetimeS}</lifetime></voms>`
  );
}
