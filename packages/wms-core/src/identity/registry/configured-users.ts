/** Which configured users an account has proved to be, by the identifiers of its log-ins. Pure. */
import type { Configuration } from '../../configuration/schema.ts';

export interface AccountFacts {
  readonly user_name: string;
  readonly is_configured: number;
}

/** `subjects`: of the account's log-ins at real identity providers. */
export function configuredUsersByLogIn(
  users: Configuration['users'],
  account: AccountFacts,
  subjects: readonly string[],
): readonly string[] {
  const names = Object.entries(users)
    .filter(([, user]) => user.identifiers.some((identifier) => subjects.includes(identifier)))
    .map(([name]) => name);
  return account.is_configured === 1 ? [account.user_name, ...names] : names;
}
