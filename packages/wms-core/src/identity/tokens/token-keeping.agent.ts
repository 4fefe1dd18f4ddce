/**
 * Changes signing keys when their time has come, seals them anew after a change of the key-encryption key, and forgets
 * flows and tokens that are long over.
 */
import { createAgent, type Agent } from '../../kernel/agent.ts';
import { pruneAccessTokens, pruneRefreshTokens } from './refresh-token.store.ts';
import { pruneFlows } from './token-flow.store.ts';
import type { TokenParts } from './token-parts.ts';

const hourMs = 3_600_000;
/** A flow that is over stays for a while, so that its code is told apart from one that never was. */
const keepFlowsMs = hourMs;
/** Half a year: reuse is noticed, and what was handed out can be looked up. */
const keepRefreshTokensMs = 182 * 24 * hourMs;

export function createTokenKeepingAgent({ database, clock, log, keys }: TokenParts): Agent {
  async function cycle(): Promise<void> {
    await keys.reseal();
    await keys.keepSchedule();
    const nowMs = clock.nowMs();
    await database.write(function* () {
      yield* pruneFlows(nowMs - keepFlowsMs);
      yield* pruneAccessTokens(nowMs);
      yield* pruneRefreshTokens(nowMs - keepRefreshTokensMs, nowMs);
    });
  }
  return createAgent({ name: 'token-keeping', everyMs: hourMs, cycle, log });
}
