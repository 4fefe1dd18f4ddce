/** Short user names from what an identity provider says. Asked when an account is made. */
const maxLength = 32;

/** ASCII lower case, `[a-z][a-z0-9_.-]*`; `user` when nothing usable is left. */
export function userNameCandidate(claims: {
  readonly preferredUserName?: string | undefined;
  readonly email?: string | undefined;
  readonly name?: string | undefined;
}): string {
  for (const text of [claims.preferredUserName, claims.email, claims.name]) {
    const name = (text ?? '')
      .split('@', 1)[0]!
      .normalize('NFKD')
      .toLowerCase()
      .replaceAll(/[^a-z0-9_.-]/g, '')
      .replace(/^[^a-z]+/, '')
      .slice(0, maxLength);
    if (name !== '') return name;
  }
  return 'user';
}

/** `name`, `name2`, `name3`, … */
export function* userNameVariants(candidate: string): Generator<string> {
  yield candidate;
  for (let number = 2; ; number += 1) yield `${candidate}${number}`;
}
