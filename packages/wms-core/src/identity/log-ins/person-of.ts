/** How an identity provider names somebody, so that people recognise the log-in. Pure. */
import type { IdentityClaims } from '../../use-cases.ts';

/** `Ada Lovelace (ada@example.org)`; the subject when the provider tells nothing else. */
export function personOf({ name, email, preferredUserName, subject }: IdentityClaims): string {
  const [who = subject, ...more] = [name, email, preferredUserName].filter((word) => word !== undefined);
  return more[0] === undefined ? who : `${who} (${more[0]})`;
}
