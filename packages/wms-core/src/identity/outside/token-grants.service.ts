/** The token grants, put together: what the faces may ask, access tokens for the core, and the agent. */
import type { Agent } from '../../kernel/agent.ts';
import type { GrantParts } from './grant-parts.ts';
import { createKeepTokenGrant } from './keep-token-grant.service.ts';
import { createOutsideAccess } from './outside-access.service.ts';
import { createRereadGroups } from './reread-groups.service.ts';
import { createRevokeGrant } from './revoke-token-grant.service.ts';
import { createTokenGrantAgent } from './token-grant.agent.ts';
import { createTokenGrantRecords } from './token-grant-records.service.ts';
import type { TokenGrantUseCases } from './token-grant.ts';

export interface TokenGrants {
  readonly useCases: TokenGrantUseCases;
  /** Throws like `OutsideAccess.current`. */
  readonly accessToken: (grantId: string, refused?: string) => Promise<string>;
  readonly agent: Agent;
}

export function createTokenGrants(given: Omit<GrantParts, 'random'>): TokenGrants {
  const parts: GrantParts = { random: Math.random, ...given };
  const access = createOutsideAccess(parts);
  const revoke = createRevokeGrant(parts, access);
  const rereadGroups = createRereadGroups(parts, access);
  return {
    useCases: { keep: createKeepTokenGrant(parts), ...createTokenGrantRecords(parts, revoke) },
    accessToken: async (grantId, refused) => (await access.current(grantId, refused)).accessToken,
    agent: createTokenGrantAgent(parts, { access, rereadGroups, revoke }),
  };
}
