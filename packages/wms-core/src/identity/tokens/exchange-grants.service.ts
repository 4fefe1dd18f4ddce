/**
 * Codes and refresh tokens become tokens. A refresh token is good once: its successor ends when it would have ended,
 * and one that comes back is taken as stolen.
 */
import type { Work } from '../../db/database.ts';
import type { AccessClaims } from './access-token.adapter.ts';
import { findClient } from './clients.ts';
import { answerOf, createIssuer, type Fresh } from './issue-tokens.service.ts';
import { oauthRefusal } from './oauth-refusal.ts';
import {
  findRefreshToken,
  revokeAllOf,
  revokeRefreshToken,
  type RefreshTokenRow,
} from './refresh-token.store.ts';
import { sha256 } from './secrets.adapter.ts';
import { findFlowByCode, notePoll, useFlow, type TokenFlowRow } from './token-flow.store.ts';
import type { TokenParts } from './token-parts.ts';
import type { Grant, TokenUseCases } from './token-use-cases.ts';

/** DiracX's command line polls every two seconds, and the network has it come a little early now and then. */
const politePollMs = 1500;

/** What must be stored although it is refused comes back as a word instead of being thrown. */
type Outcome = HandedOut | 'pending' | 'slow down' | 'reused';

interface HandedOut {
  readonly claims: AccessClaims;
  readonly refreshToken: string;
}

/** Common to both kinds of code. */
function checkCode(flow: TokenFlowRow | undefined, clientId: string, nowMs: number): TokenFlowRow {
  if (flow === undefined) throw oauthRefusal('invalid_grant', 'Unknown code');
  if (flow.client_id !== clientId) throw oauthRefusal('invalid_grant', 'Bad client_id');
  if (flow.status === 'used') throw oauthRefusal('invalid_grant', 'Code was already used');
  if (nowMs >= flow.expires_at_ms)
    throw oauthRefusal('expired_token', 'The code has expired', 'access.unauthenticated');
  if (flow.status === 'denied') throw oauthRefusal('access_denied', 'The request was denied');
  return flow;
}

function checkRefresh(row: RefreshTokenRow | undefined, clientId: string, nowMs: number): RefreshTokenRow {
  if (row === undefined || row.client_id !== clientId)
    throw oauthRefusal('invalid_grant', 'Invalid refresh token', 'access.unauthenticated');
  if (nowMs >= row.expires_at_ms)
    throw oauthRefusal('invalid_grant', 'expired_token: The token is expired', 'access.unauthenticated');
  return row;
}

const reused = () =>
  oauthRefusal(
    'invalid_grant',
    'Revoked refresh token reused: potential attack detected. You must authenticate again',
    'access.unauthenticated',
  );

export function createExchangeGrants(parts: TokenParts): Pick<TokenUseCases, 'exchange'> {
  const { database, log } = parts;
  const values = () => parts.configuration.current().values;
  const issuer = createIssuer(parts);

  function* redeem(flow: TokenFlowRow, fresh: Fresh): Work<HandedOut> {
    const { account_id, vo, group_name } = flow;
    if (account_id === null || vo === null || group_name === null || !(yield* useFlow(flow.flow_id)))
      throw oauthRefusal('invalid_grant', 'Code was already used');
    const holder = { client_id: flow.client_id, account_id, vo, group_name, scope: flow.scope };
    const { refreshTokenLifetimeS } = values().identity.tokens;
    const expires_at_ms = fresh.nowMs + refreshTokenLifetimeS * 1000;
    const claims = yield* issuer.issue(fresh, holder, { expires_at_ms, rotates: 1 });
    yield* issuer.audit(fresh, holder, 'issue token');
    return { claims, refreshToken: fresh.refreshToken };
  }

  function* byDeviceCode(grant: Grant & { kind: 'device' }, fresh: Fresh): Work<Outcome> {
    const found = yield* findFlowByCode('device', sha256(grant.deviceCode));
    const flow = checkCode(found, grant.clientId, fresh.nowMs);
    if (flow.status !== 'pending') return yield* redeem(flow, fresh);
    yield* notePoll(flow.flow_id, fresh.nowMs);
    const { last_poll_at_ms: lastMs } = flow;
    return lastMs !== null && fresh.nowMs - lastMs < politePollMs ? 'slow down' : 'pending';
  }

  function* byCode(grant: Grant & { kind: 'code' }, fresh: Fresh): Work<Outcome> {
    const found = yield* findFlowByCode('code', sha256(grant.code));
    const flow = checkCode(found, grant.clientId, fresh.nowMs);
    if (flow.redirect_uri !== grant.redirectUri) throw oauthRefusal('invalid_grant', 'Bad redirect_uri');
    if (sha256(grant.codeVerifier) !== flow.code_challenge)
      throw oauthRefusal('invalid_grant', 'Bad code_verifier');
    return yield* redeem(flow, fresh);
  }

  function* byRefreshToken(grant: Grant & { kind: 'refresh' }, fresh: Fresh): Work<Outcome> {
    const found = yield* findRefreshToken(sha256(grant.refreshToken));
    const row = checkRefresh(found, grant.clientId, fresh.nowMs);
    const isRotating = row.rotates === 1;
    const isGood = isRotating
      ? yield* revokeRefreshToken(row.jti, 'rotated', fresh.nowMs)
      : row.revoked_at_ms === null;
    if (!isGood) {
      yield* revokeAllOf(row.account_id, row.vo, fresh.nowMs);
      yield* issuer.audit(fresh, row, 'reuse token', 'access.unauthenticated');
      return 'reused';
    }
    const claims = yield* isRotating ? issuer.issue(fresh, row, row) : issuer.renew(fresh, row);
    yield* issuer.audit(fresh, row, 'refresh token');
    return { claims, refreshToken: isRotating ? fresh.refreshToken : grant.refreshToken };
  }

  function workOf(grant: Grant, fresh: Fresh): Work<Outcome> {
    if (grant.kind === 'device') return byDeviceCode(grant, fresh);
    return grant.kind === 'code' ? byCode(grant, fresh) : byRefreshToken(grant, fresh);
  }

  return {
    async exchange(grant, from) {
      if (findClient(values(), grant.clientId) === undefined)
        throw oauthRefusal('invalid_client', 'Unrecognised client_id');
      const { fresh, sign } = await issuer.begin(from);
      const outcome = await database.write(() => workOf(grant, fresh));
      if (outcome === 'pending')
        throw oauthRefusal('authorization_pending', 'The person has not decided yet');
      if (outcome === 'slow down') throw oauthRefusal('slow_down', 'Polls come too fast');
      if (outcome === 'reused') {
        log.warn({ clientId: grant.clientId }, 'token.reused');
        throw reused();
      }
      return answerOf(await sign(outcome.claims), outcome.refreshToken);
    },
  };
}
