/** Our own authorization server (ADR 0021): everything about tokens that the faces may ask, put together. */
import type { AccountServiceDeps } from '../account.service.ts';
import type { KeyEncryptionKey } from '../key-envelope.adapter.ts';
import { createAskForTokens } from './ask-for-tokens.service.ts';
import { createBearer } from './bearer.service.ts';
import { createDecideOnTokens } from './decide-on-tokens.service.ts';
import { createExchangeGrants } from './exchange-grants.service.ts';
import { createLegacyExchange } from './legacy-exchange.service.ts';
import { scopeWords } from './scope.ts';
import { createSigningKeys } from './signing-keys.service.ts';
import { createTokenKeepingAgent } from './token-keeping.agent.ts';
import { createTokenRecords } from './token-records.service.ts';
import type { TokenParts } from './token-parts.ts';
import type { TokenUseCases } from './token-use-cases.ts';
import type { Agent } from '../../kernel/agent.ts';

export interface Tokens {
  readonly useCases: TokenUseCases;
  readonly agent: Agent;
}

export function createTokens(
  given: AccountServiceDeps & {
    readonly issuer: string;
    readonly keyEncryptionKeys: readonly KeyEncryptionKey[];
  },
): Tokens {
  const keys = createSigningKeys(given);
  const parts: TokenParts = { ...given, keys };
  return {
    useCases: {
      ...createAskForTokens(parts),
      ...createDecideOnTokens(parts),
      ...createExchangeGrants(parts),
      ...createLegacyExchange(parts),
      ...createBearer(parts),
      ...createTokenRecords(parts),
      scopes: () => scopeWords(parts.configuration.current().values.vos),
      publicKeys: () => keys.published(),
    },
    agent: createTokenKeepingAgent(parts),
  };
}
