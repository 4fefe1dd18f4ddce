/**
 * The trust of an installation in VOMS servers: `.lsc` files, one a host of a VO, with the subject of the server's
 * certificate on the first line and its issuer on the second (credentials.md §7.1). A server that changes its
 * certificate has two such chains in its file.
 */
import { CredentialError } from '../credential-error.ts';
import { isSlashForm, readDnText } from './dn-text.ts';

/** The two names a certificate of the server must have, in slash form. */
export interface LscChain {
  readonly subject: string;
  readonly issuer: string;
}

/** Asked with VO and host of an attribute certificate; none = that server is not trusted for the VO. */
export type LscLookup = (vo: string, host: string) => readonly LscChain[] | undefined;

const maxLscBytes = 65_536;

/** Throws CredentialError MALFORMED. */
export function parseLsc(text: string): readonly LscChain[] {
  const chains = text.length > maxLscBytes ? [] : text.split(/^-+ *NEXT CHAIN *-+ *$/im);
  const read = chains.map((chain) =>
    chain
      .split(/\r?\n/)
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map(readDnText),
  );
  const isGood = read.every((names) => names.length >= 2 && names.every(isSlashForm));
  if (read.length === 0 || !isGood)
    throw new CredentialError(
      'MALFORMED',
      'A .lsc file needs the subject of the server on its first line and the issuer on its second, such as /DC=org/CN=Example CA.',
    );
  return read.map(([subject = '', issuer = '']) => ({ subject, issuer }));
}
