/**
 * Several log-ins for one account (credentials.md §1.3): types of what the faces may ask. That somebody proved an
 * identity at its provider is the face's business; whose it becomes is decided here.
 */
import type { AssuranceLevel } from '../assurance.ts';
import type { CallOrigin } from '../principal.ts';
import type { IdentityClaims } from '../../use-cases.ts';

/** One identity provider by which the account is entered. */
export interface LinkedLogIn {
  readonly logInId: string;
  readonly issuer: string;
  /** As the provider names the person. */
  readonly person: string;
  readonly assurance: AssuranceLevel;
  readonly linkedAtMs: number;
  readonly lastLogInAtMs: number;
}

/**
 * Whether a proved identity can become a log-in of the account: `free`; `own` already; of a provider that the account
 * has another identity of (`second`); `unused`, of another account in which nothing was done, which linking closes; or
 * `taken` by another account.
 */
export type LinkOutlook =
  | { readonly kind: 'free' }
  | { readonly kind: 'own' }
  | { readonly kind: 'second'; readonly person: string }
  | { readonly kind: 'unused'; readonly userName: string }
  | { readonly kind: 'taken'; readonly userName: string };

export interface NewlyLinked {
  readonly logIn: LinkedLogIn;
  readonly closedAccountId: string | undefined;
}

export interface LogInUseCases {
  /** The oldest first. */
  list(accountId: string): Promise<readonly LinkedLogIn[]>;
  /** Before the way to the provider. Throws `access.stale-log-in`. */
  demandFresh(from: CallOrigin): void;
  /** An identity was proved for the account. One that is another's is written down, and both owners are told. */
  propose(accountId: string, claims: IdentityClaims, from: CallOrigin): Promise<LinkOutlook>;
  /**
   * From now on both lead to the account. Throws `conflict` when it is not free (any more). `closedAccountId`: of an
   * unused account that has no log-in any more; its sessions are to end.
   */
  link(accountId: string, claims: IdentityClaims, from: CallOrigin): Promise<NewlyLinked>;
  /**
   * Answers with the issuer whose sessions are to end. Throws `access.stale-log-in`, `not-found`; `conflict` for the
   * last log-in, for the one that opened the session, and while the account is suspended.
   */
  unlink(accountId: string, logInId: string, from: CallOrigin): Promise<string>;
}
