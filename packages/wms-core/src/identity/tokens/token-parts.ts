/** What every part of the token service is given, and the lives of what it hands out. */
import type { AccountServiceDeps } from '../account.service.ts';
import type { SigningKeys } from './signing-keys.service.ts';

export interface TokenParts extends AccountServiceDeps {
  /** Origin of this server: issuer of every token. */
  readonly issuer: string;
  readonly keys: SigningKeys;
}

/** DiracX's own lives (rest-api.md §1.2); that of refresh tokens is configured. */
export const lives = {
  accessTokenS: 1200,
  deviceFlowS: 600,
  /** From the question to the person's answer. */
  codeFlowS: 600,
  /** From his answer to the token. */
  authorizationCodeS: 300,
} as const;
