/**
 * Lets a classic DIRAC server have tokens for its users (rest-api.md §1.4). Whoever holds the key can be anybody, so
 * there is none unless the configuration says so, and it is known by its hash alone.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { Work } from '../../db/database.ts';
import { WmsError, isWmsError } from '../../kernel/wms-error.ts';
import { findAccountByUserName } from '../account.store.ts';
import type { AccessClaims } from './access-token.adapter.ts';
import { builtInClientId } from './clients.ts';
import { answerOf, createIssuer, type Fresh } from './issue-tokens.service.ts';
import { parseScope } from './scope.ts';
import type { TokenParts } from './token-parts.ts';
import type { LegacyAsk, TokenUseCases } from './token-use-cases.ts';

const refused = (): WmsError => new WmsError('input.invalid', 'Invalid scope or preferred_username');

function isKey(key: string, expectedSha256: string): boolean {
  const secret = /^diracx:legacy:([\w=-]{1,200})$/.exec(key)?.[1];
  if (secret === undefined) throw new WmsError('input.invalid', 'Invalid authorization header');
  const given = createHash('sha256').update(Buffer.from(secret, 'base64url')).digest();
  return timingSafeEqual(given, Buffer.from(expectedSha256, 'hex'));
}

export function createLegacyExchange(parts: TokenParts): Pick<TokenUseCases, 'exchangeLegacy'> {
  const issuer = createIssuer(parts);
  const values = () => parts.configuration.current().values;

  function* exchange(ask: LegacyAsk, fresh: Fresh): Work<AccessClaims> {
    const { vos } = values();
    const wanted = parseScope(ask.scope, vos);
    const group =
      wanted.group ?? vos[wanted.vo]?.defaultGroup ?? Object.keys(vos[wanted.vo]?.groups ?? {})[0];
    const account = yield* findAccountByUserName(ask.userName);
    if (account === undefined || group === undefined) throw refused();
    const holder = {
      client_id: builtInClientId,
      account_id: account.account_id,
      vo: wanted.vo,
      group_name: group,
      scope: ask.scope,
    };
    const expires_at_ms = fresh.nowMs + ask.lifetimeMinutes * 60_000;
    const claims = yield* issuer.issue(fresh, holder, { expires_at_ms, rotates: 0 });
    yield* issuer.audit(fresh, holder, 'exchange token');
    return claims;
  }

  return {
    async exchangeLegacy(ask, from) {
      const { legacyExchangeKeySha256: expected } = values().identity.tokens;
      if (expected === undefined) throw new WmsError('service.unavailable', 'Legacy exchange is not enabled');
      if (!isKey(ask.key, expected)) throw new WmsError('access.unauthenticated', 'Invalid credentials');
      const { fresh, sign } = await issuer.begin(from);
      try {
        const claims = await parts.database.write(() => exchange(ask, fresh));
        return answerOf(await sign(claims), fresh.refreshToken);
      } catch (error) {
        // One sentence for all of them: the server that asks is told no more than DiracX tells it.
        if (isWmsError(error) && ['input.invalid', 'access.denied'].includes(error.code)) throw refused();
        throw error;
      }
    },
  };
}
